import { type EncodeOptions, type ExampleRule, fileSource } from '@anytune/dataset'
import type { Calls } from '../calls.ts'
import type { Attempt, Job, JobSpec, StagedDataset, StagingFile } from '../driver.ts'
import { AnytuneError, isAnytuneError } from '../errors.ts'
import type { Journal } from '../operation/journal.ts'
import { keepManifest } from '../lineage/keep-manifest.ts'
import type { LineageFiles } from '../lineage/lineage-files.ts'
import { foldSteps, runStep, type StepHooks } from '../operation/operation.ts'
import type { Plan, PlannedDataset } from '../plan/plan-document.ts'
import {
  asPlanned,
  changedSincePlan,
  encoding,
  namedSource,
  providerRules,
  readingDataset,
  type NamedSource,
  type Role,
} from '../plan/sources.ts'
import { stagedName } from './staged-name.ts'
import { whenVisible } from './visible.ts'
import { requestPermit } from '../policy/gate.ts'
import type { Judgement } from '../policy/judgement.ts'
import { createPoller } from '../poll.ts'
import type { StartOptions } from '../tuner.ts'

const ABANDON_TIMEOUT_MS = 30_000

/** Everything that brings one run from its plan to a submitted job. */
export interface Drive {
  readonly calls: Calls
  readonly journal: Journal
  readonly lineage: LineageFiles | undefined
  readonly id: string
  readonly plan: Plan
  /** Asked before anything new is made; judges once. @throws AnytuneError for what may not be. */
  readonly permitted: () => Promise<Judgement>
  /** Sources given in memory; those with a path are read from there. */
  readonly sources: readonly NamedSource[]
  readonly options: StartOptions
}

/** Stages what is not yet staged, and submits what is not yet submitted; returns the job's id. */
export async function driveRun(drive: Drive): Promise<string> {
  const { plan } = drive
  const staged = new Map<Role, string>()
  let rules: Promise<readonly ExampleRule[]> | undefined
  for (const planned of plan.datasets) {
    const id = await stage(drive, planned, () => (rules ??= rulesOf(drive)))
    staged.set(planned.role, id)
    // Once a job was asked for, its datasets were ready, and may have been deleted since.
    if (!(await wasAskedFor(drive))) await untilReady(drive, planned, id)
  }
  const training = staged.get('training')
  if (training === undefined) {
    throw new AnytuneError('invalid-argument', 'the plan has no training dataset', { hint: 'make a new plan' })
  }
  return submit(drive, jobSpec(plan, training, staged.get('validation')))
}

async function stage(
  drive: Drive,
  planned: PlannedDataset,
  rules: () => Promise<readonly ExampleRule[]>,
): Promise<string> {
  const { calls, journal, id } = drive
  const { datasets } = calls.driver
  const file = stagingFile(drive, planned, rules)
  return runStep<StagedDataset>(
    calls,
    journal,
    id,
    planned.role,
    {
      operation: 'datasets.create',
      async create(attempt, context) {
        const permit = requestPermit({ purpose: 'stage', sha256: planned.encoded.sha256 }, await drive.permitted())
        await noteRows(drive, planned, rules)
        return datasets
          .create(file, attempt, permit, context)
          .catch((error: unknown) => abandon(drive, planned.role, file, attempt, error))
      },
      harmless: true,
      find: (attempt, context) => datasets.find(file, attempt, context),
      get: async (dataset, context) => assertPlanned(await datasets.get(dataset, context), planned),
    },
    { ...hooks(drive, planned.role, planned.encoded.bytes), permitted: drive.permitted },
  )
}

/** True when a request for the job was sent, or may have been. */
async function wasAskedFor({ journal, id }: Drive): Promise<boolean> {
  const job = foldSteps(await journal.read(id)).get('job')
  return job !== undefined && job.state !== 'refused'
}

