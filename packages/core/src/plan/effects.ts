import { judgeTraining } from '../policy/judge-training.ts'
import type { Settings } from '../settings.ts'
import { verifiedTerms } from '../terms/verified.ts'
import type { PlanWarning } from '../support.ts'
import { refuseOrWarn } from './allow.ts'
import { planCost } from './cost.ts'
import { datasetFindings } from './dataset-limits.ts'
import type { PlanEvidence } from './evidence.ts'
import { closedFindings, lifecycleWarnings, servableUntil } from './lifecycle.ts'
import { onRecord } from './on-record.ts'
import type { Plan, PlannedDataset } from './plan-document.ts'
import { planTerms, planVerified } from './plan-terms.ts'
import { type CountTokens, planTokens, type TokensByRole } from './plan-tokens.ts'

/** What a plan's effects depend on, besides its datasets. */
export type Drafted = Pick<
  Plan,
  'createdAt' | 'offering' | 'baseModel' | 'method' | 'hyperparameters' | 'providerOptions' | 'allow'
>

/** What a plan says of the world: what is made, what leaves, under which terms, at what cost, for how long. */
type Effects = Pick<
  Plan,
  | 'datasets'
  | 'creates'
  | 'leaves'
  | 'terms'
  | 'verified'
  | 'policy'
  | 'cost'
  | 'irreversible'
  | 'servableUntil'
  | 'warnings'
>

/**
 * Refuses what is closed to new jobs by now, as far as that is on record: also for a plan that was made while it was open.
 *
 * @throws AnytuneError `closed-to-new-jobs`, unless the plan allows it.
 */
export function assertOpen(
  { calls: { driver }, catalogue }: Settings,
  planned: Drafted,
  now: Date,
): readonly PlanWarning[] {
  if (planned.offering.egress === 'none') return []
  const known = onRecord(driver, planned, catalogue, now)
  return refuseOrWarn(driver.provider, closedFindings(known, planned.baseModel), planned.allow ?? [])
}

interface Reckoned {
  readonly datasets: readonly PlannedDataset[]
  readonly count: CountTokens
  /** What {@link assertOpen} let pass. */
  readonly closed: readonly PlanWarning[]
  readonly signal: AbortSignal | undefined
}

/** @throws AnytuneError `dataset-invalid` for a limit on record that the datasets do not keep, unless the plan allows it. */
export async function effects(
  settings: Settings,
  draft: Drafted,
  { datasets, count, closed, signal }: Reckoned,
): Promise<Effects> {
  const { offering, baseModel, method, hyperparameters } = draft
  const creates = [
    ...datasets.map(({ role, encoded }) => `${role} dataset: ${encoded.rows} rows, ${encoded.bytes} bytes`),
    `fine-tuning job on ${baseModel}`,
    'fine-tuned model',
  ]
  const now = new Date(draft.createdAt)
  const judging = { offering, datasets, at: now }
  if (offering.egress === 'none') {
    return {
      datasets,
      creates,
      policy: judgeTraining(settings, { ...judging, verified: undefined }),
      ...NOTHING_LEAVES,
    }
  }
  const { driver } = settings.calls
  const known = onRecord(driver, draft, settings.catalogue, now)
  const tokens = await planTokens(known, draft, datasets, count)
  const findings = datasetFindings(known, { baseModel, method, hyperparameters, datasets, tokens })
  const broken = refuseOrWarn(driver.provider, findings, draft.allow ?? [])
  // Asked last: data that cannot be used is no reason to ask anybody.
  const verified = await verifiedTerms(settings.calls, now, signal)
  const terms = planTerms(known, verified)
  const cost = planCost(known, {
    baseModel,
    method,
    epochs: hyperparameters.epochs,
    bytes: bytesOf(datasets),
    tokens: tokens.training,
  })
  const warnings = [...closed, ...lifecycleWarnings(known, baseModel), ...broken]
  return {
    datasets: datasets.map((dataset) => withTokens(dataset, tokens)),
    creates,
    leaves: datasets.map(
      ({ role, name, encoded }) => `${role} dataset ${name} (${encoded.bytes} bytes) to ${offering.title}`,
    ),
    terms,
    ...(verified !== undefined && { verified: planVerified(verified) }),
    policy: judgeTraining(settings, { ...judging, verified }),
    cost,
    irreversible: ['training that was started is charged by the provider, also when it is cancelled'],
    servableUntil: servableUntil(known),
    warnings: [...warnings, ...ageWarnings(warnings, terms, cost)],
  }
}

const NOTHING_LEAVES: Omit<Effects, 'datasets' | 'creates' | 'policy'> = {
  leaves: [],
  terms: 'not-applicable',
  cost: { kind: 'none', reason: 'it runs on this computer' },
  irreversible: [],
  servableUntil: 'as long as its files are kept',
  warnings: [],
}

function withTokens(dataset: PlannedDataset, counted: TokensByRole): PlannedDataset {
  const tokens = counted[dataset.role]
  if (tokens === undefined) return dataset
  const { method, total, unsure, max, attachments, truncated } = tokens
  return { ...dataset, tokens: { method, total, unsure, max, attachments, ...(truncated && { truncated }) } }
}

function bytesOf(datasets: readonly PlannedDataset[]): number {
  return datasets.find(({ role }) => role === 'training')?.encoded.bytes ?? 0
}

/** One warning for all records that are no longer fresh, and one for all that nobody should rely on. */
function ageWarnings(
  warnings: readonly PlanWarning[],
  terms: Plan['terms'],
  cost: Plan['cost'],
): readonly PlanWarning[] {
  const told: readonly { readonly evidence?: PlanEvidence }[] = [
    ...warnings,
    ...(typeof terms === 'string' ? [] : terms),
    ...('lines' in cost ? (cost.lines ?? []) : []),
  ]
  const count = (age: PlanEvidence['age']) => told.filter(({ evidence }) => evidence?.age === age).length
  const [stale, tooOld] = [count('stale'), count('too-old')]
  const remedy = 'look for a newer @anytune/catalogue, or record what you know in the catalogue of your configuration'
  return [
    ...(stale === 0
      ? []
      : [{ id: 'stale-records', message: `${stale} records were read more than 90 days ago: ${remedy}` }]),
    ...(tooOld === 0
      ? []
      : [
          {
            id: 'records-too-old',
            message: `${tooOld} records were read more than 180 days ago, and count as unknown: ${remedy}`,
          },
        ]),
  ]
}
