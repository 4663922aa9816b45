import type { StoredEntry } from '../operation/journal.ts'
import type { Journal, JournalEntry } from '../operation/journal.ts'
import { foldSteps, type StepState } from '../operation/operation.ts'
import { operationMissing } from '../operation/memory-journal.ts'
import { formatReference } from '../reference.ts'
import type { RunSummary } from '../tuner.ts'

type Opened = Extract<JournalEntry, { readonly type: 'opened' }>
type OpenedTune = Extract<Opened, { readonly kind: 'tune' }>

/** What the journal knows of a run. */
export interface RunRecord {
  readonly id: string
  readonly opened: OpenedTune
  readonly createdAt: Date
  readonly entries: readonly StoredEntry[]
  readonly steps: ReadonlyMap<string, StepState>
  readonly ended?: { readonly status: string; readonly model?: string }
  /** The purge that removed, or is removing, what the run made. */
  readonly purged?: string
}

/** @throws AnytuneError `not-found`. */
export async function readRun(journal: Journal, id: string): Promise<RunRecord> {
  const record = runRecord(id, await journal.read(id))
  if (record === undefined) throw operationMissing(id)
  return record
}

/** Runs, newest first. */
export async function* listRuns(journal: Journal): AsyncGenerator<RunSummary, void, undefined> {
  for (const id of await journal.list()) {
    const record = runRecord(id, await journal.read(id))
    if (record !== undefined) yield summarize(record)
  }
}

/** The run of this account that made a job; undefined when none of the journal's did. */
export async function runOfJob(
  journal: Journal,
  { provider, scope, job }: { readonly provider: string; readonly scope: string; readonly job: string },
): Promise<string | undefined> {
  for (const id of await journal.list()) {
    const record = runRecord(id, await journal.read(id))
    const here = record?.opened.provider === provider && record.opened.scope === scope
    if (here && record.steps.get('job')?.id === job) return id
  }
  return undefined
}

/** The run of this account that ended with a model; undefined when none of the journal's did. */
export async function runOfModel(
  journal: Journal,
  { provider, scope, model }: { readonly provider: string; readonly scope: string; readonly model: string },
): Promise<RunRecord | undefined> {
  for (const id of await journal.list()) {
    const record = runRecord(id, await journal.read(id))
    const here = record?.opened.provider === provider && record.opened.scope === scope
    if (here && record.ended?.model === model) return record
  }
  return undefined
}

function runRecord(id: string, entries: readonly StoredEntry[]): RunRecord | undefined {
  const [first] = entries
  if (first === undefined || first.entry.type !== 'opened' || first.entry.kind !== 'tune') return undefined
  const last = entries.findLast(({ entry }) => entry.type === 'ended')?.entry
  const purged = entries.findLast(({ entry }) => entry.type === 'purged')?.entry
  return {
    id,
    opened: first.entry,
    createdAt: first.at,
    entries,
    steps: foldSteps(entries),
    ...(last?.type === 'ended' && { ended: last }),
    ...(purged?.type === 'purged' && { purged: purged.by }),
  }
}

function summarize(record: RunRecord): RunSummary {
  const { id, opened, createdAt, steps, ended } = record
  const job = steps.get('job')
  return {
    id,
    reference: runReference(record),
    createdAt,
    profile: opened.profile,
    provider: opened.provider,
    baseModel: opened.plan.baseModel,
    method: opened.plan.method,
    state: stateOf(record),
    ...(job?.id !== undefined && { jobId: job.id }),
    ...(ended?.model !== undefined && { modelId: ended.model }),
  }
}

function stateOf({ steps, ended, purged }: RunRecord): RunSummary['state'] {
  if (purged !== undefined) return 'purged'
  if (ended !== undefined) return ended.status === 'succeeded' ? 'succeeded' : 'ended'
  if ([...steps.values()].some(({ state }) => state === 'unsure')) return 'needs-decision'
  return steps.get('job')?.state === 'done' ? 'submitted' : 'open'
}

export function runReference({ id, opened }: Pick<RunRecord, 'id' | 'opened'>): string {
  return formatReference({ provider: opened.provider, scope: opened.scope, kind: 'run', id })
}
