import { subjectOf } from '@anytune/catalogue'
import type { AccountTerms, PlanTerm, SaidTerm } from '@anytune/core'
import { safeLine } from '../output/safe-text.ts'
import type { Paint } from '../output/style.ts'
import { table } from '../output/table.ts'
import { inOrder, valueOf, words } from '../output/term-text.ts'

/** One term side by side. A profile of which nothing is on record has `null`, which is unknown. */
export interface ComparedTerm {
  readonly dataClass: PlanTerm['dataClass']
  readonly term: PlanTerm['term']
  /** By profile: what the account has set, else what is on record. */
  readonly profiles: Readonly<Record<string, (SaidTerm & { readonly live: boolean }) | null>>
}

/** Profiles side by side: the terms of training, and those of serving. */
export type Comparison = Readonly<Record<'train' | 'serve', readonly ComparedTerm[]>>

/** Every term that any of the profiles has, of each of them. */
export function compare(accounts: readonly AccountTerms[]): Comparison {
  return { train: compared(accounts, 'train'), serve: compared(accounts, 'serve') }
}

/** The same as a table: rows are data classes and terms, columns are profiles. */
export function comparisonText(comparison: Comparison, profiles: readonly string[], paint: Paint): string {
  const parts = (['train', 'serve'] as const).map((operation) => {
    const title = paint('bold', operation === 'train' ? 'training' : 'serving')
    const rows = comparison[operation].map(({ dataClass, term, profiles: said }) =>
      [words(dataClass), words(term), ...profiles.map((profile) => cell(said[profile]))].map(safeLine),
    )
    const body = rows.length === 0 ? 'nothing is on record of any of them' : table(['ABOUT', 'TERM', ...profiles], rows)
    return `${title}\n${body}`
  })
  return [...parts, '* as the account is set; ~ stale; conditions and sources: without --compare'].join('\n\n')
}

function compared(accounts: readonly AccountTerms[], operation: 'train' | 'serve'): readonly ComparedTerm[] {
  const columns = accounts.map(({ profile, offerings }) => ({
    profile,
    terms: new Map(
      offerings
        .filter((offering) => offering.operation === operation)
        .flatMap(({ terms }) => terms)
        .map((term) => [subjectOf(term), term]),
    ),
  }))
  const subjects = new Map(columns.flatMap(({ terms }) => [...terms]).map(([subject, term]) => [subject, term]))
  return inOrder([...subjects.values()]).map(({ dataClass, term }) => ({
    dataClass,
    term,
    profiles: Object.fromEntries(
      columns.map(({ profile, terms }) => [profile, shown(terms.get(subjectOf({ dataClass, term })))]),
    ),
  }))
}

function shown(term: PlanTerm | undefined): (SaidTerm & { readonly live: boolean }) | null {
  if (term === undefined) return null
  const { value, once, conditions, evidence } = term.live ?? term
  return {
    value,
    ...(once !== undefined && { once }),
    ...(conditions !== undefined && { conditions }),
    evidence,
    live: term.live !== undefined || evidence.grade === 'ran',
  }
}

function cell(said: (SaidTerm & { readonly live: boolean }) | null | undefined): string {
  if (said == null) return 'unknown'
  const marks = `${said.live ? '*' : ''}${said.evidence.age === 'stale' ? '~' : ''}`
  return `${valueOf(said)}${marks}`
}
