import { describe, expect, it } from 'vitest'
import {
  ageOf,
  catalogue,
  daysUntil,
  defineCatalogue,
  findEncoding,
  findFormat,
  findModel,
  findOffering,
  findOfferings,
  findPrice,
  findRules,
  hourlyCost,
  mergeCatalogue,
  priceOfTokens,
  type OfferingAmendment,
} from '../src/index.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const OURS = { source: { title: 'our contract', readOn: '2026-11-20' }, grade: 'contract' } as const
const HOSTING = { item: 'hosting', amount: 0.9, currency: 'USD', per: 'hour', ...OURS } as const

describe('the age of a record', () => {
  const read = (pageDate: string) => ({ source: { title: 'a page', pageDate, readOn: '2026-11-22' } })

  it.each([
    ['2026-11-25', 0, 'fresh'],
    ['2026-08-27', 90, 'fresh'],
    ['2026-08-26', 91, 'stale'],
    ['2026-05-29', 180, 'stale'],
    ['2026-05-28', 181, 'too-old'],
    ['2026-11', 24, 'fresh'],
    ['2027-01-01', 0, 'fresh'],
  ])('of a page of %s is %i days: %s', (pageDate, days, state) => {
    expect(ageOf(read(pageDate), NOW)).toEqual({ days, state })
  })

  it('counts from the day of reading where the copy has no date of its own', () => {
    expect(ageOf({ source: { title: 'a page', readOn: '2026-11-15' } }, NOW).days).toBe(10)
  })

  it('leaves no day until a date that has begun', () => {
    expect(daysUntil('2026-11-25', NOW)).toBe(0)
    expect(daysUntil('2026-11-26', NOW)).toBe(1)
    expect(daysUntil('2027-01-06', NOW)).toBe(42)
    expect(daysUntil('2026-11-20', NOW)).toBe(-5)
  })
})

describe('looking things up', () => {
  it('finds an offering by the id its adapter gives it, and no other', () => {
    expect(findOffering(catalogue, 'azure/train/Standard')?.title).toBe('Azure, Standard training')
    expect(findOffering(catalogue, 'azure/train/standard')).toBeUndefined()
    expect(findOffering(catalogue, 'constructor')).toBeUndefined()
  })

  it('finds a base model by its id, before any family', () => {
    const models = [{ id: 'gpt-4', family: true }, { id: 'gpt-4-0613' }, { id: 'davinci-002' }]
    expect(findModel({ models }, 'gpt-4-0613')).toEqual({ id: 'gpt-4-0613' })
    expect(findModel({ models }, 'gpt-4-1106')).toEqual({ id: 'gpt-4', family: true })
    expect(findModel({ models }, 'gpt-4o')).toBeUndefined()
    expect(findModel({ models }, 'davinci-002-next')).toBeUndefined()
  })

  it('takes the price that names most of what is asked', () => {
    const price = (amount: number, which: object) => ({ ...HOSTING, item: 'training' as const, amount, ...which })
    const { offerings } = defineCatalogue([
      {
        id: 'a',
        prices: [price(3, {}), price(1, { model: 'm', method: 'supervised' }), price(2, { model: 'm' })],
      },
    ])
    const found = (query: object) => findPrice(offerings[0], { item: 'training', ...query }, NOW)
    expect(found({ model: 'm', method: 'supervised' })).toMatchObject({ price: { amount: 1 } })
    expect(found({ model: 'm', method: 'preference' })).toMatchObject({ price: { amount: 2 } })
    expect(found({ model: 'n' })).toMatchObject({ price: { amount: 3 } })
    expect(findPrice(offerings[0], { item: 'output' }, NOW)).toMatchObject({ kind: 'unknown' })
    expect(findPrice(undefined, { item: 'output' }, NOW)).toMatchObject({ kind: 'unknown' })
  })
})

