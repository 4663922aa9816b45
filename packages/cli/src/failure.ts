import type { ErrorCode } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import type { DatasetError } from '@anytune/dataset'
import { CommanderError } from '@commander-js/extra-typings'
import { wasLeft } from './broken-output.ts'
import { EXIT_CODES, INTERRUPTED, SUCCESS } from './exit-codes.ts'
import { Interrupted } from './interrupt.ts'
import type { Session } from './session.ts'
import type { Output } from './output/output.ts'
import { rejectionLines, type ListedRejection } from './output/rejections.ts'
import { safeLine, safeText } from './output/safe-text.ts'
import type { Asked } from './next-command.ts'
import { commandsOf, withCommands } from './with-commands.ts'

/** How the command was called, and how it speaks of errors. */
export type Telling = Asked & { readonly output: Pick<Output, 'paintError'> }

/** Says what went wrong and gives the exit code for it. */
export function reportFailure(error: unknown, session: Session): number {
  const { output } = session
  if (error instanceof CommanderError && error.exitCode === 0) return SUCCESS
  if (error instanceof Interrupted) {
    // Its reader has seen enough, as `head` has, and nothing was begun that goes on: nothing is wrong.
    if (wasLeft(session.streams.stdout) && Object.keys(error.data).length === 0) return SUCCESS
    output.data({ interrupted: error.data })
    output.complaint(error.message)
    return INTERRUPTED
  }
  const known = understand(error)
  // The help of a group without a command was printed already.
  if (isHelp(error) && !output.json) return EXIT_CODES[known.code]
  output.data({ error: errorData(known, session) })
  output.complaint(errorText(known, session))
  if (process.env['ANYTUNE_DEBUG']) output.complaint(framesOf(error))
  return EXIT_CODES[known.code]
}

/** Any error as one of ours. */
export function understand(error: unknown): AnytuneError {
  if (isAnytuneError(error)) return error
  if (isDatasetError(error)) return datasetFailure(error)
  if (error instanceof CommanderError) return usageFailure(error)
  if (isSystemError(error)) {
    const what = [error.syscall, error.path].filter((part) => part !== undefined).join(' ')
    return new AnytuneError('unknown', `${error.code}${what && ` (${what})`}`, { cause: error })
  }
  // The message of an unexpected error may quote what was being read, so only its kind is shown.
  const kind = error instanceof Error ? error.name : typeof error
  return new AnytuneError('unknown', `unexpected ${kind}`, {
    hint: 'this is a defect of anytune or of an adapter; ANYTUNE_DEBUG=1 shows where it happened',
    cause: error,
  })
}

/** The error as `--json` prints it: what can be done next has its command. */
export function errorData(error: AnytuneError, asked: Asked): Readonly<Record<string, unknown>> {
  return withCommands(error, asked).toJSON()
}

/** `error (code): message`, what the error knows besides, the hint, and a line for each command to type next. */
export function errorText(error: AnytuneError, asked: Telling): string {
  const paint = asked.output.paintError
  const lines = [`${paint(['bold', 'red'], `error (${error.code}):`)} ${safeText(error.message)}`]
  lines.push(...rejectionsOf(error), ...candidatesOf(error))
  if (error.hint !== undefined) lines.push(`${paint('bold', 'hint:')} ${safeText(error.hint)}`)
  const commands = commandsOf(withCommands(error, asked))
  lines.push(...commands.map((command) => `${paint('bold', 'next:')} ${safeLine(command)}`))
  return lines.join('\n')
}

/** Where an error and its causes came from, without their messages. */
function framesOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [error.name, ...frames, framesOf(error.cause)].filter((line) => line !== '').join('\n')
}

const DATASET_CODES = {
  'not-found': 'not-found',
  'not-a-file': 'invalid-argument',
  unreadable: 'invalid-argument',
  'unknown-format': 'dataset-invalid',
  encoding: 'dataset-invalid',
  container: 'dataset-invalid',
  'missing-package': 'configuration',
  'row-rejected': 'dataset-invalid',
  'too-few-rows': 'invalid-argument',
  'temporary-storage': 'invalid-argument',
  worker: 'unknown',
} as const satisfies Readonly<Record<DatasetError['code'], ErrorCode>>

function datasetFailure(error: DatasetError): AnytuneError {
  return new AnytuneError(DATASET_CODES[error.code], error.message, {
    hint: error.hint,
    cause: error,
  })
}

const COMMAND_HELP = 'anytune --help lists the commands, anytune COMMAND --help the options of one'

function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.code === 'commander.help'
}

function usageFailure(error: CommanderError): AnytuneError {
  if (isHelp(error)) return new AnytuneError('invalid-argument', 'a command is missing', { hint: COMMAND_HELP })
  const [message = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = more.join(' ').replace(/^\((.*)\)$/, '$1')
  return new AnytuneError('invalid-argument', message, {
    hint: suggestion || COMMAND_HELP,
  })
}

function rejectionsOf({ data }: AnytuneError): string[] {
  const rejected = data?.['rejected']
  if (!isObject(rejected) || !Array.isArray(rejected['first'])) return []
  const first = rejected['first'].filter(isListed)
  const count = typeof rejected['count'] === 'number' ? rejected['count'] : first.length
  return rejectionLines({ count, first })
}

function candidatesOf({ data }: AnytuneError): string[] {
  const candidates = data?.['candidates']
  if (!Array.isArray(candidates)) return []
  return candidates.map((candidate) => `  candidate ${safeLine(String(candidate))}`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isListed(value: unknown): value is ListedRejection {
  return (
    isObject(value) &&
    typeof value['line'] === 'number' &&
    typeof value['rule'] === 'string' &&
    typeof value['message'] === 'string'
  )
}

// By brand and name, not by class: an adapter may bring its own copy of the packages.
const BRAND = Symbol.for('@anytune/core/error')

function isAnytuneError(error: unknown): error is AnytuneError {
  return isObject(error) && BRAND in error
}

function isDatasetError(error: unknown): error is DatasetError {
  return (
    error instanceof Error &&
    error.name === 'DatasetError' &&
    'code' in error &&
    Object.hasOwn(DATASET_CODES, String(error.code))
  )
}

interface SystemError extends Error {
  readonly code: string
  readonly syscall?: string
  readonly path?: string
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error
}
