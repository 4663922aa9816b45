import type { RuleRecord } from '@anytune/catalogue'
import type { AllowableFinding, Finding } from './allow.ts'
import { evidenceOf, saidBy } from './evidence.ts'
import type { OnRecord } from './on-record.ts'
import type { PlannedDataset } from './plan-document.ts'

/** How a rule on record judges a dataset; rules of other ids are told in the reference, and judged by the provider. */
interface Limit {
  readonly roles: readonly PlannedDataset['role'][]
  readonly count: (dataset: PlannedDataset) => number
  readonly broken: (count: number, limit: number) => boolean
  readonly says: (count: number, limit: number) => string
  readonly hint: string
}

const LIMITS: Readonly<Record<Exclude<AllowableFinding, 'closed-to-new-jobs'>, Limit>> = {
  'minimum-examples': {
    roles: ['training'],
    count: ({ encoded }) => encoded.rows,
    broken: (count, limit) => count < limit,
    says: (count, limit) => `has ${count} examples, and ${limit} are needed`,
    hint: 'add examples',
  },
  'maximum-file-bytes': {
    roles: ['training', 'validation'],
    count: ({ encoded }) => encoded.bytes,
    broken: (count, limit) => count > limit,
    says: (count, limit) => `has ${count} bytes as it would be sent, and ${limit} are allowed`,
    hint: 'leave rows out, or train in parts',
  },
}

/** What is on record against these datasets, before anything is sent. */
export function datasetFindings({ training, now }: OnRecord, datasets: readonly PlannedDataset[]): readonly Finding[] {
  return (training.record?.rules ?? []).flatMap((rule) => {
    const limit = isJudged(rule.id) ? LIMITS[rule.id] : undefined
    if (limit === undefined) return []
    return datasets
      .filter(({ role }) => limit.roles.includes(role))
      .filter((dataset) => limit.broken(limit.count(dataset), rule.limit))
      .map((dataset) => finding(rule, limit, dataset, now))
  })
}

function finding(rule: RuleRecord, limit: Limit, dataset: PlannedDataset, now: Date): Finding {
  const { role, name } = dataset
  const found = limit.count(dataset)
  const evidence = evidenceOf(rule, now)
  return {
    // Only ids of the table come here.
    id: rule.id as AllowableFinding,
    code: 'dataset-invalid',
    message: `the ${role} dataset ${name} ${limit.says(found, rule.limit)} (${saidBy(evidence)})`,
    hint: limit.hint,
    data: { role, found, limit: rule.limit, unit: rule.unit },
    evidence,
  }
}

function isJudged(id: string): id is keyof typeof LIMITS {
  return Object.hasOwn(LIMITS, id)
}
