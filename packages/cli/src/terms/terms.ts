import { catalogue, findOffering, type OfferingRecord } from '@anytune/catalogue'
import { type AccountTerms, termsOnRecord } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { INCOMPLETE, SUCCESS } from '../exit-codes.ts'
import { errorData, errorText } from '../failure.ts'
import { safeLine } from '../output/safe-text.ts'
import type { Session } from '../session.ts'
import { compare, comparisonText } from './compare.ts'
import { type ProfileTerms, termsOfProfiles } from './profiles.ts'
import { accountText, numbered, sourcesText, termsTable } from './terms-text.ts'

export interface TermsFlags {
  /** Id of an offering of the catalogue. */
  readonly offering?: string | undefined
  readonly live?: true | undefined
  readonly compare?: true | undefined
}

/** Tells under which terms profiles, or one offering, take data; sends none. */
export async function terms(session: Session, profiles: readonly string[], flags: TermsFlags): Promise<number> {
  assertTogether(profiles, flags)
  if (flags.offering !== undefined) return tellOffering(session, flags.offering)
  const told = await termsOfProfiles(session, profiles, flags.live ?? false)
  const [only] = told
  if (told.length === 1 && only !== undefined && 'error' in only) throw only.error
  if (flags.compare) tellCompared(session, told)
  else for (const one of told) tellProfile(session, one)
  return told.every((one) => 'terms' in one && !isIncomplete(one.terms)) ? SUCCESS : INCOMPLETE
}

function assertTogether(profiles: readonly string[], { offering, live, compare: side }: TermsFlags): void {
  if (offering === undefined) return
  const beside = [
    ...(profiles.length > 0 ? ['profiles'] : []),
    ...(live ? ['--live'] : []),
    ...(side ? ['--compare'] : []),
  ]
  if (beside.length === 0) return
  throw new AnytuneError('invalid-argument', `--offering tells what is on record, and takes no ${beside.join(', ')}`, {
    hint: 'leave one of them out',
  })
}

/** Something was asked of the account and not answered. */
function isIncomplete({ live }: AccountTerms): boolean {
  return typeof live !== 'string' && live.checks.some(({ result }) => result === 'could-not-read')
}

function tellProfile(session: Session, told: ProfileTerms): void {
  const { output } = session
  if ('error' in told) return tellUnreadable(session, told)
  output.result(told.terms, () => `${accountText(told.terms, output.paint)}\n`)
}

function tellUnreadable(
  session: Session,
  { profile, error }: Extract<ProfileTerms, { readonly error: unknown }>,
): void {
  session.output.data({ profile, error: errorData(error, session) })
  session.output.complaint(`${safeLine(profile)}: ${errorText(error, session)}`)
}

function tellCompared(session: Session, told: readonly ProfileTerms[]): void {
  const { output } = session
  const accounts = told.flatMap((one) => ('terms' in one ? [one.terms] : []))
  for (const one of told) if ('error' in one) tellUnreadable(session, one)
  const comparison = compare(accounts)
  const profiles = accounts.map(({ profile }) => profile)
  output.result(comparison, () => comparisonText(comparison, profiles, output.paint))
}

/** What is on record here, without a configuration: the usual terms, and what an account can have set. */
function tellOffering({ output }: Session, id: string): number {
  const record = findOffering(catalogue, id)
  if (record === undefined) throw unknownOffering(id)
  const now = new Date()
  output.result({ id, title: record.title, terms: termsOnRecord(record, now), variants: variantsOf(record, now) }, () =>
    recordText(record, now),
  )
  return SUCCESS
}

function variantsOf({ id, variants }: OfferingRecord, now: Date) {
  return variants.map(({ setting, title, told, terms: changed }) => ({
    setting,
    title,
    told,
    terms: termsOnRecord({ id, terms: changed }, now),
  }))
}

function recordText(record: OfferingRecord, now: Date): string {
  const usual = termsOnRecord(record, now)
  const variants = variantsOf(record, now)
  const sources = numbered([...usual, ...variants.flatMap(({ terms: changed }) => changed)])
  const parts = variants.map(({ setting, title, told, terms: changed }) =>
    termsTable(`with ${setting} (${title}; ${TOLD[told]})`, changed, sources),
  )
  return [termsTable(`${record.title} (${record.id})`, usual, sources), ...parts, sourcesText(sources)].join('\n\n')
}

const TOLD = { live: 'an account can be asked', attested: 'your own word alone tells' } as const

function unknownOffering(id: string): AnytuneError {
  const [provider = ''] = id.split('/')
  const ids = catalogue.offerings.map((offering) => offering.id)
  const near = ids.filter((known) => known.startsWith(`${provider}/`))
  return new AnytuneError('not-found', `nothing is on record of the offering "${id}"`, {
    hint: `on record: ${(near.length > 0 ? near : ids).join(', ')}`,
  })
}
