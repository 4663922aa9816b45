import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAnytuneError, type AnytuneError, type ErrorCode } from '@anytune/core'
import type { Context, Driver } from '@anytune/core/driver'

/** What the work is rejected with. Fails when it is not rejected. */
export async function rejection(what: string, work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  assert.fail(`${what} must be refused, and was not`)
}

/** The error of anytune that the work is rejected with, after checking its code. */
export async function refusal(
  what: string,
  codes: ErrorCode | readonly ErrorCode[],
  work: () => Promise<unknown>,
): Promise<AnytuneError> {
  const error = await rejection(what, work)
  assert.ok(isAnytuneError(error), `${what} must be refused with an error of anytune; it is: ${String(error)}`)
  const allowed: readonly ErrorCode[] = typeof codes === 'string' ? [codes] : codes
  assert.ok(
    allowed.includes(error.code),
    `${what} must be refused as ${allowed.join(' or ')}; it is ${error.code}: ${error.message}`,
  )
  return error
}

/** Deleting what is gone may say so, or do nothing. */
export async function unlessGone(remove: () => Promise<void>): Promise<void> {
  await remove().catch((error: unknown) => {
    assert.ok(isAnytuneError(error) && error.code === 'not-found', `deleting what is gone failed: ${String(error)}`)
  })
}

/** What an error of the driver means, as core would learn it. */
export function meaningOf(driver: Driver, error: unknown, operation: string): ReturnType<Driver['classify']> {
  return isAnytuneError(error) ? { code: error.code, reached: 'no' } : driver.classify(error, operation)
}

/** Everything of a list. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** Everything an error says, its causes included. */
export function everythingSaid(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 5) return JSON.stringify(error) ?? String(error)
  const own = isAnytuneError(error) ? JSON.stringify(error) : ''
  return [error.message, own, error.cause === undefined ? '' : everythingSaid(error.cause, depth + 1)].join('\n')
}

/** A context for calls that the suite makes itself. */
export function contextOf(signal: AbortSignal = new AbortController().signal): Context {
  return {
    signal,
    retry: (part) => part(),
    async until(look) {
      for (;;) {
        const answer = await look()
        if (answer !== undefined) return answer
        await sleep(LOOK_EVERY_MS, undefined, { signal })
      }
    },
    save: async () => {},
    progress: () => {},
  }
}

/** What the work settles to; fails when it takes longer. */
export async function settling<T>(what: string, withinMs: number, work: Promise<T>): Promise<T> {
  const late = new AbortController()
  const tooLate = sleep(withinMs, undefined, { signal: late.signal }).then(() =>
    assert.fail(`${what}: not within ${withinMs} ms`),
  )
  try {
    return await Promise.race([work, tooLate])
  } finally {
    tooLate.catch(() => {})
    late.abort()
  }
}

const LOOK_EVERY_MS = 10

/** Looks until there is an answer. */
export async function eventually<T>(what: string, withinMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + withinMs
  for (;;) {
    const answer = await look()
    if (answer !== undefined) return answer
    assert.ok(Date.now() < until, `${what}: not within ${withinMs} ms`)
    await sleep(LOOK_EVERY_MS)
  }
}
