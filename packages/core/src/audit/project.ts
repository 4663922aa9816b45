import type { JournalEntry, StoredEntry } from '../operation/journal.ts'
import type { StepState } from '../operation/operation.ts'
import { foldPurge } from '../purge/receipt.ts'
import { formatReference } from '../reference.ts'
import { auditedDataset, stepTimes } from './audited-dataset.ts'
import type {
  AuditedDeployment,
  AuditedPurge,
  AuditedQuestions,
  AuditedRun,
  AuditedThing,
  AuditRecord,
} from './audit-record.ts'

type Opened = Extract<JournalEntry, { readonly type: 'opened' }>
type OpenedAs<K extends Opened['kind']> = Extract<Opened, { readonly kind: K }>

/** One operation of the journal. */
export interface Operation<O extends Opened = Opened> {
  readonly id: string
  readonly at: Date
  readonly opened: O
  readonly entries: readonly StoredEntry[]
  readonly steps: ReadonlyMap<string, StepState>
}

/** Runs with what belongs to them and, in their places, deployments and purges of what no run of the journal made. */
export function projected(operations: readonly Operation[]): readonly AuditRecord[] {
  const deploys = operations.filter((one) => isOf(one, 'deploy'))
  const asks = operations.filter((one) => isOf(one, 'ask'))
  const purges = operations.filter((one) => isOf(one, 'purge'))
  const runs = new Map(
    operations.filter((one) => isOf(one, 'tune')).map((run) => [run.id, auditedRun(run, { deploys, asks, purges })]),
  )
  const told = new Set([...runs.values()].flatMap(operationsOf))
  return operations.flatMap((operation): readonly AuditRecord[] => {
    const run = runs.get(operation.id)
    if (run !== undefined) return [run]
    if (told.has(operation.id)) return []
    if (isOf(operation, 'deploy')) return [auditedDeployment(operation)]
    if (isOf(operation, 'ask')) return [auditedQuestions(operation)]
    return isOf(operation, 'purge') ? [auditedPurge(operation)] : []
  })
}

/** Ids of all operations that a record is made of. */
export function operationsOf(record: AuditRecord): readonly string[] {
  if (record.kind !== 'run') return [record.operation]
  const within = [...record.deployments, ...record.questions, ...record.purges].map(({ operation }) => operation)
  return [record.run, ...within]
}

function isOf<K extends Opened['kind']>(operation: Operation, kind: K): operation is Operation<OpenedAs<K>> {
  return operation.opened.kind === kind
}

/** Operations that may be about what a run made. */
interface Besides {
  readonly deploys: readonly Operation<OpenedAs<'deploy'>>[]
  readonly asks: readonly Operation<OpenedAs<'ask'>>[]
  readonly purges: readonly Operation<OpenedAs<'purge'>>[]
}

function auditedRun(run: Operation<OpenedAs<'tune'>>, { deploys, asks, purges }: Besides): AuditedRun {
  const { id, opened, entries } = run
  const { plan } = opened
  const { digest, createdAt, policy, verified, allow } = plan
  const isHere = (other: Operation) => other.opened.provider === opened.provider && other.opened.scope === opened.scope
  const ended = endOf(entries)
  const deployments = deploys
    .filter((deploy) => isHere(deploy) && deploy.opened.model === ended?.model)
    .map(auditedDeployment)
  const created = createdBy(run, deployments)
  const isOwn = ({ kind, id: target }: { readonly kind: string; readonly id: string }) =>
    kind === 'run' ? target === id : created.some((thing) => thing.kind === kind && thing.id === target)
  return {
    ...audited(run),
    kind: 'run',
    run: id,
    reference: formatReference({ provider: opened.provider, scope: opened.scope, kind: 'run', id }),
    offering: plan.offering,
    baseModel: plan.baseModel,
    method: plan.method,
    plan: { digest, createdAt, policy, ...(verified && { verified }), ...(allow && { allow }) },
    datasets: plan.datasets.map((dataset) => auditedDataset(run, dataset)),
    job: { ...jobOf(run), ...(ended !== undefined && { ended: { at: ended.at, status: ended.status } }) },
    created,
    decisions: entries.flatMap(({ at, entry }) =>
      entry.type === 'decided' ? [{ at: at.toISOString(), step: entry.step, adopted: entry.adopt }] : [],
    ),
    deployments,
    questions: asks.filter((ask) => isHere(ask) && isOwn(ask.opened.asked)).map(auditedQuestions),
    purges: purges.filter((purge) => isHere(purge) && isOwn(purge.opened.target)).map(auditedPurge),
  }
}

