import { inspect } from 'node:util'
import { expect } from 'vitest'
import { type AnytuneError, isAnytuneError } from '../../src/errors.ts'
import { SECRET } from './project.ts'

/** The `configuration` error that the work must end with, seen not to hold the planted secret anywhere. */
export function refusal(work: () => unknown): AnytuneError {
  const error = thrownBy(work)
  if (!isAnytuneError(error)) throw new Error(`no error of anytune was thrown but ${inspect(error)}`)
  expect(error.code).toBe('configuration')
  expect(inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)).not.toContain(SECRET)
  return error
}

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
