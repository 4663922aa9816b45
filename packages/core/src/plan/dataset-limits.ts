import { findRules, type RuleRecord } from '@anytune/catalogue'
import { judgeDatasets, type DatasetTotals, type LimitFinding, limitsOf, type TokenStatistics } from '@anytune/dataset'
import type { Hyperparameters, Method } from '../driver.ts'
import type { Finding } from './allow.ts'
import { evidenceOf, saidBy } from './evidence.ts'
import type { OnRecord } from './on-record.ts'
import type { PlannedDataset } from './plan-document.ts'
import type { TokensByRole } from './plan-tokens.ts'
import { linesText } from './row-rules.ts'

interface Judged {
  readonly baseModel: string
  readonly method: Method
  readonly hyperparameters: Readonly<Hyperparameters>
  readonly datasets: readonly PlannedDataset[]
  readonly tokens: TokensByRole
}

/** What is on record against these datasets, before anything is sent. Rules of ids that are not judged are told in the reference. */
export function datasetFindings({ training, now }: OnRecord, judged: Judged): readonly Finding[] {
  const { baseModel: model, method, datasets, tokens } = judged
  if (training.record === undefined) return []
  const totals = datasets.map((dataset) => totalsOf(dataset, judged))
  return findRules(training.record, { model, method }).flatMap((rule) =>
    judgeDatasets(limitsOf([rule]), totals).map((found) =>
      finding(
        rule,
        found,
        datasets.find(({ role }) => role === found.role),
        tokens[found.role],
        now,
      ),
    ),
  )
}

function totalsOf({ role, encoded }: PlannedDataset, { hyperparameters, tokens }: Judged): DatasetTotals {
  const counted = tokens[role]
  const { epochs } = hyperparameters
  return {
    role,
    examples: encoded.rows,
    bytes: encoded.bytes,
    ...(epochs !== undefined && { epochs }),
    ...(counted && {
      tokens: { total: counted.total, max: counted.max, exact: counted.method.kind === 'exact' },
    }),
  }
}

function finding(
  rule: RuleRecord,
  { id, severity, role, found, limit, says, hint }: LimitFinding,
  dataset: PlannedDataset | undefined,
  tokens: TokenStatistics | undefined,
  now: Date,
): Finding {
  const evidence = evidenceOf(rule, now)
  const cut = id === 'maximum-example-tokens' ? cutText(tokens) : ''
  return {
    id,
    severity,
    code: 'dataset-invalid',
    message: `the ${role} dataset ${dataset?.name ?? ''} ${says}${cut} (${saidBy(evidence)})`,
    hint,
    ...(id === 'maximum-example-tokens' && {
      next: [{ do: 'statistics', ...(dataset?.path && { path: dataset.path }) }],
    }),
    data: { role, found, limit, unit: rule.unit },
    evidence,
  }
}

/** What a vendor would do without a word. */
function cutText(tokens: TokenStatistics | undefined): string {
  const { truncated } = tokens ?? {}
  if (truncated === undefined || truncated.rows === 0) return ''
  const { rows, tokens: beyond, lines } = truncated
  return `: ${rows === 1 ? '1 example is' : `${rows} examples are`} cut at its end, and ${beyond} tokens are not learned, ${linesText(lines, rows)}`
}
