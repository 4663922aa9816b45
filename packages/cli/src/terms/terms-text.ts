import type { AccountTerms, OfferingTerms, PlanTerm, SaidTerm } from '@anytune/core'
import { safeLine } from '../output/safe-text.ts'
import type { Paint } from '../output/style.ts'
import { table } from '../output/table.ts'
import { inOrder, valueOf, words } from '../output/term-text.ts'

/** The terms of a profile for people: a table for each offering, what the account says, and the sources. */
export function accountText(account: AccountTerms, paint: Paint): string {
  const { profile, provider, scope, offerings } = account
  const title = paint('bold', safeLine(`${profile}: ${provider}, ${scope}`))
  const sources = numbered(offerings.flatMap(({ terms }) => terms))
  return [title, liveText(account), ...offerings.map((one) => offeringText(one, sources)), sourcesText(sources)]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Terms under a heading. */
export function termsTable(heading: string, terms: readonly PlanTerm[], sources: Sources): string {
  return `${safeLine(heading)}\n${table(
    HEADINGS,
    inOrder(terms).flatMap((term) => rows(term, sources)),
  )}`
}

function offeringText({ operation, offering, onRecord, terms }: OfferingTerms, sources: Sources): string {
  const heading = `${WHAT[operation]}: ${offering.title} (${offering.id})`
  if (terms.length > 0) return termsTable(heading, terms, sources)
  const why = offering.egress === 'none' ? 'nothing leaves this computer' : 'every term is unknown'
  return `${safeLine(heading)}\n${onRecord ? 'no term is on record' : 'nothing is on record'}: ${why}`
}

/** Sources by number, from 1, in the order in which the terms come to them. */
export type Sources = ReadonlyMap<string, { readonly number: number; readonly line: string }>

export function sourcesText(sources: Sources): string {
  return [...sources.values()].map(({ number, line }) => safeLine(`[${number}] ${line}`)).join('\n')
}

export function numbered(terms: readonly PlanTerm[]): Sources {
  const said = terms.flatMap((term): readonly SaidTerm[] => (term.live === undefined ? [term] : [term, term.live]))
  const lines = new Map(said.map(({ evidence }) => [evidence.source.title, sourceLine(evidence)]))
  return new Map([...lines].map(([title, line], index) => [title, { number: index + 1, line }]))
}

const WHAT = { train: 'training', serve: 'serving' } as const
const HEADINGS = ['ABOUT', 'TERM', 'VALUE', 'KNOWN', 'UNDER']

/** What is on record and, below it, what the account has set. */
function rows(term: PlanTerm, sources: Sources): readonly (readonly string[])[] {
  const { dataClass, term: name, live } = term
  const recorded = [words(dataClass), words(name), valueOf(term), knownAs(term, sources), underText(term)]
  if (live === undefined) return [recorded.map(safeLine)]
  const by = live.setting === undefined ? [] : [`set: ${live.setting}`]
  const set = [
    '',
    '  this account',
    valueOf(live),
    knownAs(live, sources),
    [...by, underText(live)].filter(Boolean).join('; '),
  ]
  return [recorded.map(safeLine), set.map((cell) => safeTrailing(cell))]
}

/** Keeps the indent of a row that belongs to the one above it. */
function safeTrailing(cell: string): string {
  const indent = /^ */.exec(cell)?.[0] ?? ''
  return indent + safeLine(cell)
}

function knownAs({ evidence }: SaidTerm, sources: Sources): string {
  const { grade, age, source } = evidence
  const number = sources.get(source.title)?.number
  return `${words(grade)}${age === 'fresh' ? '' : `, ${words(age)}`} [${number}]`
}

function underText({ conditions = [], evidence }: SaidTerm): string {
  return [...conditions, ...(evidence.note === undefined ? [] : [evidence.note])].join('; ')
}

function sourceLine({ source, ageDays, age }: SaidTerm['evidence']): string {
  const { title, url, pageDate, readOn } = source
  const dated = pageDate === undefined ? `read on ${readOn}` : `page of ${pageDate}, read on ${readOn}`
  return [title, url, dated, `${ageDays} days old, ${words(age)}`].filter((part) => part !== undefined).join('; ')
}

function liveText({ live }: AccountTerms): string {
  if (live === 'not-asked') return 'the account was not asked (--live asks it)'
  if (live === 'not-supported') return 'the account cannot be asked by this adapter'
  const { at, region, settings, checks } = live
  return [
    `the account, asked at ${at}`,
    ...(region === undefined ? [] : [`  region: ${region}`]),
    ...settings.map((setting) => `  set: ${setting}`),
    ...checks.flatMap(({ result, message, hint }) => [
      `  ${words(result)}: ${safeLine(message)}`,
      ...(hint === undefined ? [] : [`    hint: ${safeLine(hint)}`]),
    ]),
  ].join('\n')
}
