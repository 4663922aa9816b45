import { rm } from 'node:fs/promises'
import type { Job, JobStatus } from '@anytune/core/driver'
import { replaceFile } from './files.ts'
import type { LocalJob } from './from-job.ts'
import { jobLayout } from './layout.ts'
import { LocalError } from './local-error.ts'
import type { RequestRecord } from './records.ts'
import { launchNow, launchRunner } from './runner/launch.ts'

type Answer = 'do' | 'already' | 'refuse'

/** A job whose record is damaged may still have a runner, and stopping is never refused. */
const CANCEL: Readonly<Record<JobStatus, Answer>> = {
  validating: 'do',
  queued: 'do',
  running: 'do',
  pausing: 'do',
  paused: 'do',
  unknown: 'do',
  cancelling: 'already',
  succeeded: 'refuse',
  failed: 'refuse',
  cancelled: 'refuse',
  expired: 'refuse',
}

const PAUSE: Readonly<Record<JobStatus, Answer>> = {
  validating: 'do',
  queued: 'do',
  running: 'do',
  pausing: 'already',
  paused: 'already',
  unknown: 'refuse',
  cancelling: 'refuse',
  succeeded: 'refuse',
  failed: 'refuse',
  cancelled: 'refuse',
  expired: 'refuse',
}

/** Asks for the end of a job. With a runner it ends within a step; without one the request alone makes it cancelled. */
export async function cancelJob(job: Job<LocalJob>): Promise<void> {
  if (answer(CANCEL, job, 'cancel') === 'already') return
  const files = jobLayout(job.raw.directory)
  await writeRequest(files.cancel)
  // Without a runner nobody else removes the unfinished model; one that starts now sees the request first.
  if (!job.raw.held) await rm(files.training, { recursive: true, force: true })
}

/** Asks the runner to write a checkpoint and end. */
export async function pauseJob(job: Job<LocalJob>): Promise<void> {
  if (answer(PAUSE, job, 'pause') === 'do') await writeRequest(jobLayout(job.raw.directory).pause)
}

/** Starts a runner again, which goes on from the last checkpoint: after a pause, a crash, or a failure whose cause is gone. */
export async function resumeJob(job: Job<LocalJob>): Promise<void> {
  const resumable = job.status === 'paused' || (job.status === 'failed' && job.raw.status?.resumable === true)
  if (!resumable) throw refusal(job, 'resume')
  const files = jobLayout(job.raw.directory)
  await rm(files.pause, { force: true })
  const launch = launchNow()
  await replaceFile(files.launch, JSON.stringify(launch), { durable: true })
  await launchRunner(files, launch)
}

async function writeRequest(path: string): Promise<void> {
  const request: RequestRecord = { version: 1, at: new Date().toISOString() }
  await replaceFile(path, JSON.stringify(request), { durable: true })
}

function answer(table: Readonly<Record<JobStatus, Answer>>, job: Job<LocalJob>, action: string): 'do' | 'already' {
  const found = table[job.status]
  if (found === 'refuse') throw refusal(job, action)
  return found
}

function refusal(job: Job<LocalJob>, action: string): LocalError {
  const hint = job.status === 'pausing' ? 'wait until it is paused' : undefined
  return new LocalError('failed-precondition', `the job ${job.id} is ${job.rawStatus}; it cannot ${action}`, hint)
}