describe('rules, formats and vocabularies', () => {
  const scoped = (id: string, scope: object) => ({ id, limit: 1, unit: 'examples' as const, ...scope, ...OURS })

  it('apply to the base models and methods that their record names, or to all', () => {
    const rules = [
      scoped('all', {}),
      scoped('of-model', { models: ['gpt-4'] }),
      scoped('of-method', { methods: ['preference'] }),
    ]
    const found = (model: string, method: 'supervised' | 'preference') =>
      findRules({ rules }, { model, method }).map(({ id }) => id)
    expect(found('gpt-4-0613', 'supervised')).toEqual(['all', 'of-model'])
    expect(found('gpt-4:tuned', 'preference')).toEqual(['all', 'of-model', 'of-method'])
    expect(found('gpt-4o', 'supervised')).toEqual(['all'])
    expect(found('gpt-4.1', 'supervised')).toEqual(['all'])
  })

  it('of several formats the one that names most is used', () => {
    const openai = findOffering(catalogue, 'openai/api.openai.com/train')
    const format = (model: string, method: 'supervised' | 'preference' | 'reinforcement') =>
      openai && findFormat(openai, { model, method })?.format
    expect(format('gpt-4.1-2025-04-14', 'supervised')).toBe('openai-chat')
    expect(format('davinci-002', 'supervised')).toBe('prompt-completion')
    expect(format('o4-mini-2025-04-16', 'reinforcement')).toBe('openai-reinforcement')
    const bedrock = findOffering(catalogue, 'bedrock/us-east-1/train')
    const ofBedrock = (model: string) => bedrock && findFormat(bedrock, { model, method: 'supervised' })?.format
    expect(ofBedrock('amazon.nova-lite-v1:0:300k')).toBe('bedrock-conversation-2024')
    expect(ofBedrock('anthropic.claude-3-haiku-20240307-v1:0:200k')).toBe('claude-3')
    expect(ofBedrock('meta.llama3-1-8b-instruct-v1:0:128k')).toBe('prompt-completion')
    expect(ofBedrock('meta.llama3-3-70b-instruct-v1:0:128k')).toBe('bedrock-conversation-2024')
    expect(ofBedrock('unheard-of')).toBeUndefined()
  })

  // As OpenAI's own package maps models to encodings.
  it.each([
    ['gpt-4.1-mini-2025-04-14', 'o200k_base'],
    ['gpt-4o-2024-08-06', 'o200k_base'],
    ['ft:gpt-4o-mini-2024-07-18:acme::abc', 'o200k_base'],
    ['gpt-4-0613', 'cl100k_base'],
    ['gpt-3.5-turbo-0125', 'cl100k_base'],
    ['babbage-002', 'cl100k_base'],
    ['gpt-oss-20b', 'o200k_base'],
    ['Ministral-3B', undefined],
  ])('%s is counted in %s', (model, encoding) => {
    const azure = findOffering(catalogue, 'azure/train/Standard')
    expect(azure && findEncoding(azure, { model, method: 'supervised' })?.encoding).toBe(encoding)
  })

  it('offerings are found by provider and operation', () => {
    const ids = (provider: string) => findOfferings(catalogue, provider, 'train').map(({ id }) => id)
    expect(ids('azure').map((id) => id.split('/').at(-1))).toEqual([
      'Standard',
      'GlobalStandard',
      'Developer',
      'DataZone',
    ])
    expect(ids('open')).toEqual([])
  })
})

describe('what tokens cost', () => {
  // Public prices of 2023 for gpt-3.5-turbo, a thousand tokens: 0.008 dollars training, 0.012 input, 0.016 output.
  it('is the price of a thousand or a million times their number', () => {
    const perThousand = (amount: number, tokens: number) => priceOfTokens({ amount, per: 'thousand-tokens' }, tokens)
    expect(perThousand(0.008, 100_000 * 3)).toBeCloseTo(2.4, 12)
    expect(perThousand(0.012, 1_000_000)).toBeCloseTo(12, 12)
    expect(perThousand(0.016, 250_000)).toBeCloseTo(4, 12)
    expect(priceOfTokens({ amount: 25, per: 'million-tokens' }, 300_000)).toBe(7.5)
  })

  it('is not known by a price that is not of tokens', () => {
    expect(priceOfTokens({ amount: 100, per: 'hour' }, 1)).toBeUndefined()
    expect(priceOfTokens({ amount: 1.95, per: 'month' }, 1)).toBeUndefined()
  })
})

