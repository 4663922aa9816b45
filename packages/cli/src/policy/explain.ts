import type { OfferingVerdict, VerdictsQuery } from '@anytune/core'
import { eachProfile } from '../each-profile.ts'
import { EXIT_CODES, INCOMPLETE, SUCCESS } from '../exit-codes.ts'
import { errorData, errorText } from '../failure.ts'
import { policyLines } from '../output/policy-text.ts'
import { safeLine } from '../output/safe-text.ts'
import type { Session } from '../session.ts'

interface ExplainOptions {
  readonly class?: string | undefined
  readonly model?: string | undefined
  readonly method?: VerdictsQuery['method']
  readonly offline?: true | undefined
}

/** Tells what the policy says of training and serving with each profile. */
export async function explainPolicy(
  session: Session,
  profiles: readonly string[],
  options: ExplainOptions,
): Promise<number> {
  const { output } = session
  const query = {
    ...(options.class !== undefined && { class: options.class }),
    ...(options.model !== undefined && { baseModel: options.model }),
    ...(options.method !== undefined && { method: options.method }),
    live: options.offline !== true,
  }
  const told = await eachProfile(session, profiles, (tuner, signal) => tuner.verdicts({ ...query, signal }))
  const [only] = told
  if (told.length === 1 && only !== undefined && 'error' in only) throw only.error
  for (const one of told) {
    if ('error' in one) {
      output.data({ profile: one.profile, error: errorData(one.error, session) })
      output.complaint(`${safeLine(one.profile)}: ${errorText(one.error, session)}`)
      continue
    }
    const { profile, value: verdicts } = one
    output.result({ profile, verdicts }, () => `${profileText(session, profile, verdicts)}\n`)
  }
  if (told.some((one) => 'error' in one)) return INCOMPLETE
  const judged = told.flatMap((one) => ('value' in one ? one.value : []))
  return judged.every((one) => one.judged.verdict === 'permit') ? SUCCESS : EXIT_CODES['policy-refused']
}

const DOING = { train: 'training', serve: 'serving' } as const

function profileText({ output }: Session, profile: string, verdicts: readonly OfferingVerdict[]): string {
  const parts = verdicts.flatMap(({ operation, offering, judged }) => {
    const [verdict = '', ...rest] = policyLines(judged)
    return [`  ${DOING[operation]}, ${safeLine(offering.id)}: ${verdict}`, ...rest.map((line) => `    ${line}`)]
  })
  return [output.paint('bold', safeLine(profile)), ...parts].join('\n')
}