function auditedDeployment(deploy: Operation<OpenedAs<'deploy'>>): AuditedDeployment {
  const { id: operation, opened, entries, steps } = deploy
  const step = steps.get('deployment')
  const ended = endOf(entries)
  return {
    ...audited(deploy),
    kind: 'deployment',
    operation,
    model: opened.model,
    state: step?.state ?? 'not-begun',
    ...(step?.id !== undefined && { id: step.id }),
    ...(ended !== undefined && { ended: { at: ended.at, status: ended.status } }),
  }
}

function auditedQuestions(ask: Operation<OpenedAs<'ask'>>): AuditedQuestions {
  const { id: operation, at, opened, entries } = ask
  // The first is written down by the entry that opens.
  const more = entries.map(({ entry }) => (entry.type === 'asked' ? entry.questions : 0))
  return {
    ...audited(ask),
    kind: 'questions',
    operation,
    asked: opened.asked,
    questions: more.reduce((sum, count) => sum + count, 1),
    lastAt: (entries.at(-1)?.at ?? at).toISOString(),
  }
}

function auditedPurge(purge: Operation<OpenedAs<'purge'>>): AuditedPurge {
  const { id: operation, opened, entries } = purge
  const { receipt, settled } = foldPurge(opened, entries)
  const things = opened.things.map(({ kind, id }, index) => {
    const end = settled.get(index)
    if (end === undefined) return { kind, id, state: 'planned' } as const
    return { kind, id, ...end.outcome, at: end.at.toISOString() }
  })
  return {
    ...audited(purge),
    kind: 'purge',
    operation,
    target: opened.target,
    things,
    ...(receipt && { receipt: { digest: receipt.digest, endedAt: receipt.endedAt, complete: receipt.complete } }),
  }
}

function audited({ at, opened: { profile, provider, scope } }: Operation) {
  return { version: 1, profile, provider, scope, at: at.toISOString() } as const
}

function jobOf(run: Operation): Omit<AuditedRun['job'], 'ended'> {
  const step = run.steps.get('job')
  if (step === undefined) return { state: 'not-begun' }
  return { state: step.state, ...stepTimes(run.entries, 'job'), ...(step.id !== undefined && { id: step.id }) }
}

/** What the journal has an id of, in the order in which it came to be known. */
function createdBy(
  run: Operation<OpenedAs<'tune'>>,
  deployments: readonly AuditedDeployment[],
): readonly AuditedThing[] {
  const made = run.entries.flatMap(({ at, entry }): readonly AuditedThing[] => {
    if (entry.type === 'done') {
      return [{ kind: entry.step === 'job' ? 'job' : 'dataset', id: entry.id, at: at.toISOString() }]
    }
    if (entry.type !== 'ended' || entry.model === undefined) return []
    return [{ kind: 'model', id: entry.model, at: at.toISOString() }]
  })
  const served = deployments.flatMap(({ id, at }): readonly AuditedThing[] =>
    id === undefined ? [] : [{ kind: 'deployment', id, at }],
  )
  // A run that is watched by several processes may have its end written down by each.
  return [
    ...new Map([...made, ...served].toReversed().map((thing) => [`${thing.kind} ${thing.id}`, thing])).values(),
  ].toReversed()
}

function endOf(entries: readonly StoredEntry[]) {
  const last = entries.findLast(({ entry }) => entry.type === 'ended')
  if (last?.entry.type !== 'ended') return undefined
  const { status, model } = last.entry
  return { at: last.at.toISOString(), status, ...(model !== undefined && { model }) }
}
