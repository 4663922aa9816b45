import { resolve } from 'node:path'
import { type Catalogue, catalogue as onRecord } from '@anytune/catalogue'
import { audit, type AuditOptions } from './audit/audit.ts'
import { createCalls, type Calls } from './calls.ts'
import { assertOperation } from './support.ts'
import type { Driver, Job, JobEvent, Kept, OfferingTarget, PageQuery } from './driver.ts'
import { AnytuneError, isAnytuneError, withData } from './errors.ts'
import type { Journal } from './operation/journal.ts'
import { lineageFiles } from './lineage/lineage-files.ts'
import { createLineage } from './lineage/lineage.ts'
import { decide, newOperationId } from './operation/operation.ts'
import { sqliteJournal } from './operation/sqlite-journal.ts'
import { allPages } from './pages.ts'
import { checkRequest, type AnyRequest } from './plan/check-request.ts'
import { assertSealed } from './plan/document-digest.ts'
import { assertPreflight } from './plan/assert-preflight.ts'
import { assertOpen } from './plan/effects.ts'
import { makePlan } from './plan/make-plan.ts'
import { withRecordsOf } from './plan/on-record.ts'
import type { Plan } from './plan/plan-document.ts'
import { permitPlanned } from './policy/judge-training.ts'
import type { Judgement } from './policy/judgement.ts'
import type { Policy } from './policy/policy-document.ts'
import { checkPolicy } from './policy/policy-schema.ts'
import { verdicts, type VerdictsQuery } from './policy/verdicts.ts'
import type { NamedSource } from './plan/sources.ts'
import { purge, receipts } from './purge/purge.ts'
import type { PurgeTarget } from './purge/receipt.ts'
import { resolveId, type ReferenceKind } from './reference.ts'
import type { RetryPolicy } from './retry.ts'
import { fromCursor } from './run/cursor.ts'
import { assertBelongs, assertNotPurged } from './run/belongs.ts'
import { driveRun } from './run/drive.ts'
import { listRuns, readRun } from './run/records.ts'
import { openRun } from './run/run.ts'
import { withWhatNext } from './run/what-next.ts'
import type { Settings } from './settings.ts'
import { accountTerms } from './terms/account-terms.ts'
import { watchJob } from './run/watch.ts'
import { createAsked } from './serve/asked.ts'
import { deleteDeployment, openDeployment, partOf } from './serve/deployment.ts'
import { openModel } from './serve/model.ts'
import type {
  CallOptions,
  EventsOptions,
  ListOptions,
  PurgeOptions,
  ResumeOptions,
  Run,
  RunEvent,
  StartOptions,
  TermsOptions,
  Tuner,
  WatchOptions,
} from './tuner.ts'

export interface TunerOptions {
  /** The name the configuration gives this provider. Default: the provider's own. */
  readonly profile?: string
  /** The configuration's model names, and this provider's base model for each that it has. */
  readonly models?: Readonly<Record<string, string | undefined>>
  /** Where operations are written down. Default: `journal.db` in the state directory. */
  readonly journal?: Journal
  /** Default: `.anytune` in the working directory. */
  readonly stateDirectory?: string
  /**
   * Whether it is written down which rows are sent, as hashes beside the journal: see `Tuner.lineage`. Default: true, unless there is
   * a journal of your own and no state directory.
   */
  readonly lineage?: boolean
  readonly retry?: RetryPolicy
  /** What is on record of offerings. Default: the records of `@anytune/catalogue`; amend them with its `mergeCatalogue`. */
  readonly catalogue?: Catalogue
  /** What is demanded of whoever takes the data: see `definePolicy`. Default: nothing, and every plan says so. */
  readonly policy?: Policy
  /** The clock that dates plans and judges the ends and the ages of records. Default: the computer's. */
  readonly now?: () => Date
}

/**
 * The portable client over one driver.
 *
 * @throws AnytuneError `configuration` for a driver written for another version of the interface.
 */
