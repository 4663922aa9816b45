import type { Calls } from '../calls.ts'
import type { Job, JobSpec, StagedDataset, StagingFile } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import { decisions, type NextAction } from '../next-action.ts'
import { allPages } from '../pages.ts'
import type { PlannedDataset } from '../plan/plan-document.ts'
import { jobSpec } from '../run/drive.ts'
import type { RunRecord } from '../run/records.ts'
import { stagedName } from '../run/staged-name.ts'
import type { PurgeOptions } from '../tuner.ts'
import { historyOf, type StepHistory } from './attempts.ts'
import { fileThing } from './job-things.ts'
import type { FoundThing } from './things.ts'

/** What a run made before its job made anything. */
export interface RunThings {
  readonly things: readonly FoundThing[]
  /** Ids of its jobs: one, or more where an answer was lost. */
  readonly jobs: readonly string[]
}

/**
 * Everything that the journal says a run made, and what is known by the run's name or its dataset where an answer was lost.
 *
 * @throws AnytuneError `needs-decision` when a job of it may be under way of which nothing is known, unless `cancelJob` is set.
 */
export async function thingsOfRun(calls: Calls, record: RunRecord, options: PurgeOptions): Promise<RunThings> {
  const { datasets: planned } = record.opened.plan
  const staged = await Promise.all(planned.map((dataset) => stagedFor(calls, record, dataset, options.signal)))
  const { jobs, unsure } = await jobsOf(calls, record, options)
  return { things: [...staged.flat(), ...unsure], jobs }
}

async function stagedFor(
  calls: Calls,
  record: RunRecord,
  planned: PlannedDataset,
  signal: AbortSignal | undefined,
): Promise<readonly FoundThing[]> {
  const { datasets } = calls.driver
  const { role } = planned
  const history = historyOf(record.entries, role)
  const file = unsent(record, planned)
  // A job is asked for once its datasets were seen to be ready.
  const seen = record.steps.has('job')
  /** With when it was made, where nobody may have seen it since. */
  const ids = new Map([...history.made].map(([id, at]) => [id, seen ? undefined : at] as const))
  const candidates: string[] = []
  let unsure = false
  for (const attempt of history.open) {
    const found = await calls.read('datasets.create (find)', (context) => datasets.find(file, attempt, context), signal)
    if (found.state === 'found') ids.set(found.value.id, madeAt(found.value))
    if (found.state !== 'unsure') continue
    unsure = true
    candidates.push(...found.candidates.map(({ id }) => id))
  }
  if (history.uncertain) {
    // A second copy may have been staged, and each has the run's own name.
    for (const copy of await namedLike(calls, file.name, history.keys, signal)) {
      if (!ids.has(copy.id)) ids.set(copy.id, madeAt(copy))
    }
  }
  const known = [...ids].map(([id, at]) => fileThing(calls.driver, 'dataset', id, at))
  return [
    ...known,
    ...(unsure && known.length === 0 ? [unsureDataset(file.name, candidates)] : []),
    ...uploadsOf(calls, record, role, file.name, history),
  ]
}

function unsureDataset(name: string, candidates: readonly string[]): FoundThing {
  return {
    kind: 'dataset',
    id: name,
    settled: {
      state: 'unsure',
      reason: 'whether it was staged cannot be told',
      hint: `look for ${name} at the provider; where it is not listed, purge again later to be sure`,
      candidates,
    },
  }
}

function uploadsOf(
  { driver }: Calls,
  { id: run }: RunRecord,
  step: PlannedDataset['role'],
  name: string,
  { unfinished }: StepHistory,
): readonly FoundThing[] {
  if (driver.datasets.abandon === undefined) return []
  return unfinished.map(({ key, since }) => ({
    kind: 'upload',
    id: name,
    attempt: { run, step, key, since: since.toISOString() },
  }))
}

