import { catalogue, findOffering, findPrice } from '@anytune/catalogue'
import { describe, expect, it } from 'vitest'
import { checkYamlConfig } from '../../src/config/config-schema.ts'
import { configurationOf } from '../../src/config/configuration.ts'
import { defineConfig, loadTuner } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { refusal } from './refusal.ts'

const OURS = { source: { title: 'our contract of 2026', readOn: '2026-11-20' }, grade: 'contract' } as const
const HOSTING = { item: 'hosting', amount: 0.9, currency: 'USD', per: 'hour', ...OURS } as const
const providers = { prod: () => memory() }
const [first] = catalogue.offerings

describe('the catalogue of a configuration', () => {
  it('is the one on record where nothing is said', () => {
    expect(configurationOf({ providers }).catalogue).toBe(catalogue)
  })

  it('puts its records in the place of those on record, and keeps the rest', () => {
    const id = first?.id ?? ''
    const { catalogue: amended } = configurationOf({ providers, catalogue: [{ id, prices: [HOSTING] }] })
    const offering = findOffering(amended, id)
    expect(findPrice(offering, { item: 'hosting' }, new Date('2026-11-25'))).toMatchObject({ price: HOSTING })
    expect(offering?.terms).toEqual(first?.terms)
  })

  it('is what the loaded tuner goes by', async () => {
    const config = defineConfig({ providers, catalogue: [{ id: 'house/train', title: 'Our cluster' }] })
    const tuner = await loadTuner(config)
    expect(findOffering(tuner.catalogue, 'house/train')?.title).toBe('Our cluster')
    await tuner.close()
  })

  it.each([
    ['an unknown key', { ...HOSTING, amonut: 1 }, /unknown key "catalogue.0.prices.0.amonut"/],
    ['a price without a source', { ...HOSTING, source: undefined }, /"catalogue.0.prices.0.source" is missing/],
    ['a price an hour and a half', { ...HOSTING, per: 'day' }, /"catalogue.0.prices.0.per" must be/],
    ['a day that is none', { ...HOSTING, source: { title: 'x', readOn: '2026-02-30' } }, /readOn is not a day/],
  ])('refuses %s', (_, price, message) => {
    const config = { providers, catalogue: [{ id: 'house/serve', prices: [price] }] }
    expect(refusal(() => configurationOf(config as never)).message).toMatch(message)
  })

  it('takes in YAML every record that the package itself has', () => {
    const config = { providers: { prod: { use: 'local' } }, catalogue: catalogue.offerings }
    expect(checkYamlConfig(structuredClone(config), () => 'anytune.yaml').catalogue).toEqual(catalogue.offerings)
  })
})
