import { writeSync } from 'node:fs'
import { isTrainerError, type TrainerErrorCode } from '@anytune/trainer'
import { isSystemError } from '../files.ts'
import { LocalError } from '../local-error.ts'
import type { StatusRecord } from '../records.ts'

/** Why a job failed, in words without row content. */
export type Failure = Pick<StatusRecord, 'failure' | 'resumable'>

const RESUMABLE: Readonly<Record<TrainerErrorCode, boolean>> = {
  'write-failed': true,
  'directory-in-use': false,
  'worker-failed': true,
  'invalid-request': false,
  'invalid-example': false,
  'example-too-long': false,
  'broken-model': false,
  'training-diverged': false,
}

/** The failure that a job shows for an error. An unexpected error's message is left out: it may quote what it choked on. */
export function explainFailure(error: unknown): Failure {
  const system = systemCode(error)
  if (system === 'ENOSPC' || system === 'EDQUOT') {
    const message = 'disk full: the last checkpoint is whole; free some space, then resume the job'
    return { failure: { code: 'disk-full', message }, resumable: true }
  }
  // What failed the training thread is unexpected, too, and the trainer passes its message on.
  if (isTrainerError(error) && error.code !== 'worker-failed') {
    return { failure: { code: error.code, message: error.message }, resumable: RESUMABLE[error.code] }
  }
  if (error instanceof LocalError) return { failure: { code: error.code, message: error.message } }
  if (system !== undefined) {
    const message = `a file of the job could not be used (${system}); mend that, then resume the job`
    return { failure: { code: 'file-failed', message }, resumable: true }
  }
  const message = 'the training stopped unexpectedly; where is in the runner.log of the job'
  return { failure: { code: 'unexpected', message }, resumable: true }
}

/** The runner's log, as its starter opened it. */
const STANDARD_ERROR = 2

/** Writes where an error arose to the job's log: names and places, never its message. */
export function logFailure(error: unknown): void {
  const places = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []
  const name = error instanceof Error ? error.name : typeof error
  try {
    writeSync(STANDARD_ERROR, `${new Date().toISOString()} ${name}\n${places.join('\n')}\n`)
  } catch {
    // A full disk takes no log either, and what matters is in the job's status.
  }
}

function systemCode(error: unknown): string | undefined {
  if (isSystemError(error)) return error.code
  return error instanceof Error && error.cause !== undefined ? systemCode(error.cause) : undefined
}
