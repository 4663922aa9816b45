import {
  type ClosureRecord,
  type Evidence,
  GRADES,
  type ModelRecord,
  type ModelScope,
  type OfferingRecord,
  type PriceUnit,
  type RuleRecord,
  type Source,
  type TermRecord,
  type VariantRecord,
} from '../packages/catalogue/src/index.ts'

type Table = (header: readonly string[], rows: readonly (readonly string[])[]) => string

/** The records of the catalogue as a page: one section an offering, every record with its grade, its date and its source. */
export function cataloguePage(offerings: readonly OfferingRecord[], table: Table): string {
  const sources = numbered(offerings)
  const known = (record: Evidence) => [
    record.grade,
    dated(record.source),
    `[${sources.get(record.source.title)}](#sources)`,
  ]
  return [
    '## Grades',
    table(
      ['grade', 'how it is known'],
      Object.entries(GRADES).map(([grade, meaning]) => [`\`${grade}\``, meaning]),
    ),
    ...offerings.map((offering, index) => section(offering, offerings.slice(0, index), table, known)),
    '## Sources',
    'The date is what the copy says of itself; where it says nothing, the day it was read.',
    table(
      ['', 'source', 'date', 'read on'],
      [...sourcesOf(offerings)].map((source, index) => sourceRow(source, index)),
    ),
  ].join('\n\n')
}

function section(
  offering: OfferingRecord,
  before: readonly OfferingRecord[],
  table: Table,
  known: (record: Evidence) => readonly string[],
): string {
  const same = before.find((earlier) => KINDS.every((kind) => earlier[kind] === offering[kind]))
  if (same !== undefined) return `## ${offering.title}\n\n\`${offering.id}\`: as \`${same.id}\`.`
  // A list of models is shared by many offerings: it is told once, where it comes first.
  const first = before.find(({ models }) => models === offering.models)
  const told = first === undefined ? offering : { ...offering, models: [] }
  const tables = Object.entries(PARTS).flatMap(([name, part]) => {
    const rows = part(told).map(([what, said, more, record]) => [what, said, more, ...known(record)])
    return rows.length === 0 ? [] : [table([name, '', '', 'grade', 'date', 'source'], rows)]
  })
  const models = first === undefined ? [] : [`The ends of models: as of \`${first.id}\`.`]
  return [`## ${offering.title}`, `\`${offering.id}\``, ...tables, ...models].join('\n\n')
}

const KINDS = [
  'models',
  'closures',
  'prices',
  'rules',
  'formats',
  'encodings',
  'lifetimes',
  'terms',
  'variants',
] as const

/** What a record is about, what it says, what else a reader must know, and how it is known. */
type Row = readonly [what: string, said: string, more: string, record: Evidence]

/** The tables of an offering. */
const PARTS: Readonly<Record<string, (offering: OfferingRecord) => readonly Row[]>> = {
  ends: ({ closures, models }) => [...closures.map(closureRow), ...models.flatMap(modelRows)],
  prices: ({ prices }) =>
    prices.map((price) => [
      [price.item, price.model, price.method].filter((part) => part !== undefined).join(', '),
      price.amount === 0 ? 'nothing' : `${price.amount} ${price.currency} ${PER[price.per]}`,
      price.note ?? '',
      price,
    ]),
  rules: ({ rules }) =>
    rules.map((rule) => [`\`${rule.id}\``, ruleText(rule), sentences(scopeText(rule), rule.note), rule]),
  formats: ({ formats }) =>
    formats.map((record) => [`\`${record.format}\``, '', sentences(scopeText(record), record.note), record]),
  'tokens are counted in': ({ encodings }) =>
    encodings.map((record) => [`\`${record.encoding}\``, '', sentences(scopeText(record), record.note), record]),
  'deleted by the provider': ({ lifetimes }) =>
    lifetimes.map((lifetime) => [
      lifetime.thing,
      `${lifetime.afterHours} hours, counted ${lifetime.counted.replace('-', ' ')}`,
      lifetime.note ?? '',
      lifetime,
    ]),
  terms: ({ terms }) => terms.map((term) => termRow(term)),
  'what changes the terms': ({ variants }) =>
    variants.flatMap((variant): readonly Row[] => [
      [`\`${variant.setting}\``, variant.title, sentences(TOLD[variant.told], variant.note), variant],
      ...variant.terms.map((term) => termRow(term, `with \`${variant.setting}\`: `)),
    ]),
}

