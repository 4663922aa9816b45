import type { Job } from '@anytune/core'
import { statusText } from './progress.ts'
import { safeLine } from './safe-text.ts'
import { fields, type FieldValue } from './table.ts'
import { integer, moment, outOf } from './units.ts'

/** Everything known of a job, for {@link fields}. */
export function jobFields(job: Job): Readonly<Record<string, FieldValue>> {
  const { progress, failure } = job
  return {
    job: safeLine(job.id),
    status: statusText(job.status, job.rawStatus),
    'base model': job.baseModel && safeLine(job.baseModel),
    created: job.createdAt && moment(job.createdAt),
    started: job.startedAt && moment(job.startedAt),
    finished: job.finishedAt && moment(job.finishedAt),
    'finishes about': job.estimatedFinishAt && moment(job.estimatedFinishAt),
    step: progress?.step === undefined ? undefined : outOf(progress.step, progress.totalSteps),
    epoch: progress?.epoch === undefined ? undefined : outOf(progress.epoch, progress.totalEpochs),
    'trained tokens': job.trainedTokens === undefined ? undefined : integer(job.trainedTokens),
    model: job.model === undefined ? undefined : safeLine(job.model),
    failure:
      failure &&
      [failure.code, failure.message]
        .filter((part) => part !== undefined)
        .map(safeLine)
        .join(': '),
  }
}

export function jobText(job: Job): string {
  return fields(jobFields(job))
}
