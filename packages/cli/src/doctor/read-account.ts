import type { ListOptions, Tuner } from '@anytune/core'
import type { AnytuneError } from '@anytune/core/driver'
import { understand } from '../failure.ts'
import { ownRuns } from '../own-runs.ts'
import { LISTS, type Account, type Reading } from './account.ts'

/** Items a page: the most that every provider known so far gives at once. */
const PAGE_SIZE = 100

/**
 * Reads all lists of an account, to their ends, one request after the other; changes nothing.
 *
 * Datasets come before jobs, and jobs before runs: what is made while this reads can then only make a file look needed,
 * never make a needed one look left over.
 *
 * @throws AnytuneError the first error, when nothing at all could be read of the provider.
 */
export async function readAccount(tuner: Tuner, signal: AbortSignal): Promise<Account> {
  const options: ListOptions = { signal, pageSize: PAGE_SIZE }
  const account: Account = {
    profile: tuner.profile,
    provider: tuner.provider,
    scope: tuner.scope,
    datasets: await read(tuner.datasets.list(options), signal),
    jobs: await read(tuner.jobs.list(options), signal),
    models: await read(tuner.models.list(options), signal),
    deployments: await read(tuner.deployments.list(options), signal),
    runs: await read(ownRuns(tuner), signal),
  }
  const failure = failureOf(account)
  if (failure !== undefined) throw failure
  return account
}

async function read<T>(list: AsyncIterable<T>, signal: AbortSignal): Promise<Reading<T>> {
  const items: T[] = []
  try {
    for await (const item of list) items.push(item)
    return { state: 'read', items }
  } catch (cause) {
    signal.throwIfAborted()
    const error = understand(cause)
    return error.code === 'unsupported'
      ? { state: 'not-offered', items: [] }
      : { state: 'could-not-read', items, error }
  }
}

function failureOf(account: Account): AnytuneError | undefined {
  const remote = LISTS.filter((name) => name !== 'runs').map((name) => account[name])
  const offered = remote.filter(({ state }) => state !== 'not-offered')
  const failed = offered.flatMap((reading) => (reading.state === 'could-not-read' ? [reading] : []))
  const nothing = failed.length === offered.length && failed.every(({ items }) => items.length === 0)
  return nothing ? failed[0]?.error : undefined
}