/** A dataset that the user says is ours: where the vendor keeps a digest, it must be the plan's. */
function assertPlanned(staged: StagedDataset, planned: PlannedDataset): StagedDataset {
  if (staged.sha256 === undefined || staged.sha256 === planned.encoded.sha256) return staged
  throw new AnytuneError('invalid-argument', `the dataset ${staged.id} is not the planned ${planned.role} dataset`, {
    hint: 'adopt the one that was staged for this run, or have it staged again',
    data: { dataset: staged.id },
  })
}

/** A staging that failed for good leaves nothing behind at the vendor; one that may go on keeps what it has sent. */
async function abandon(
  drive: Drive,
  step: string,
  file: StagingFile,
  attempt: Attempt,
  cause: unknown,
): Promise<never> {
  const { calls, journal, id, options } = drive
  const { datasets } = calls.driver
  const { error, reached } = calls.understand(cause, 'datasets.create')
  // `already-exists` is looked for first: it may be our own, come through late.
  const open = reached === 'maybe' || error.retryable || error.code === 'already-exists'
  const final = !open && options.signal?.aborted !== true
  if (final && datasets.abandon !== undefined) {
    const patience = AbortSignal.timeout(ABANDON_TIMEOUT_MS)
    const context = calls.context(
      'datasets.abandon',
      options.signal === undefined ? patience : AbortSignal.any([options.signal, patience]),
    )
    // What went wrong first is what the user must learn; parts that stay are found again by their name.
    const saved = foldSteps(await journal.read(id)).get(step)?.saved
    const unfinished = { ...attempt, ...(saved !== undefined && { resume: saved }) }
    const gone = await datasets.abandon(file, unfinished, context).then(
      () => true,
      () => false,
    )
    // The next attempt must not go on with an upload that is gone; one that is there is what a purge removes.
    if (gone) await journal.forget(id, step)
  }
  throw cause
}

async function submit(drive: Drive, spec: JobSpec): Promise<string> {
  const { calls, journal, id } = drive
  const { jobs } = calls.driver
  const job = await runStep<Job>(
    calls,
    journal,
    id,
    'job',
    {
      operation: 'jobs.create',
      create: (attempt, context) => jobs.create(spec, attempt, context),
      find: (attempt, context) => jobs.find(spec, attempt, context),
      get: (job, context) => jobs.get(job, context),
    },
    { ...hooks(drive, 'job', 0), permitted: drive.permitted },
  )
  await whenVisible(calls, 'jobs.get', (context) => jobs.get(job, context), drive.options.signal)
  return job
}

/** What a plan asks of the driver once its datasets are staged. */
export function jobSpec(plan: Plan, training: string, validation: string | undefined): JobSpec {
  const { baseModel, method, hyperparameters, suffix, seed, metadata, providerOptions } = plan
  return {
    baseModel,
    method,
    hyperparameters,
    training,
    ...(validation !== undefined && { validation }),
    ...(suffix !== undefined && { suffix }),
    ...(seed !== undefined && { seed }),
    ...(metadata !== undefined && { metadata }),
    providerOptions,
  }
}

function hooks(drive: Drive, step: string, total: number): StepHooks {
  const { signal, onProgress } = drive.options
  return {
    ...(signal && { signal }),
    ...(onProgress && {
      onState: (state) => onProgress({ type: 'step', step, state }),
      onBytes: (sent) => onProgress({ type: 'bytes', step, sent, total }),
    }),
  }
}

function stagingFile(drive: Drive, planned: PlannedDataset, rules: () => Promise<readonly ExampleRule[]>): StagingFile {
  return {
    name: stagedName(drive.id, planned.role),
    ...planned.encoded,
    open: () => asPlanned(planBytes(drive, planned, rules), planned),
  }
}

async function* planBytes(
  drive: Drive,
  planned: PlannedDataset,
  rules: () => Promise<readonly ExampleRule[]>,
  onRow?: EncodeOptions['onRow'],
): AsyncGenerator<Uint8Array> {
  yield* encoding(sourceOf(drive, planned).source, planned, await rules(), drive.plan.skipRejected, onRow)
}

