import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { jobLayout, layoutOf } from '../layout.ts'
import { acquireLock } from '../lock.ts'
import { readIfThere } from '../files.ts'
import { parseJob, parseStatus, type JobRecord } from '../records.ts'
import { explainFailure, logFailure } from './failure.ts'
import { openReport, type Report } from './report.ts'
import { watchRequests, type Requests, type StopReason } from './requests.ts'
import { trainJob } from './train-job.ts'

/**
 * Trains the job in this directory until it ends or somebody stops it. Does nothing when another process is at it,
 * or when there is nothing left to do.
 */
export async function runJob(directory: string): Promise<void> {
  const files = jobLayout(directory)
  const lock = acquireLock(files.lock)
  if (lock === undefined) return
  try {
    const record = parseJob(await readIfThere(files.job))
    const status = parseStatus(await readIfThere(files.status))
    if (record === undefined || status?.state === 'succeeded' || status?.state === 'cancelled') return
    const report = await openReport(files, status)
    const requests = watchRequests(files)
    try {
      await carryOut(record, directory, report, requests)
    } finally {
      requests.close()
      report.close()
    }
  } finally {
    lock.release()
  }
}

async function carryOut(record: JobRecord, directory: string, report: Report, requests: Requests): Promise<void> {
  const layout = layoutOf(dirname(dirname(directory)))
  try {
    requests.signal.throwIfAborted()
    report.status({ state: 'validating' })
    await trainJob(record, layout, report, requests)
    report.end({ state: 'succeeded' })
  } catch (error) {
    if (!requests.signal.aborted) return fail(error, record.id, report)
    // A pause and a termination leave the job as it is: without a runner it counts as paused.
    if (requests.signal.reason === ('cancel' satisfies StopReason)) await cancelled(directory, report)
  }
}

async function cancelled(directory: string, report: Report): Promise<void> {
  await rm(jobLayout(directory).training, { recursive: true, force: true })
  report.end({ state: 'cancelled' })
}

function fail(error: unknown, job: string, report: Report): void {
  report.end({ state: 'failed', ...explainFailure(error) })
  logFailure(error)
}
