import type { Offering } from '../driver.ts'
import { runOfModel } from '../run/records.ts'
import type { Settings } from '../settings.ts'
import { type Verified, verifiedTerms } from '../terms/verified.ts'
import type { JudgedData } from './facts.ts'
import { assertPermitted, judge } from './judge.ts'
import { type Judgement, NOT_CONFIGURED } from './judgement.ts'
import { judgedData } from './judge-training.ts'

/** What is served, and how. */
export interface Served {
  readonly offering: Offering
  /** The provider's id of the tuned model; absent where the provider does not say it. */
  readonly model?: string
  /** It answers already: a record that has grown old is no reason to take it away. */
  readonly isServing: boolean
}

/**
 * Judges whether a model may be served, or asked. The rules are those for the datasets it was trained on, where the journal knows them; otherwise
 * all. What the account has set is read once for as long as the judge is kept.
 */
export function createServingJudge(
  settings: Settings,
  served: Served,
): (operation: string, signal: AbortSignal | undefined) => Promise<Judgement> {
  let known: { readonly verified: Verified | undefined; readonly data: readonly JudgedData[] } | undefined
  return async (operation, signal) => {
    if (settings.policy === undefined) return NOT_CONFIGURED
    const { calls, now } = settings
    const { offering, isServing } = served
    const at = now()
    const leaves = offering.egress !== 'none'
    known ??= {
      verified: leaves ? await verifiedTerms(calls, at, signal) : undefined,
      data: await trainedOn(settings, served.model),
    }
    const judged = judge(settings, { operation: 'serve', offering, isServing, at, ...known })
    assertPermitted(calls.driver, judged, operation)
    return judged
  }
}

/** What a model of this account was trained on; nothing where the journal does not know it. */
async function trainedOn({ journal, calls }: Settings, model: string | undefined): Promise<readonly JudgedData[]> {
  if (model === undefined) return []
  const { provider, scope } = calls.driver
  const run = await runOfModel(journal, { provider, scope, model })
  return run?.opened.plan.datasets.map(judgedData) ?? []
}
