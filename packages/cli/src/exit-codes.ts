import type { ErrorCode } from '@anytune/core'

/** Everything went as asked. */
export const SUCCESS = 0
/** An error that has no code of its own, or a file that could not be read. */
export const UNEXPECTED = 1
/** Rows of a dataset were rejected. */
export const ROWS_REJECTED = 2
/** Something ends within the days that were asked about. */
export const ENDS_SOON = 11
/** A part of what was asked for could not be read; the rest was, and is there. */
export const INCOMPLETE = 12
/** The user stopped the command, or SIGTERM or SIGHUP did; a job may go on. 128 + SIGINT, as shells count. */
export const INTERRUPTED = 130

/** The process's exit code for every error code; part of the public interface, so a number never changes its meaning. */
export const EXIT_CODES = {
  unknown: UNEXPECTED,
  'dataset-invalid': ROWS_REJECTED,
  'invalid-argument': 3,
  unsupported: 3,
  configuration: 4,
  unauthenticated: 5,
  'permission-denied': 5,
  'policy-refused': 6,
  'needs-decision': 7,
  'job-failed': 8,
  'not-found': 9,
  'already-exists': 9,
  'failed-precondition': 9,
  unavailable: 10,
  'rate-limited': 10,
  'quota-exceeded': 10,
  timeout: 10,
  'closed-to-new-jobs': 10,
} as const satisfies Readonly<Record<ErrorCode, number>>

/** What the exit codes say that are not an error's alone. */
export const OUTCOMES: Readonly<Record<number, string>> = {
  [SUCCESS]: 'everything went as asked',
  [UNEXPECTED]: 'an error without a code of its own, or a file that could not be read',
  [ROWS_REJECTED]: 'rows of a dataset were rejected; `record`: or the provider refused questions',
  [ENDS_SOON]: '`doctor`: something ends within the days that were asked about',
  [INCOMPLETE]:
    '`doctor`, `export`, `policy explain`, `runs saw`, `terms`: a part could not be read; the rest was, and the output names the part',
  [INTERRUPTED]: 'the user stopped the command; a job may go on',
}
