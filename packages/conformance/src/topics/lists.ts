import assert from 'node:assert/strict'
import type { Driver } from '@anytune/core/driver'
import { type Account, newAttempt } from '../account.ts'
import { collect, contextOf } from '../expect.ts'
import type { Suite, Topic, TopicTest } from '../suite.ts'

type Kind = 'datasets' | 'jobs' | 'models' | 'deployments'

/** Lists have everything once, whatever the size of a page. */
export const lists: Topic = (suite) => [
  { name: 'an account where nothing is lists nothing', run: () => listsNothing(suite) },
  { name: 'jobs and datasets are listed once, in one order, whatever the size of a page', run: () => pages(suite) },
  { name: 'a finished run is listed', run: () => listsTheRun(suite) },
  oddJob(suite),
]

async function listsNothing(suite: Suite): Promise<void> {
  await suite.onFresh(async ({ tuner, driver }) => {
    assert.deepEqual(await collect(tuner.jobs.list()), [])
    assert.deepEqual(await collect(tuner.datasets.list()), [])
    if (driver.models !== undefined) assert.deepEqual(await collect(tuner.models.list()), [])
    if (driver.deployments !== undefined) assert.deepEqual(await collect(tuner.deployments.list()), [])
  })
}

async function pages(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const datasets: string[] = []
    const jobs: string[] = []
    for (let count = 0; count < 3; count++) {
      const spec = await account.prepareJob(suite.method, suite.harness.slow)
      datasets.push(spec.training)
      jobs.push((await account.driver.jobs.create(spec, newAttempt(), contextOf())).id)
    }
    await inOneOrder(suite, account, 'datasets', datasets.toReversed())
    await inOneOrder(suite, account, 'jobs', jobs.toReversed())
  })
}

async function inOneOrder(suite: Suite, account: Account, kind: Kind, newestFirst: readonly string[]): Promise<void> {
  const atOnce = await idsOf(account.driver, kind, 100)
  const sorted = suite.harness.unsortedLists?.includes(kind) !== true
  if (sorted) assert.deepEqual(atOnce, newestFirst, `${kind} must be listed newest first`)
  else assert.deepEqual(atOnce.toSorted(), newestFirst.toSorted(), `${kind} must all be listed`)
  assert.deepEqual(await idsOf(account.driver, kind, 1), atOnce, `${kind}, one a page`)
  assert.deepEqual(await idsOf(account.driver, kind, 2), atOnce, `${kind}, two a page`)
  const iterated = await collect<{ readonly id: string }>(account.tuner[kind].list({ pageSize: 2 }))
  assert.deepEqual(
    iterated.map(({ id }) => id),
    atOnce,
    `${kind}, through the tuner`,
  )
}

/** Ids of all pages, as the driver gives them. */
async function idsOf(driver: Driver, kind: Kind, limit: number): Promise<readonly string[]> {
  const kept = driver[kind]
  assert.ok(kept)
  const ids: string[] = []
  const cursors = new Set<string>()
  let after: string | undefined
  do {
    const page = await kept.list({ limit, ...(after !== undefined && { after }) }, contextOf())
    ids.push(...page.items.map(({ id }) => id))
    after = page.next
    assert.ok(after === undefined || !cursors.has(after), `${kind}: the page cursor comes back, the list never ends`)
    if (after !== undefined) cursors.add(after)
  } while (after !== undefined)
  return ids
}

async function listsTheRun(suite: Suite): Promise<void> {
  const { account, job, spec, model } = await suite.finished()
  assert.ok((await idsOf(account.driver, 'jobs', 1)).includes(job.id))
  assert.ok((await idsOf(account.driver, 'datasets', 1)).includes(spec.training))
  if (account.driver.models !== undefined) assert.ok((await idsOf(account.driver, 'models', 1)).includes(model.id))
}

function oddJob({ harness, method, onFresh }: Suite): TopicTest {
  const name = 'an odd job breaks no list'
  if (harness.plantOddJob === undefined) return { name, unchecked: 'the harness has no plantOddJob' }
  const run = () =>
    onFresh(async (account) => {
      const spec = await account.prepareJob(method, harness.slow)
      const { id } = await account.driver.jobs.create(spec, newAttempt(), contextOf())
      await harness.plantOddJob?.(account.made)
      const listed = await collect(account.tuner.jobs.list())
      assert.equal(listed.length, 2)
      assert.ok(listed.some((job) => job.id === id))
      for (const job of listed) assert.equal((await account.tuner.jobs.get(job.id)).id, job.id)
    })
  return { name, run }
}
