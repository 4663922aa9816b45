import type { ErrorCode, ErrorInfo } from '@anytune/core/driver'
import { isTrainerError, type TrainerError, type TrainerErrorCode } from '@anytune/trainer'
import { isSystemError } from './files.ts'
import { LocalError } from './local-error.ts'

type Meaning = Omit<ErrorInfo, 'reached'> & { readonly reached?: ErrorInfo['reached'] }

const FULL: Meaning = {
  code: 'quota-exceeded',
  message: 'the disk with the data directory is full',
  hint: 'free some space, or choose another directory',
}
const FORBIDDEN: Meaning = {
  code: 'permission-denied',
  message: 'the data directory may not be written or read',
  hint: 'give this user the right to write there, or choose another directory',
}
const NOT_A_DIRECTORY: Meaning = {
  code: 'configuration',
  message: 'the data directory, or a part of its path, is a file',
  hint: 'choose another directory, or move the file away',
}
const TOO_MANY_FILES: Meaning = {
  code: 'unavailable',
  reached: 'no',
  message: 'this computer has no more open files or processes to give',
  hint: 'close some programs, or raise the limit',
}

/** Errors of the operating system by their names; their own messages hold paths, which are left out. */
const SYSTEM: Readonly<Record<string, Meaning>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: FORBIDDEN,
  ENOTDIR: NOT_A_DIRECTORY,
  EEXIST: NOT_A_DIRECTORY,
  EISDIR: NOT_A_DIRECTORY,
  EMFILE: TOO_MANY_FILES,
  ENFILE: TOO_MANY_FILES,
  EAGAIN: TOO_MANY_FILES,
  ENOENT: {
    code: 'not-found',
    message: 'a file of the data directory is gone',
    hint: 'look whether another program removes files there',
  },
  EIO: {
    code: 'unavailable',
    reached: 'maybe',
    message: 'the disk with the data directory does not answer properly',
    hint: 'look at the disk',
  },
}

/** What an error of this adapter, of the operating system or of the trainer means. */
export function classify(error: unknown): ErrorInfo {
  if (error instanceof LocalError) {
    const { code, message, hint, next } = error
    // `unavailable` is a job whose files are there and whose runner could not be started.
    const reached = code === 'unavailable' ? 'maybe' : 'yes'
    return { code, reached, message, ...(hint !== undefined && { hint }), ...(next && { next }) }
  }
  if (isSystemError(error)) {
    const meaning = SYSTEM[error.code]
    if (meaning !== undefined) return { reached: 'yes', ...meaning }
    return { code: 'unknown', reached: 'maybe', message: `the operating system says ${error.code}` }
  }
  if (isTrainerError(error)) return fromTrainer(error)
  return { code: 'unknown', reached: 'maybe' }
}

/** The trainer is asked here only to answer; what it refuses in a training becomes the job's failure. */
const TRAINER: Readonly<Record<TrainerErrorCode, ErrorCode>> = {
  'invalid-request': 'invalid-argument',
  'invalid-example': 'invalid-argument',
  'example-too-long': 'invalid-argument',
  'directory-in-use': 'failed-precondition',
  'broken-model': 'failed-precondition',
  'write-failed': 'unavailable',
  'training-diverged': 'unknown',
  'worker-failed': 'unknown',
}

function fromTrainer({ code, message }: TrainerError): ErrorInfo {
  return { code: TRAINER[code], reached: 'yes', message }
}