describe('what a deployment costs an hour', () => {
  it.each([
    ['azure/serve/Standard', 1.7],
    ['azure/serve/DeveloperTier', 0],
    ['openai/api.openai.com/serve', 0],
  ])('%s: %d USD, as on record', (id, amount) => {
    expect(hourlyCost(catalogue, id, NOW)).toMatchObject({
      kind: 'priced',
      price: { amount, currency: 'USD', per: 'hour' },
    })
  })

  it.each(['azure/serve/ProvisionedManaged', 'azure/serve/unheard-of', 'openai-compatible/example.org/serve'])(
    '%s: unknown, never nothing',
    (id) => {
      expect(hourlyCost(catalogue, id, NOW)).toMatchObject({ kind: 'unknown', reason: expect.any(String) as string })
    },
  )

  it('is unknown once the record is too old', () => {
    expect(hourlyCost(catalogue, 'azure/serve/Standard', new Date('2027-06-01'))).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('too old') as string,
    })
  })
})

describe('amending a catalogue', () => {
  it('puts a record in the place of the one about the same thing, and leaves the rest', () => {
    const ours = defineCatalogue([{ id: 'azure/serve/Standard', prices: [HOSTING] }])
    const merged = mergeCatalogue(catalogue, ours)
    const before = findOffering(catalogue, 'azure/serve/Standard')
    expect(findOffering(merged, 'azure/serve/Standard')).toEqual({ ...before, prices: [HOSTING] })
    expect(merged.offerings).toHaveLength(catalogue.offerings.length)
  })

  it('adds offerings and records that were not there, and the last one wins', () => {
    const one = defineCatalogue([
      { id: 'house/train', rules: [{ id: 'minimum-examples', limit: 2, unit: 'examples', ...OURS }] },
    ])
    const two = defineCatalogue([
      { id: 'house/train', title: 'Our cluster', prices: [{ ...HOSTING, item: 'training' }] },
    ])
    const three = defineCatalogue([
      { id: 'house/train', rules: [{ id: 'minimum-examples', limit: 3, unit: 'examples', ...OURS }] },
    ])
    const found = findOffering(mergeCatalogue(catalogue, one, two, three), 'house/train')
    expect(found).toMatchObject({ title: 'Our cluster', rules: [{ limit: 3 }], prices: [{ item: 'training' }] })
  })

  it.each([
    ['an id that is taken', [{ id: 'a' }, { id: 'a' }], /a is there twice/],
    ['no id', [{ id: '' }], /no id/],
    ['a price without a currency', [{ id: 'a', prices: [{ ...HOSTING, currency: 'dollars' }] }], /no currency/],
    ['a price without a unit', [{ id: 'a', prices: [{ ...HOSTING, per: 'day' }] }], /per none of/],
    ['a price below zero', [{ id: 'a', prices: [{ ...HOSTING, amount: -1 }] }], /not a number of 0 or more/],
    ['a price without a source', [{ id: 'a', prices: [{ ...HOSTING, source: undefined }] }], /no source/],
    ['a grade that there is not', [{ id: 'a', prices: [{ ...HOSTING, grade: 'sure' }] }], /none of the grades/],
    ['a rule with a number of nothing', [{ id: 'a', rules: [{ id: 'r', limit: 1, ...OURS }] }], /limit and its unit/],
    ['a rule about no texts', [{ id: 'a', rules: [{ id: 'r', texts: [], ...OURS }] }], /not a list of texts/],
    [
      'a grade that every object has',
      [{ id: 'a', prices: [{ ...HOSTING, grade: 'constructor' }] }],
      /none of the grades/,
    ],
    [
      'a day that is none',
      [{ id: 'a', closures: [{ id: 'c', closedFrom: '2026-02-30', appliesTo: { everybody: true }, ...OURS }] }],
      /closedFrom is not a day/,
    ],
    [
      'a page of no date',
      [{ id: 'a', rules: [{ id: 'r', limit: 1, unit: 'jobs', ...OURS, source: { ...OURS.source, pageDate: 'May' } }] }],
      /pageDate/,
    ],
  ])('refuses %s', (_, records, message) => {
    expect(() => defineCatalogue(records as readonly OfferingAmendment[])).toThrow(message)
  })
})