/**
 * Reads the whole dataset once more before its first byte leaves: a file that changed since the plan never does. Which rows it is made
 * of is written down on the way.
 */
async function noteRows(
  drive: Drive,
  planned: PlannedDataset,
  rules: () => Promise<readonly ExampleRule[]>,
): Promise<void> {
  const { lineage, journal, id, options } = drive
  const { role } = planned
  const read = async function* (onRow?: EncodeOptions['onRow']) {
    for await (const chunk of asPlanned(planBytes(drive, planned, rules, onRow), planned)) {
      options.signal?.throwIfAborted()
      yield chunk
    }
  }
  const manifest = await readingDataset(role, () =>
    lineage === undefined ? readToEnd(read()) : keepManifest(lineage, planned, read),
  ).catch((error: unknown) => {
    // A row that was good when the plan was made is a change as well.
    const rejected = isAnytuneError(error) && error.code === 'dataset-invalid'
    throw rejected ? changedSincePlan(planned) : error
  })
  if (manifest !== undefined) await journal.append(id, { type: 'lineage', role, manifest })
}

async function readToEnd(chunks: AsyncIterable<Uint8Array>): Promise<undefined> {
  for await (const _ of chunks);
}

function rulesOf(drive: Drive): Promise<readonly ExampleRule[]> {
  const planned = drive.plan.datasets.find(({ role }) => role === 'training')
  if (planned === undefined) return Promise.resolve([])
  const { source } = sourceOf(drive, planned)
  return readingDataset('training', () =>
    providerRules(drive.calls, drive.plan, { source, format: planned.format }, drive.options.signal),
  )
}

function sourceOf(drive: Drive, planned: PlannedDataset): NamedSource {
  const given = drive.sources.find(({ role }) => role === planned.role)
  if (given !== undefined) return given
  if (planned.path !== undefined) {
    return namedSource(planned.role, { source: fileSource(planned.path, planned.layout) })
  }
  throw new AnytuneError(
    'failed-precondition',
    `the ${planned.role} dataset was given in memory, and is gone with its process`,
    {
      hint: 'plan again, with the rows in a file if the run shall survive its process',
    },
  )
}

/** Hours are no vendor's word for it; and hosts that look at files only when a job asks for them may say so for ever. */
const LONGEST_PROCESSING_MS = 30 * 60_000

/** Some vendors check a file before it can be trained on. */
async function untilReady(drive: Drive, planned: PlannedDataset, id: string): Promise<void> {
  const { calls, options } = drive
  const poller = createPoller(calls.driver.polling)
  const since = Date.now()
  const { datasets } = calls.driver
  for (;;) {
    const staged = await whenVisible(calls, 'datasets.get', (context) => datasets.get(id, context), options.signal)
    if (staged.status === 'failed') {
      throw new AnytuneError(
        'dataset-invalid',
        `${calls.driver.provider} refused the ${planned.role} dataset: ${staged.failure ?? staged.rawStatus}`,
        {
          provider: calls.driver.provider,
          operation: 'datasets.get',
          hint: 'look at the reason',
          data: { dataset: id },
        },
      )
    }
    // `unknown` is left for the vendor to judge when the job is created.
    if (staged.status !== 'processing') return
    if (Date.now() - since >= LONGEST_PROCESSING_MS) throw stillProcessing(drive, planned, staged)
    await poller.wait({ ...(options.signal && { signal: options.signal }) })
  }
}

function stillProcessing({ calls }: Drive, { role }: PlannedDataset, { id, rawStatus }: StagedDataset): AnytuneError {
  const { provider } = calls.driver
  const minutes = LONGEST_PROCESSING_MS / 60_000
  return new AnytuneError(
    'timeout',
    `${provider} has the ${role} dataset, and says "${rawStatus}" of it for ${minutes} minutes`,
    {
      provider,
      operation: 'datasets.get',
      hint: 'go on with the run later; where the host’s files stay so until a job asks for them, look for the adapter’s option that says so',
      data: { dataset: id },
    },
  )
}
