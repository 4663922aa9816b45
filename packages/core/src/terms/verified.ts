import type { Region, TermRecord } from '@anytune/catalogue'
import type { Calls } from '../calls.ts'
import type { TermsCheck } from '../driver.ts'

/** What the account was seen to have set, and when. */
export interface Verified {
  readonly at: Date
  readonly region?: Region
  /** Ids of the catalogue's variants that are in force. */
  readonly settings: readonly string[]
  /** Graded `ran`, of the day they were read. */
  readonly terms: readonly TermRecord[]
  readonly checks: readonly TermsCheck[]
}

/** Asks the account what is set; undefined where the driver cannot. Reads, and changes nothing. */
export async function verifiedTerms(
  calls: Calls,
  now: Date,
  signal: AbortSignal | undefined,
): Promise<Verified | undefined> {
  const { driver } = calls
  const verify = driver.verifyTerms?.bind(driver)
  if (verify === undefined) return undefined
  const { terms, source: title, ...read } = await calls.read('verifyTerms', (context) => verify(context), signal)
  const evidence = { source: { title, readOn: now.toISOString().slice(0, 10) }, grade: 'ran' } as const
  return { ...read, at: now, terms: terms.map((term): TermRecord => ({ ...term, ...evidence })) }
}
