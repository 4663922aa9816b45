import type { Job, JobFile, JobStatus } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { shownText } from './shown-text.ts'
import { date, isObject, number, present, text, word, type Tolerant } from './values.ts'

/** The service's own job object. */
export type VendorJob = OpenAI.FineTuning.FineTuningJob

const ENDED: ReadonlySet<JobStatus | 'unknown'> = new Set(['succeeded', 'failed', 'cancelled', 'expired', 'unknown'])

/**
 * A job object, read with the host's own table of words. Any member may be missing, null or odd: what is not told is not invented.
 * A model is named only when the job has succeeded, a finish time only when it has ended.
 */
export function toJob(raw: VendorJob, statuses: Readonly<Record<string, JobStatus>>): Job<VendorJob> {
  const told: Tolerant<VendorJob> = raw
  const rawStatus = text(told.status) ?? 'untold'
  const status = word<JobStatus>(statuses, rawStatus)
  return present({
    id: raw.id,
    status,
    rawStatus,
    baseModel: text(told.model),
    createdAt: date(told.created_at),
    finishedAt: ENDED.has(status) ? date(told.finished_at) : undefined,
    estimatedFinishAt: ENDED.has(status) ? undefined : date(told.estimated_finish),
    model: status === 'succeeded' ? text(told.fine_tuned_model) : undefined,
    failure: failureOf(told.error),
    trainedTokens: number(told.trained_tokens),
    files: filesOf(told),
    raw,
  })
}

/** A job that is well has `null`, `{}`, or an object of nulls here. */
function failureOf(error: unknown): Job['failure'] {
  if (typeof error === 'string' && error !== '') return { message: shownText(error) }
  if (!isObject(error)) return undefined
  const code = text(error['code'])
  const message = text(error['message']) ?? code
  return message === undefined ? undefined : present({ code, message: shownText(message) })
}

function filesOf({ training_file, validation_file, result_files }: Tolerant<VendorJob>): readonly JobFile[] {
  const results: unknown = result_files
  const named: readonly (readonly [JobFile['role'], unknown])[] = [
    ['training', training_file],
    ['validation', validation_file],
    ...(Array.isArray(results) ? results.map((id: unknown) => ['result', id] as const) : []),
  ]
  return named.flatMap(([role, value]) => {
    const id = text(value)
    return id === undefined ? [] : [{ role, id }]
  })
}