export function createTuner<D extends Driver>(driver: D, options: TunerOptions = {}): Tuner<D> {
  if (driver.spi !== 1) {
    throw new AnytuneError('configuration', `the driver of ${driver.provider} is for another version of anytune`, {
      hint: 'install versions of @anytune/core and of the adapter that belong together',
    })
  }
  const calls = createCalls(driver, options.retry)
  const stateDirectory = resolve(options.stateDirectory ?? '.anytune')
  const journal = options.journal ?? sqliteJournal(stateDirectory)
  // A journal of the caller's own says nothing about where files may be kept.
  const keepsRows = options.lineage ?? (options.journal === undefined || options.stateDirectory !== undefined)
  const lineage = keepsRows ? lineageFiles(stateDirectory) : undefined
  const { profile = driver.provider, now = () => new Date() } = options
  const catalogue = withRecordsOf(driver, options.catalogue ?? onRecord)
  const asked = createAsked(journal, { profile, provider: driver.provider, scope: driver.scope })
  const policy = options.policy && checkPolicy(options.policy, () => 'policy')
  const settings: Settings = { calls, journal, lineage, asked, profile, catalogue, policy, now }
  const tuner = {
    profile: settings.profile,
    provider: driver.provider,
    scope: driver.scope,
    catalogue,
    offering: (target: Omit<OfferingTarget, 'providerOptions'>) => driver.offering({ ...target, providerOptions: {} }),
    ...running(settings, options.models ?? {}),
    jobs: jobsOf(calls),
    datasets: datasetsOf(calls),
    ...modelsOf(settings),
    ...deploymentsOf(settings),
    purge: (target: string | PurgeTarget, options: PurgeOptions = {}) => purge(settings, target, options),
    receipts: () => receipts(settings),
    terms: (options: TermsOptions = {}) => accountTerms(settings, options),
    verdicts: (query: VerdictsQuery = {}) => verdicts(settings, query),
    audit: ({ runs, since }: AuditOptions = {}) =>
      audit(journal, { ...(runs && { runs: runs.map((run) => idOf(calls, 'run', run)) }), ...(since && { since }) }),
    lineage: createLineage(journal, lineage, (run) => idOf(calls, 'run', run)),
    async close() {
      try {
        await asked.close()
      } finally {
        await closeAll(driver, journal)
      }
    },
  }
  // One object has everything; only its type is narrowed to what the driver has, and the rest refuses at run time.
  return tuner as unknown as Tuner<D>
}

async function closeAll(driver: Driver, journal: Journal): Promise<void> {
  try {
    await driver.close?.()
  } finally {
    await journal.close()
  }
}

/** Plan, start and resume: the way from a request to a run. */
function running(settings: Settings, models: NonNullable<TunerOptions['models']>) {
  const { calls, journal, lineage, profile, now } = settings
  const { driver } = calls
  // Rows given in memory are known to the process that planned them, by the plan they belong to.
  const given = new Map<string, readonly NamedSource[]>()

  async function drive(id: string, plan: Plan, options: ResumeOptions, judged?: Judgement): Promise<Run> {
    let known = judged
    const permitted = async () => (known ??= await permitPlanned(settings, plan, options.signal))
    const claim = await journal.claim(id)
    try {
      // Under the claim: a purge that begins meanwhile would not see what is staged.
      assertNotPurged(await readRun(journal, id))
      // Also under it: noted while another process is at work, it would be about an attempt that nobody decided on.
      if (options.decision !== undefined) await decide(journal, id, options.decision)
      await driveRun({ calls, journal, lineage, id, plan, sources: given.get(plan.digest) ?? [], permitted, options })
    } catch (error) {
      // Whoever catches it must be able to go on with the run, or to decide.
      if (!isAnytuneError(error)) throw error
      throw withData(withWhatNext(error, id, await journal.read(id)), { run: id })
    } finally {
      await claim.release()
    }
    return openRun(settings, await readRun(journal, id))
  }

  return {
    async plan(request: Parameters<Tuner['plan']>[0], { signal }: CallOptions = {}): Promise<Plan> {
      const checked = withModelName(checkRequest(request), models, profile)
      const { plan, sources } = await makePlan(settings, checked, signal)
      if (sources.some(({ source }) => source.path === undefined)) given.set(plan.digest, sources)
      return plan
    },

    async start(plan: Plan, options: StartOptions = {}): Promise<Run> {
      assertSealed(plan)
      assertBelongs(driver, plan)
      assertPreflight(plan)
      assertOpen(settings, plan, now())
      // Before anything is written down: what is refused leaves nothing behind.
      const judged = await permitPlanned(settings, plan, options.signal)
      const id = newOperationId('run')
      await journal.create(id, {
        type: 'opened',
        kind: 'tune',
        profile,
        provider: driver.provider,
        scope: driver.scope,
        plan,
      })
      return drive(id, plan, options, judged)
    },

    async resume(run: string, options: ResumeOptions = {}): Promise<Run> {
      const id = idOf(calls, 'run', run)
      const record = await readRun(journal, id)
      assertSealed(record.opened.plan)
      assertBelongs(driver, record.opened.plan)
      const resumed = await drive(id, record.opened.plan, options)
      await wake(calls, resumed, options.signal)
      return resumed
    },

    runs: {
      async get(run: string): Promise<Run> {
        const record = await readRun(journal, idOf(calls, 'run', run))
        assertBelongs(driver, record.opened.plan)
        return openRun(settings, record)
      },
      list: () => listRuns(journal),
    },
  }
}

/** A job that waits for somebody to go on with it goes on when its run is resumed. */
async function wake(calls: Calls, run: Run, signal: AbortSignal | undefined): Promise<void> {
  const { jobs } = calls.driver
  const resume = jobs.resume?.bind(jobs)
  if (resume === undefined) return
  const job = await run.job({ ...(signal && { signal }) })
  if (job.status === 'paused' || job.resumable === true)
    await calls.write('jobs.resume', (context) => resume(job.id, context), signal)
}

