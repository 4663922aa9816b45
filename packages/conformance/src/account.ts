import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  createTuner,
  memoryJournal,
  type Journal,
  type Plan,
  type PlanRequest,
  type Run,
  type Tuner,
} from '@anytune/core'
import {
  AnytuneError,
  type Attempt,
  type Context,
  type Driver,
  type Job,
  type JobSpec,
  type JobStatus,
  type Method,
  type Permit,
  type StagingFile,
} from '@anytune/core/driver'
import { collect, contextOf, eventually, rejection } from './expect.ts'
import type { Harness, JobSettings } from './harness.ts'
import { listening, overlay } from './overlay.ts'
import { DEFAULT_ROWS } from './rows.ts'
import type { Files } from './files.ts'

const RETRY = { attempts: 3, firstMs: 1, maximumMs: 5 }

/** Statuses after which a job does not change. */
export const ENDED: ReadonlySet<JobStatus> = new Set(['succeeded', 'failed', 'cancelled', 'expired'])

/** One account with a driver, and a tuner over it. */
export interface Account {
  readonly driver: Driver
  /** The very driver that the harness made: what its own functions are given. */
  readonly made: Driver
  readonly tuner: Tuner
  readonly journal: Journal
  /** Requests the vendor has seen so far. */
  calls(): readonly string[]
  /** A tuner of this process over a changed driver. */
  tunerOf(driver: Driver): Tuner
  /** A second process: another driver, the same account, the same journal. */
  otherProcess(): Promise<Account>
  request(method: Method, settings?: JobSettings): Promise<PlanRequest>
  plan(method: Method, settings?: JobSettings): Promise<Plan>
  start(method: Method, settings?: JobSettings): Promise<Run>
  /** Stages the rows and stops before the job: what `jobs.create` would have been given. */
  prepareJob(method: Method, settings?: JobSettings): Promise<JobSpec>
  /** Hands over what `datasets.create` is given, its true permit included; nothing else is done with it. */
  onStaging(method: Method, use: (staging: Staging) => Promise<void>): Promise<void>
  /** Looks at a job until it is as wanted. */
  jobWhen(id: string, what: string, wanted: (job: Job) => boolean): Promise<Job>
  /** Cancels what still runs. */
  tidy(): Promise<void>
}

/** What `datasets.create` is given. */
export interface Staging {
  readonly file: StagingFile
  readonly attempt: Attempt
  readonly permit: Permit
  readonly context: Context
}

/** The account behind a driver, with a journal of its own unless it is given one. */
export function accountOf(harness: Harness, files: Files, driver: Driver, journal: Journal = memoryJournal()): Account {
  const heard: string[] = []
  const spied = listening(driver, (operation) => heard.push(operation))
  const withinMs = (harness.timeoutMs ?? DEFAULT_TIMEOUT_MS) / 2
  const tunerOf = (other: Driver) => createTuner<Driver>(other, { journal, retry: RETRY })
  const tuner = tunerOf(spied)
  const request = (method: Method, settings: JobSettings = quickOf(harness, method)) =>
    requestOf(harness, files, driver, method, settings)
  const plan = async (method: Method, settings?: JobSettings) => tuner.plan(await request(method, settings))

  const account: Account = {
    driver: spied,
    made: driver,
    tuner,
    journal,
    calls: () => harness.calls?.(driver) ?? heard,
    tunerOf,
    otherProcess: async () => accountOf(harness, files, await harness.sameAccount(driver), journal),
    request,
    plan,
    start: async (method, settings) => tuner.start(await plan(method, settings)),
    async prepareJob(method, settings) {
      let spec: JobSpec | undefined
      const create = async (given: JobSpec) => {
        spec = given
        throw heldBack()
      }
      const held = tunerOf(overlay(spied, { jobs: overlay(spied.jobs, { create }) }))
      await rejection('a job that is held back', async () =>
        held.start(await held.plan(await request(method, settings))),
      )
      assert.ok(spec, 'the dataset was not staged: jobs.create was never reached')
      return spec
    },
    async onStaging(method, use) {
      let used: Promise<void> | undefined
      const create = async (file: StagingFile, attempt: Attempt, permit: Permit, context: Context) => {
        used = use({ file, attempt, permit, context })
        // Core must not judge what the suite finds: it would take it for an answer that was lost.
        await used.catch(() => {})
        throw heldBack()
      }
      const held = tunerOf(overlay(spied, { datasets: overlay(spied.datasets, { create }) }))
      await rejection('a dataset that is held back', async () => held.start(await held.plan(await request(method))))
      assert.ok(used, 'datasets.create was never reached')
      await used
    },
    jobWhen: (id, what, wanted) =>
      eventually(`job ${what}`, withinMs, async () => {
        const job = await driver.jobs.get(id, contextOf())
        assert.ok(wanted(job) || !ENDED.has(job.status), `job ${what}: it ended as ${job.status} instead`)
        return wanted(job) ? job : undefined
      }),
    async tidy() {
      for (const { id, status } of await collect(tuner.jobs.list())) {
        // It may have ended meanwhile.
        if (!ENDED.has(status)) await tuner.jobs.cancel(id).catch(() => {})
      }
    },
  }
  return account
}

export const DEFAULT_TIMEOUT_MS = 30_000

/** An attempt of the suite's own. */
export function newAttempt(): Attempt {
  return { key: `conformance-${randomBytes(6).toString('hex')}`, since: new Date(Date.now() - 60_000) }
}

function heldBack(): AnytuneError {
  return new AnytuneError('failed-precondition', 'held back by the conformance suite')
}

/** The base model that jobs of a method are made of. */
export function baseModelFor(harness: Harness, method: Method): string {
  return quickOf(harness, method).baseModel ?? harness.baseModel
}

function quickOf(harness: Harness, method: Method): JobSettings {
  return harness.quick?.[method] ?? {}
}

/** The rows that a method is trained on. */
function rowsOf(harness: Harness, method: Method, settings: JobSettings = {}): readonly object[] {
  const rows = settings.rows ?? quickOf(harness, method).rows ?? DEFAULT_ROWS[method]
  assert.ok(rows, `the harness must give rows for ${method} training: quick.${method}.rows`)
  return rows
}

async function requestOf(
  harness: Harness,
  files: Files,
  { provider, capabilities }: Driver,
  method: Method,
  settings: JobSettings,
): Promise<PlanRequest> {
  const { hyperparameters, providerOptions } = settings
  const training = await files.write(rowsOf(harness, method, settings))
  const { fields, methods } = capabilities
  const validationIsRequired = fields.validation?.required === true || methods[method]?.validationRequired === true
  return {
    baseModel: baseModelFor(harness, method),
    method,
    training,
    ...(validationIsRequired && { validation: training }),
    ...(hyperparameters && { hyperparameters }),
    ...(providerOptions && { providerOptions: { [provider]: providerOptions } }),
  }
}
