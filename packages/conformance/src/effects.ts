import assert from 'node:assert/strict'
import type { Account } from './account.ts'
import { collect, contextOf } from './expect.ts'
import type { Harness } from './harness.ts'

/** What is on the account: the ids of everything the driver can list. */
export async function inventory({ driver }: Account): Promise<readonly string[]> {
  const ids: string[] = []
  for (const part of ['datasets', 'jobs', 'models', 'deployments'] as const) {
    const kept = driver[part]
    if (kept === undefined) continue
    let after: string | undefined
    do {
      const page = await kept.list({ limit: 100, ...(after !== undefined && { after }) }, contextOf())
      ids.push(...page.items.map(({ id }) => `${part}/${id}`))
      after = page.next
    } while (after !== undefined)
  }
  return ids.toSorted()
}

/** The work must not ask the vendor anything. */
export async function withoutCalls<T>(account: Account, what: string, work: () => Promise<T>): Promise<T> {
  const before = account.calls().length
  const result = await work()
  assert.deepEqual(account.calls().slice(before), [], `${what} must not reach the vendor`)
  return result
}

/** The work, which calls the driver itself, must change nothing at the vendor; where requests are seen, none may be sent. */
export async function withoutEffect<T>(
  harness: Harness,
  account: Account,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const there = await inventory(account)
  const before = account.calls().length
  const result = await work()
  if (harness.calls !== undefined) {
    assert.deepEqual(account.calls().slice(before), [], `${what} must not reach the vendor`)
  }
  assert.deepEqual(await inventory(account), there, `${what} must change nothing on the account`)
  return result
}

/** Calls of the driver's that make something: `jobs.create` and the like. */
export async function jobIds({ tuner }: Account): Promise<readonly string[]> {
  return (await collect(tuner.jobs.list())).map(({ id }) => id)
}