function jobsOf(calls: Calls) {
  const { driver } = calls
  const change =
    (operation: 'cancel' | 'pause' | 'resume') =>
    async (job: string, { signal }: CallOptions = {}) => {
      const call = assertOperation(driver, `jobs.${operation}`, driver.jobs[operation]).bind(driver.jobs)
      const id = idOf(calls, 'job', job)
      await calls.write(`jobs.${operation}`, (context) => call(id, context), signal)
      return calls.read('jobs.get', (context) => driver.jobs.get(id, context), signal)
    }
  async function* watch(job: string, options: WatchOptions = {}): AsyncGenerator<RunEvent, void, undefined> {
    yield* watchJob(calls, idOf(calls, 'job', job), fromCursor(options.after), options)
  }
  async function* events(job: string, options: EventsOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    assertOperation(driver, 'jobs.events', driver.jobs.events)
    const telling = watchJob(calls, idOf(calls, 'job', job), fromCursor(options.after), options)
    for await (const told of telling) if (told.type === 'job') yield told.event
  }
  return {
    ...collection<Job>(calls, 'job', driver.jobs),
    cancel: change('cancel'),
    pause: change('pause'),
    resume: change('resume'),
    watch,
    events,
  }
}

function datasetsOf(calls: Calls) {
  const { datasets } = calls.driver
  async function* read(dataset: string, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const open = assertOperation(calls.driver, 'datasets.read', datasets.read).bind(datasets)
    yield* calls.stream('read', 'datasets.read', (context) => open(idOf(calls, 'dataset', dataset), context), signal)
  }
  return { ...collection(calls, 'dataset', datasets), ...deletable(calls, 'dataset', datasets), read }
}

function modelsOf(settings: Settings) {
  const { calls } = settings
  const { models } = calls.driver
  return {
    models: {
      ...collection(calls, 'model', models),
      ...deletable(calls, 'model', models),
      open: (model: string) => openModel(settings, idOf(calls, 'model', model), undefined),
    },
  }
}

function deploymentsOf(settings: Settings) {
  const { calls } = settings
  const { deployments } = calls.driver
  return {
    deployments: {
      ...collection(calls, 'deployment', deployments),
      async delete(deployment: string, { signal }: CallOptions = {}) {
        await deleteDeployment(calls, idOf(calls, 'deployment', deployment), signal)
      },
      async open(deployment: string, { signal }: CallOptions = {}) {
        const id = idOf(calls, 'deployment', deployment)
        const part = partOf(calls.driver)
        return openDeployment(settings, await calls.read('deployments.get', (context) => part.get(id, context), signal))
      },
    },
  }
}

/** `get` and `list` of one kind of thing; refuses when the driver does not have that kind. */
function collection<T>(calls: Calls, kind: ReferenceKind, part: Kept<T> | Omit<Kept<T>, 'delete'> | undefined) {
  const there = () => assertOperation(calls.driver, `${kind}s`, part)
  return {
    async get(thing: string, { signal }: CallOptions = {}): Promise<T> {
      const kept = there()
      const id = idOf(calls, kind, thing)
      return calls.read(`${kind}s.get`, (context) => kept.get(id, context), signal)
    },
    async *list({ signal, pageSize }: ListOptions = {}): AsyncGenerator<T, void, undefined> {
      const kept = there()
      const page = (query: PageQuery) => calls.read(`${kind}s.list`, (context) => kept.list(query, context), signal)
      yield* allPages(page, pageSize)
    },
  }
}

function deletable<T>(calls: Calls, kind: ReferenceKind, part: Kept<T> | undefined) {
  return {
    async delete(thing: string, { signal }: CallOptions = {}): Promise<void> {
      const kept = assertOperation(calls.driver, `${kind}s`, part)
      const remove = assertOperation(calls.driver, `${kind}s.delete`, kept.delete).bind(kept)
      const id = idOf(calls, kind, thing)
      await calls.write(`${kind}s.delete`, (context) => remove(id, context), signal)
    },
  }
}

function idOf(calls: Calls, kind: ReferenceKind, text: string): string {
  const { provider, scope } = calls.driver
  return resolveId(text, { provider, scope, kind })
}

function withModelName(request: AnyRequest, models: NonNullable<TunerOptions['models']>, profile: string): AnyRequest {
  if (!Object.hasOwn(models, request.baseModel)) return request
  const baseModel = models[request.baseModel]
  if (baseModel !== undefined) return { ...request, baseModel }
  throw new AnytuneError(
    'configuration',
    `the model "${request.baseModel}" has no base model for the profile "${profile}"`,
    {
      hint: `add one to models in the configuration`,
    },
  )
}
