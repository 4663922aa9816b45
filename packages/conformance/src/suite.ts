import assert from 'node:assert/strict'
import type { Driver, EventPage, Job, JobEvent, JobSpec, Method, StagingFile } from '@anytune/core/driver'
import type { ModelHandle, Run } from '@anytune/core'
import { type Account, accountOf, DEFAULT_TIMEOUT_MS, ENDED } from './account.ts'
import { contextOf, eventually } from './expect.ts'
import { type Files, temporaryFiles } from './files.ts'
import type { Harness } from './harness.ts'
import { overlay } from './overlay.ts'

/** The topics of the suite, in the order in which a person would ask about a driver. */
export const TOPICS = [
  'datasets',
  'jobs',
  'states',
  'lists',
  'cancel',
  'pause',
  'events',
  'checkpoints',
  'models',
  'deployments',
  'chat',
  'terms',
  'errors',
  'unsupported',
  'permits',
  'abort',
  'raw',
  'references',
  'recovery',
  'purge',
] as const
export type TopicName = (typeof TOPICS)[number]

/** One test of a topic; `unchecked` says why it cannot be run with this harness. */
export type TopicTest = { readonly name: string } & (
  | { readonly run: () => Promise<void> }
  | { readonly unchecked: string }
)

/** Writes the tests of one topic for what the driver has, and the inverted ones for what it lacks. */
export type Topic = (suite: Suite) => readonly TopicTest[]

/** What every topic is given. */
export interface Suite {
  readonly harness: Harness
  /** To look at, not to use: what the driver has. */
  readonly driver: Driver
  readonly methods: readonly Method[]
  /** The method of tests that need only one. */
  readonly method: Method
  readonly withinMs: number
  readonly files: Files
  /** An account where nothing is; what still runs on it afterwards is cancelled. */
  onFresh(use: (account: Account) => Promise<void>): Promise<void>
  /** One run from plan to model, made when the first test asks for it; tests may look at it, and change nothing. */
  finished(): Promise<Finished>
  close(): Promise<void>
}

/** A run that was watched to its end. */
export interface Finished {
  readonly account: Account
  readonly run: Run
  readonly job: Job
  readonly model: ModelHandle
  /** What `jobs.create` was given. */
  readonly spec: JobSpec
  /** What `datasets.create` was given. */
  readonly files: readonly StagingFile[]
  /** The job each time it was looked at, from its creation to its end. */
  readonly seen: readonly Job[]
  /** Pages of events as they came while it ran; empty where the driver has no events. */
  readonly pages: readonly EventPage[]
  /** The events of all pages. */
  readonly events: readonly JobEvent[]
}

/** Makes one driver to see what it has; everything else is made when it is needed. */
export async function makeSuite(harness: Harness): Promise<Suite> {
  const driver = await harness.makeDriver()
  const files = temporaryFiles()
  // The order is that of the capabilities; every entry of theirs is a method.
  const methods = Object.keys(driver.capabilities.methods) as Method[]
  const method = methods.includes('supervised') ? 'supervised' : methods[0]
  assert.ok(method, 'the driver has no method: there is nothing to train')
  const withinMs = (harness.timeoutMs ?? DEFAULT_TIMEOUT_MS) / 2
  const fresh = async () => accountOf(harness, files, await harness.makeDriver())
  let finished: Promise<Finished> | undefined
  return {
    harness,
    driver,
    methods,
    method,
    withinMs,
    files,
    async onFresh(use) {
      const account = await fresh()
      try {
        await use(account)
      } finally {
        await account.tidy()
        await account.driver.close?.()
      }
    },
    finished: () => (finished ??= fresh().then((account) => finish(account, method, withinMs))),
    async close() {
      const left = await finished?.catch(() => undefined)
      await left?.account.driver.close?.()
      await driver.close?.()
      await files.remove()
      await harness.cleanUp?.()
    },
  }
}

async function finish(account: Account, method: Method, withinMs: number): Promise<Finished> {
  const { driver } = account
  const files: StagingFile[] = []
  const specs: JobSpec[] = []
  const recording = overlay<Driver>(driver, {
    datasets: overlay<Driver['datasets']>(driver.datasets, {
      create(file, ...rest) {
        files.push(file)
        return driver.datasets.create(file, ...rest)
      },
    }),
    jobs: overlay<Driver['jobs']>(driver.jobs, {
      create(spec, ...rest) {
        specs.push(spec)
        return driver.jobs.create(spec, ...rest)
      },
    }),
  })
  const tuner = account.tunerOf(recording)
  const run = await tuner.start(await account.plan(method))
  const [spec] = specs
  assert.ok(spec, 'jobs.create was never reached')

  const { id } = await run.job()
  const seen: Job[] = []
  const pages: EventPage[] = []
  await eventually(`the ${method} job to end`, withinMs, async () => {
    const job = await driver.jobs.get(id, contextOf())
    seen.push(job)
    // The status first: events that are read after it are all there are once it has ended.
    pages.push(...(await readEvents(driver, id, pages.at(-1)?.cursor)))
    return hasEnded(job) ? job : undefined
  })
  const job = await run.job()
  return {
    account,
    run,
    job,
    model: await run.model(),
    spec,
    files,
    seen,
    pages,
    events: pages.flatMap((page) => page.events),
  }
}

/** The pages after a cursor, as many as there are by now; none where the driver has no events. */
export async function readEvents(driver: Driver, job: string, from?: string): Promise<readonly EventPage[]> {
  const pages: EventPage[] = []
  if (driver.jobs.events === undefined) return pages
  for (let after = from; ;) {
    const page = await driver.jobs.events(job, after, contextOf())
    if (page.events.length === 0 || page.cursor === after) return pages
    pages.push(page)
    after = page.cursor
  }
}

export function hasEnded({ status }: Job): boolean {
  return ENDED.has(status)
}

/** A job as it stands must not contradict itself, nor the vendor's own word for it. */
export function assertHonest(harness: Harness, job: Job): void {
  const expected = Object.hasOwn(harness.statuses.expected, job.rawStatus)
    ? harness.statuses.expected[job.rawStatus]
    : undefined
  assert.ok(expected, `the harness does not know the vendor's word "${job.rawStatus}": add it to statuses.expected`)
  assert.equal(job.status, expected, `a job that the vendor calls "${job.rawStatus}" must be ${expected}`)
  if (job.status !== 'succeeded') assert.equal(job.model, undefined, `a job that is ${job.status} has no model to use`)
  if (!hasEnded(job) && job.status !== 'unknown') {
    assert.equal(job.finishedAt, undefined, `a job that is ${job.status} has not finished`)
  }
}
