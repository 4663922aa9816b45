import type { Offering } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import type { Plan, PlannedDataset } from '../plan/plan-document.ts'
import type { Settings } from '../settings.ts'
import { type Verified, verifiedTerms } from '../terms/verified.ts'
import type { JudgedData } from './facts.ts'
import { assertPermitted, judge, policyDigest } from './judge.ts'
import { type Judgement, NOT_CONFIGURED } from './judgement.ts'

/** Judges what is to be trained, and where. */
export function judgeTraining(
  settings: Pick<Settings, 'policy' | 'catalogue'>,
  {
    offering,
    datasets,
    verified,
    at,
  }: {
    readonly offering: Offering
    readonly datasets: readonly PlannedDataset[]
    readonly verified: Verified | undefined
    readonly at: Date
  },
): Judgement {
  return judge(settings, { operation: 'train', offering, data: datasets.map(judgedData), verified, at })
}

/** What a policy judges of a dataset: no row of it. */
export function judgedData({ role, name, class: own, found }: PlannedDataset): JudgedData {
  return {
    what: `the ${role} dataset ${name}`,
    ...(own !== undefined && { class: own }),
    ...(found !== undefined && { personal: found.personal.byKind }),
  }
}

/**
 * Judges a plan again at the moment it is carried out: by the terms as they are known then, and as the account has them set.
 *
 * @throws AnytuneError `policy-refused` for what is not permitted, `failed-precondition` where the policy is another than when it was planned.
 */
export async function permitPlanned(
  settings: Settings,
  plan: Plan,
  signal: AbortSignal | undefined,
): Promise<Judgement> {
  assertSamePolicy(settings, plan)
  if (settings.policy === undefined) return NOT_CONFIGURED
  const { calls, now } = settings
  const { offering, datasets } = plan
  const at = now()
  const verified = offering.egress === 'none' ? undefined : await verifiedTerms(calls, at, signal)
  const judged = judgeTraining(settings, { offering, datasets, verified, at })
  assertPermitted(calls.driver, judged, 'start')
  return judged
}

/** Whoever approved the plan saw the verdict of a policy: no other one may stand in its place. */
function assertSamePolicy({ policy, calls }: Settings, { policy: planned }: Plan): void {
  const before = planned.configured ? planned.digest : undefined
  const now = policy && policyDigest(policy)
  if (before === now) return
  const what = before === undefined ? 'was made without a policy' : 'was judged by another policy'
  throw new AnytuneError(
    'failed-precondition',
    `the plan ${what}${now === undefined ? ', and there is none now' : ''}`,
    {
      provider: calls.driver.provider,
      operation: 'start',
      hint: 'plan again, so that the plan says what the policy of now says',
      next: [{ do: 'plan' }],
    },
  )
}
