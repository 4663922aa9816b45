import { describe, expect, it } from 'vitest'
import { catalogue, defineCatalogue, type Evidence, GRADES, type OfferingRecord } from '../src/index.ts'

/** Every record of an offering, by a name for a failing test. */
function recordsOf(offering: OfferingRecord): readonly (readonly [name: string, record: Evidence])[] {
  const { models, closures, prices, rules, formats, encodings, lifetimes, terms, variants } = offering
  return [
    ...models.flatMap(({ id, trainableUntil, servedUntil, tunedServedUntil }) =>
      [trainableUntil, servedUntil, tunedServedUntil]
        .filter((end) => end !== undefined)
        .map((end) => [`${id} ${end.date}`, end] as const),
    ),
    ...closures.map((record) => [record.id, record] as const),
    ...prices.map((record) => [`price ${record.item} ${record.model ?? ''}`, record] as const),
    ...rules.map((record) => [record.id, record] as const),
    ...formats.map((record) => [`format ${record.format}`, record] as const),
    ...encodings.map((record) => [`encoding ${record.encoding}`, record] as const),
    ...lifetimes.map((record) => [record.id, record] as const),
    ...terms.map((record) => [`${record.term} of ${record.dataClass}`, record] as const),
    ...variants.flatMap((variant) => [
      [variant.setting, variant] as const,
      ...variant.terms.map((record) => [`${variant.setting}: ${record.term} of ${record.dataClass}`, record] as const),
    ]),
  ]
}

describe('the records of this repository', () => {
  it('pass the check that every catalogue must', () => {
    expect(defineCatalogue(catalogue.offerings).offerings).toEqual(catalogue.offerings)
  })

  it.each(catalogue.offerings)('$id: each record names its source, the day it was read, and a grade', (offering) => {
    for (const [name, { source, grade }] of recordsOf(offering)) {
      expect(source.title.length, name).toBeGreaterThan(5)
      expect(source.readOn, name).toMatch(/^\d{4}-\d{2}-\d{2}$/)
      expect(Object.keys(GRADES), name).toContain(grade)
      expect(source.url ?? 'https://none', name).toMatch(/^https:\/\//)
      expect(Date.parse(source.pageDate ?? source.readOn), name).toBeLessThanOrEqual(Date.parse(source.readOn))
    }
  })

  it.each(catalogue.offerings)('$id says each thing once', (offering) => {
    const names = [
      ...offering.models.map(({ id }) => `model ${id}`),
      ...offering.closures.map(({ id }) => `closure ${id}`),
      ...offering.prices.map(({ item, model, method }) => `price ${item} ${model} ${method}`),
      ...offering.rules.map(({ id, models = [], methods = [] }) => `rule ${id} ${models.join()} ${methods.join()}`),
      ...offering.formats.map(({ models = [], methods = [] }) => `format ${models.join()} ${methods.join()}`),
      ...offering.lifetimes.map(({ id }) => `lifetime ${id}`),
      ...offering.terms.map(({ dataClass, term }) => `term ${dataClass} ${term}`),
      ...offering.variants.flatMap(({ setting, terms }) => [
        `variant ${setting}`,
        ...terms.map(({ dataClass, term }) => `variant ${setting} ${dataClass} ${term}`),
      ]),
    ]
    expect(names).toEqual([...new Set(names)])
  })

  it('say why, wherever a term is unknown', () => {
    const unknown = catalogue.offerings
      .flatMap(({ terms, variants }) => [...terms, ...variants.flatMap((variant) => variant.terms)])
      .filter(({ value }) => value === 'unknown')
    expect(unknown.length).toBeGreaterThan(0)
    for (const { grade, note } of unknown) {
      expect(grade).toBe('unverified')
      expect(note).toMatch(/\.$/)
    }
  })

  it('leave every contested term unknown', () => {
    const value = (id: string, dataClass: string, term: string) =>
      catalogue.offerings
        .find((offering) => offering.id === id)
        ?.terms.find((record) => record.dataClass === dataClass && record.term === term)?.value
    expect(value('openai/eu.api.openai.com/train', 'training-file', 'processing-location')).toBe('unknown')
    expect(value('azure/serve/DataZoneStandard', 'inference', 'processing-location')).toBe('unknown')
    expect(value('azure/train/Standard', 'abuse-log', 'retention')).toBe('unknown')
    expect(value('azure/train/Standard', 'training-file', 'customer-keys')).toBe('unknown')
    expect(value('azure/train/Standard', 'tuned-model', 'deletion')).toBe('unknown')
  })

  it('give no price of training by tokens where none was read', () => {
    const training = catalogue.offerings.filter(({ id }) => id.startsWith('azure/train/'))
    const byTokens = training.flatMap(({ prices }) => prices.filter(({ per }) => per === 'million-tokens'))
    expect(training).toHaveLength(4)
    expect(byTokens).toEqual([])
  })

  it('call the example numbers of a documentation examples', () => {
    const hosting = catalogue.offerings.find(({ id }) => id === 'azure/serve/Standard')?.prices
    expect(hosting).toMatchObject([{ amount: 1.7, currency: 'USD', per: 'hour', grade: 'vendor-example' }])
  })
})
