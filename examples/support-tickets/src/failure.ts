import { isAnytuneError } from '@anytune/core'
import { DatasetError } from '@anytune/dataset'
import { EXIT_CODES } from 'anytune'
import { INTERRUPTED, Interrupted } from './interrupt.ts'
import type { Screen } from './screen.ts'

/** Says what went wrong and what to do, and gives the exit code for it. */
export function reportFailure(error: unknown, screen: Pick<Screen, 'complain' | 'result'>): number {
  if (error instanceof Interrupted) {
    screen.complain(`\n${error.message}`)
    screen.result({ interrupted: { message: error.message } })
    return INTERRUPTED
  }
  const known = isAnytuneError(error) || error instanceof DatasetError ? error : undefined
  const message = error instanceof Error ? error.message : String(error)
  const { code = 'unknown', hint } = known ?? {}
  screen.complain(`\nerror (${code}): ${message}${hint === undefined ? '' : `\nhint: ${hint}`}`)
  if (known === undefined && error instanceof Error && error.stack !== undefined) screen.complain(error.stack)
  screen.result({ error: { code, message, hint } })
  return isAnytuneError(error) ? EXIT_CODES[error.code] : 1
}
