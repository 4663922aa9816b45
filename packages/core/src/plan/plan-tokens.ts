import { findEncoding, findPrice, findRules, priceOfTokens } from '@anytune/catalogue'
import { isLimitId, LIMITS, tokenMethod, type TokenMethod, type TokenStatistics, truncation } from '@anytune/dataset'
import type { Method } from '../driver.ts'
import type { OnRecord } from './on-record.ts'
import type { PlannedDataset } from './plan-document.ts'

/** Reads a dataset of the plan once more and counts its tokens. */
export type CountTokens = (
  role: PlannedDataset['role'],
  options: { readonly method: TokenMethod; readonly truncatedAt: number | undefined },
) => Promise<TokenStatistics>

/** The tokens of each dataset of a plan, as far as they were counted. */
export type TokensByRole = Readonly<Partial<Record<PlannedDataset['role'], TokenStatistics>>>

/** Counts where something on record depends on it: a price by tokens, or a limit of them. Reading a dataset for nothing takes time. */
export async function planTokens(
  known: OnRecord,
  { baseModel: model, method }: { readonly baseModel: string; readonly method: Method },
  datasets: readonly PlannedDataset[],
  count: CountTokens,
): Promise<TokensByRole> {
  const { record } = known.training
  if (record === undefined) return {}
  const rules = findRules(record, { model, method }).filter(({ id }) => countsTokens(id))
  const price = findPrice(record, { item: 'training', model, method }, known.now)
  const byTokens = price.kind === 'priced' && (priceOfTokens(price.price, 1) ?? 0) > 0
  if (rules.length === 0 && !byTokens) return {}
  const counted = tokenMethod(findEncoding(record, { model, method })?.encoding)
  const truncatedAt = truncation(rules)
  const tokens: Partial<Record<PlannedDataset['role'], TokenStatistics>> = {}
  for (const { role } of datasets) tokens[role] = await count(role, { method: counted, truncatedAt })
  return tokens
}

function countsTokens(id: string): boolean {
  return isLimitId(id) && (LIMITS[id].of === 'tokens' || id === 'maximum-tokens-times-epochs')
}
