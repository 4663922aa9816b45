import assert from 'node:assert/strict'
import type { JobEvent } from '@anytune/core/driver'
import { withoutCalls } from '../effects.ts'
import { collect, refusal } from '../expect.ts'
import { SECRET_OF_ROWS } from '../rows.ts'
import { type Finished, readEvents, type Suite, type Topic } from '../suite.ts'

/** What a job tells is told once, oldest first, and can be gone on with from anywhere by anybody. */
export const events: Topic = (suite) => {
  if (suite.driver.jobs.events === undefined) {
    return [{ name: 'events are unsupported, with zero calls', run: () => refuses(suite) }]
  }
  return [
    { name: 'events come oldest first, each with an id of its own', run: () => oldestFirst(suite) },
    { name: 'metrics are numbers, and steps stay within their total', run: () => metricsAreNumbers(suite) },
    { name: 'reading again gives the same events', run: () => readsTheSame(suite) },
    { name: 'a second process goes on from any cursor, without loss or repetition', run: () => goesOn(suite) },
    { name: 'a second process watches on from any event', run: () => watchesOn(suite) },
    { name: 'a run tells every event of its job', run: () => runTells(suite) },
    { name: 'no event carries the content of rows', run: () => keepsContent(suite) },
  ]
}

async function refuses(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await withoutCalls(account, 'events', () =>
      refusal('events', 'unsupported', () => collect(account.tuner.jobs.events('any'))),
    )
  })
}

async function oldestFirst(suite: Suite): Promise<void> {
  const { account, job, events: asTheyCame } = await suite.finished()
  for (const told of [asTheyCame, flat(await readEvents(account.driver, job.id))]) {
    assert.ok(told.length > 0, 'a job that ran to its end has told something')
    for (const { at } of told) assert.ok(at instanceof Date && !Number.isNaN(at.getTime()), '`at` must be a valid Date')
    const times = told.map(({ at }) => at.getTime())
    assert.deepEqual(
      times,
      times.toSorted((one, other) => one - other),
      'events must come oldest first',
    )
    assert.equal(new Set(idsOf(told)).size, told.length, 'the ids of events must differ')
  }
}

async function metricsAreNumbers(suite: Suite): Promise<void> {
  for (const event of (await suite.finished()).events) {
    if (event.type !== 'metrics') continue
    for (const [name, value] of Object.entries(event.values)) assert.ok(Number.isFinite(value), `${name} is ${value}`)
    assert.ok(event.step <= (event.totalSteps ?? Infinity), `step ${event.step} of ${event.totalSteps}`)
  }
}

async function readsTheSame(suite: Suite): Promise<void> {
  const { account, job, events: told } = await suite.finished()
  assert.deepEqual(flat(await readEvents(account.driver, job.id)), told)
}

async function goesOn(suite: Suite): Promise<void> {
  const { account, job, pages } = await suite.finished()
  const { driver } = await account.otherProcess()
  for (const [index, { cursor }] of pages.entries()) {
    // As if it had been stored in a file.
    const stored: string = JSON.parse(JSON.stringify(cursor))
    const rest = flat(await readEvents(driver, job.id, stored))
    assert.deepEqual(rest, flat(pages.slice(index + 1)), `after page ${index + 1} of ${pages.length}`)
  }
  await driver.close?.()
}

const POSITIONS = 5

async function watchesOn(suite: Suite): Promise<void> {
  const { account, job, events: told } = await suite.finished()
  const { tuner, driver } = await account.otherProcess()
  const watched = (await collect(tuner.jobs.watch(job.id))).flatMap((event) => (event.type === 'job' ? [event] : []))
  assert.deepEqual(
    watched.map(({ event }) => event.id),
    idsOf(told),
    'watching tells every event once',
  )
  const every = Math.max(1, Math.floor(watched.length / POSITIONS))
  for (const [index, { cursor }] of watched.entries()) {
    if (index % every !== 0) continue
    const rest = await collect(tuner.jobs.watch(job.id, { after: cursor }))
    const ids = rest.flatMap((event) => (event.type === 'job' ? [event.event.id] : []))
    assert.deepEqual(ids, idsOf(told.slice(index + 1)), `after event ${index + 1} of ${told.length}`)
  }
  await driver.close?.()
}

async function runTells(suite: Suite): Promise<void> {
  const { account, run, events: told } = await suite.finished()
  const { tuner, driver } = await account.otherProcess()
  const again = await tuner.runs.get(run.id)
  const ids = (await collect(again.events())).flatMap((event) => (event.type === 'job' ? [event.event.id] : []))
  assert.deepEqual(ids, idsOf(told))
  await driver.close?.()
}

async function keepsContent(suite: Suite): Promise<void> {
  const { events: told, seen } = await suite.finished()
  for (const thing of [...told, ...seen]) {
    assert.ok(!JSON.stringify(thing).includes(SECRET_OF_ROWS), 'what a job tells must not carry the content of rows')
  }
}

function flat(pages: Finished['pages']): readonly JobEvent[] {
  return pages.flatMap((page) => page.events)
}

function idsOf(told: readonly JobEvent[]): readonly string[] {
  return told.map(({ id }) => id)
}
