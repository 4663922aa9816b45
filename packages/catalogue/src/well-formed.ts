import { GRADES, type Evidence } from './evidence.ts'
import { isPlace } from './places/place.ts'
import type { OfferingRecord, PriceUnit, RuleRecord } from './record.ts'
import type { TermName, TermRecord } from './terms.ts'

/** Records may be written by hand in a configuration that no type checker sees. @throws TypeError naming the record. */
export function assertWellFormed(offerings: readonly OfferingRecord[]): void {
  const seen = new Set<string>()
  for (const offering of offerings) {
    if (typeof offering.id !== 'string' || offering.id === '') throw new TypeError('catalogue: an offering has no id')
    if (seen.has(offering.id)) throw new TypeError(`catalogue: ${offering.id} is there twice`)
    seen.add(offering.id)
    assertOffering(offering)
  }
}

function assertOffering(offering: OfferingRecord): void {
  const { id, models, closures, prices, rules, formats, encodings, lifetimes, terms, variants } = offering
  for (const { id: model, trainableUntil, servedUntil, tunedServedUntil } of models) {
    for (const end of [trainableUntil, servedUntil, tunedServedUntil]) {
      if (end === undefined) continue
      assertEvidence(`${id}, model ${model}`, end)
      assertDay(`${id}, model ${model}, date`, end.date)
    }
  }
  for (const closure of closures) {
    assertEvidence(`${id}, closure ${closure.id}`, closure)
    assertDay(`${id}, closure ${closure.id}, closedFrom`, closure.closedFrom)
  }
  for (const price of prices) {
    const where = `${id}, price of ${price.item}`
    assertEvidence(where, price)
    assertNumber(`${where}, amount`, price.amount)
    if (!/^[A-Z]{3}$/.test(price.currency)) throw new TypeError(`catalogue: ${where} has no currency such as USD`)
    if (!PER.includes(price.per)) throw new TypeError(`catalogue: ${where} is per none of ${PER.join(', ')}`)
  }
  for (const rule of rules) {
    assertEvidence(`${id}, rule ${rule.id}`, rule)
    assertRule(`${id}, rule ${rule.id}`, rule)
  }
  for (const record of formats) assertEvidence(`${id}, format ${record.format}`, record)
  for (const record of encodings) assertEvidence(`${id}, encoding ${record.encoding}`, record)
  for (const lifetime of lifetimes) {
    assertEvidence(`${id}, lifetime ${lifetime.id}`, lifetime)
    assertNumber(`${id}, lifetime ${lifetime.id}, afterHours`, lifetime.afterHours)
  }
  for (const term of terms) assertTerm(id, term)
  for (const variant of variants) {
    assertEvidence(`${id}, variant ${variant.setting}`, variant)
    for (const term of variant.terms) assertTerm(`${id}, variant ${variant.setting}`, term)
  }
}

const LOCATIONS: readonly string[] = ['storage-location', 'processing-location'] satisfies readonly TermName[]

function assertTerm(where: string, record: TermRecord): void {
  const { dataClass, term, value } = record
  assertEvidence(`${where}, ${term} of ${dataClass}`, record)
  if (LOCATIONS.includes(term) && value !== 'unknown' && !isPlace(value)) {
    throw new TypeError(
      `catalogue: ${where}, ${term} of ${dataClass} is no place such as eu, de or azure/swedencentral`,
    )
  }
}

const PER: readonly string[] = ['million-tokens', 'thousand-tokens', 'hour', 'month'] satisfies readonly PriceUnit[]

function assertRule(where: string, { limit, unit, texts, roles }: RuleRecord): void {
  if ((limit === undefined) !== (unit === undefined))
    throw new TypeError(`catalogue: ${where} needs a limit and its unit`)
  if (limit !== undefined) assertNumber(`${where}, limit`, limit)
  for (const [name, list] of Object.entries({ texts, roles })) {
    if (list !== undefined && (!Array.isArray(list) || list.length === 0 || list.some((text) => text === ''))) {
      throw new TypeError(`catalogue: ${where}, ${name} is not a list of texts`)
    }
  }
}

function assertEvidence(where: string, { source, grade }: Evidence): void {
  if (source === undefined || typeof source.title !== 'string' || source.title === '') {
    throw new TypeError(`catalogue: ${where} names no source`)
  }
  assertDay(`${where}, source.readOn`, source.readOn)
  if (source.pageDate !== undefined && !isDay(source.pageDate) && !isDay(`${source.pageDate}-01`)) {
    throw new TypeError(`catalogue: ${where}, source.pageDate is not YYYY-MM-DD or YYYY-MM`)
  }
  if (!Object.hasOwn(GRADES, grade)) {
    throw new TypeError(`catalogue: ${where} has none of the grades ${Object.keys(GRADES).join(', ')}`)
  }
}

function assertDay(where: string, text: string): void {
  if (!isDay(text)) throw new TypeError(`catalogue: ${where} is not a day written YYYY-MM-DD`)
}

/** `2026-02-30` has the shape of a day and is none: it comes back as another. */
function isDay(text: unknown): boolean {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(text)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

function assertNumber(where: string, value: number): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new TypeError(`catalogue: ${where} is not a number of 0 or more`)
  }
}