async function namedLike(
  { driver, read }: Calls,
  name: string,
  keys: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<readonly StagedDataset[]> {
  const alike: StagedDataset[] = []
  const page = (query: Parameters<typeof driver.datasets.list>[0]) =>
    read('datasets.list', (context) => driver.datasets.list(query, context), signal)
  for await (const dataset of allPages<StagedDataset>(page)) {
    if (dataset.name === name || keys.has(dataset.id)) alike.push(dataset)
  }
  return alike
}

/** By the provider; its clock may be before ours, and what is listed was made by now. A list that shows it need not mean that it is found by its id. */
function madeAt({ createdAt }: StagedDataset): Date | undefined {
  return createdAt && new Date(Math.min(createdAt.getTime(), Date.now()))
}

async function jobsOf(
  calls: Calls,
  record: RunRecord,
  { signal, cancelJob = false, dryRun = false }: PurgeOptions,
): Promise<{ readonly jobs: readonly string[]; readonly unsure: readonly FoundThing[] }> {
  const { jobs } = calls.driver
  const history = historyOf(record.entries, 'job')
  const training = historyOf(record.entries, 'training').made
  const ids = new Set(history.made.keys())
  const unsure: { readonly key: string; readonly candidates: readonly string[] }[] = []
  for (const attempt of history.open) {
    const found = await calls.read(
      'jobs.create (find)',
      (context) => jobs.find(specOf(record), attempt, context),
      signal,
    )
    if (found.state === 'found') ids.add(found.value.id)
    if (found.state === 'unsure') unsure.push({ key: attempt.key, candidates: found.candidates.map(({ id }) => id) })
  }
  if (history.uncertain) {
    // The dataset was staged for this run alone: a job that names it is of this run.
    const page = (query: Parameters<typeof jobs.list>[0]) =>
      calls.read('jobs.list', (context) => jobs.list(query, context), signal)
    for await (const job of allPages<Job>(page)) {
      if (job.files?.some(({ role, id }) => role === 'training' && training.has(id))) ids.add(job.id)
    }
  }
  const left = ids.size > 0 ? [] : unsure
  const [first] = left
  if (first !== undefined && !cancelJob && !dryRun) throw maybeUnderWay(calls, record.id, first.candidates)
  return { jobs: [...ids], unsure: left.map(({ key, candidates }) => unsureJob(key, candidates)) }
}

function unsureJob(key: string, candidates: readonly string[]): FoundThing {
  return {
    kind: 'job',
    id: key,
    settled: {
      state: 'unsure',
      reason: 'whether the job was made cannot be told',
      hint: 'look at the provider; a job of this run has to be cancelled and purged by its id',
      next: [{ do: 'purge', target: { kind: 'job' }, cancelJob: true }],
      candidates,
    },
  }
}

function maybeUnderWay({ driver }: Calls, run: string, candidates: readonly string[]): AnytuneError {
  return new AnytuneError(
    'needs-decision',
    `whether a job of ${run} is under way cannot be told: nothing was removed`,
    {
      provider: driver.provider,
      operation: 'purge',
      hint: 'look at the provider; if it was made, resume the run with it; or purge with cancelJob, which removes the rest',
      next: [
        ...decisions(candidates).flatMap((decision): readonly NextAction[] =>
          'createAgain' in decision ? [] : [{ do: 'resume-run', run, decision }],
        ),
        { do: 'purge', target: { kind: 'run', id: run }, cancelJob: true },
      ],
      data: { run, candidates },
    },
  )
}

function specOf({ opened: { plan }, steps }: RunRecord): JobSpec {
  const training = steps.get('training')?.id
  if (training === undefined) throw new Error('a job was asked for before its dataset was staged')
  return jobSpec(plan, training, steps.get('validation')?.id)
}

/** The file as it was named when it was staged; nothing is sent of it any more. */
function unsent({ id }: RunRecord, planned: PlannedDataset): StagingFile {
  return {
    name: stagedName(id, planned.role),
    ...planned.encoded,
    open() {
      throw new Error('a purge sends no row')
    },
  }
}