const TOLD: Readonly<Record<VariantRecord['told'], string>> = {
  live: 'The vendor has an operation that reads it.',
  attested: 'Only the customer’s own word tells.',
}

function termRow(term: TermRecord, when = ''): Row {
  return [
    `${when}${term.dataClass}: ${term.term}`,
    typeof term.value === 'string' ? term.value : term.value === 0 ? 'not kept' : `${term.value} days at most`,
    [...(term.conditions ?? []), ...(term.note === undefined ? [] : [term.note])].join('; '),
    term,
  ]
}

function closureRow(closure: ClosureRecord): Row {
  const { appliesTo, closedFrom, note = '' } = closure
  return [
    'only' in appliesTo ? `new jobs of ${appliesTo.only}` : 'new jobs',
    `closed from ${closedFrom}`,
    note,
    closure,
  ]
}

function modelRows({ id, family, trainableUntil, servedUntil, tunedServedUntil }: ModelRecord): readonly Row[] {
  const ends = { training: trainableUntil, 'the base model': servedUntil, 'tuned models': tunedServedUntil }
  const name = family ? `${id} and its dated versions` : id
  return Object.entries(ends).flatMap(([what, end]): readonly Row[] => {
    if (end === undefined) return []
    const date = end.certainty === 'on' ? end.date : `not before ${end.date}`
    return [[`${name}: ${what}`, date, end.note ?? '', end]]
  })
}

function ruleText({ limit, unit, texts, roles, severity }: RuleRecord): string {
  const asked = [
    ...(limit === undefined ? [] : [`${integer(limit)} ${unit}`]),
    ...(texts ?? []).map((text) => `\`${text}\``),
    ...(roles ?? []),
  ].join(', ')
  return severity === 'warning' ? `${asked} (warns)`.trim() : asked
}

function scopeText({ models, methods }: ModelScope): string | undefined {
  const scope = [...(models ?? []).map((model) => `\`${model}\``), ...(methods ?? [])]
  return scope.length === 0 ? undefined : `Of ${scope.join(', ')}.`
}

function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ')
}

const PER = {
  'million-tokens': 'a million tokens',
  'thousand-tokens': 'a thousand tokens',
  hour: 'an hour',
  month: 'a month',
} as const satisfies Readonly<Record<PriceUnit, string>>

/** Always in the same way: the page must not depend on the machine's language. */
function integer(value: number): string {
  return new Intl.NumberFormat('en').format(value)
}

function dated({ pageDate, readOn }: Source): string {
  return pageDate ?? readOn
}

function* recordsOf(offering: OfferingRecord): Generator<Evidence> {
  const { models, closures, prices, rules, formats, encodings, lifetimes, terms, variants } = offering
  for (const { trainableUntil, servedUntil, tunedServedUntil } of models) {
    for (const end of [trainableUntil, servedUntil, tunedServedUntil]) if (end !== undefined) yield end
  }
  yield* [
    ...closures,
    ...prices,
    ...rules,
    ...formats,
    ...encodings,
    ...lifetimes,
    ...terms,
    ...variants,
    ...variants.flatMap((variant) => variant.terms),
  ]
}

function sourcesOf(offerings: readonly OfferingRecord[]): readonly Source[] {
  const all = offerings.flatMap((offering) => [...recordsOf(offering)].map(({ source }) => source))
  return [...new Map(all.map((source) => [source.title, source])).values()]
}

/** Numbers of the sources, from 1, in the order in which the page comes to them. */
function numbered(offerings: readonly OfferingRecord[]): ReadonlyMap<string, number> {
  return new Map(sourcesOf(offerings).map(({ title }, index) => [title, index + 1]))
}

function sourceRow(source: Source, index: number): readonly string[] {
  const { title, url, readOn } = source
  return [String(index + 1), url === undefined ? title : `[${title}](${url})`, dated(source), readOn]
}
