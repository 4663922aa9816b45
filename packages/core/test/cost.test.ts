import { defineCatalogue } from '@anytune/catalogue'
import { describe, expect, it } from 'vitest'
import type { Offering } from '../src/driver.ts'
import { assertHourlyCost } from '../src/plan/hourly-cost.ts'

const EVIDENCE = { source: { title: 'the price list', readOn: '2026-11-20' }, grade: 'vendor-page' } as const
const hosting = (amount: number) => ({ item: 'hosting', amount, currency: 'USD', per: 'hour', ...EVIDENCE }) as const
const KNOWN = {
  catalogue: defineCatalogue([
    { id: 'cloud/serve/regional', prices: [hosting(1.7)] },
    { id: 'cloud/serve/trial', prices: [hosting(0)] },
    { id: 'cloud/serve/unpriced' },
  ]),
  now: new Date('2026-11-25'),
  provider: 'cloud',
}
const offering = (name: string): Offering => ({ id: `cloud/serve/${name}`, title: name, egress: 'provider' })
const dollars = (amount: number) => ({ amount, currency: 'USD' })

describe('the most a deployment may cost an hour', () => {
  it.each([
    ['regional', 1.7],
    ['regional', 2],
    ['trial', 0],
  ])('lets %s pass at %d USD', (name, amount) => {
    expect(() => assertHourlyCost(offering(name), dollars(amount), KNOWN)).not.toThrow()
  })

  it('lets pass what runs on this computer', () => {
    const here: Offering = { id: 'here', title: 'this computer', egress: 'none' }
    expect(() => assertHourlyCost(here, dollars(0), KNOWN)).not.toThrow()
  })

  it.each([
    ['one that costs more', 'regional', dollars(1.69), /it costs 1.7 USD an hour, more than 1.69 USD/],
    ['another currency', 'regional', { amount: 5, currency: 'EUR' }, /in USD, and the maximum in EUR/],
    ['one whose price nobody recorded', 'unpriced', dollars(1000), /unknown/],
    ['one of which nothing is on record', 'unheard-of', dollars(1000), /unknown/],
  ])('refuses %s', (_, name, maximum, message) => {
    const deploy = () => assertHourlyCost(offering(name), maximum, KNOWN)
    expect(deploy).toThrow(message)
    expect(deploy).toThrow(
      expect.objectContaining({ code: 'failed-precondition', hint: expect.any(String) as string }) as Error,
    )
  })

  it('refuses by a price that is too old as if there were none', () => {
    const later = { ...KNOWN, now: new Date('2027-11-25') }
    expect(() => assertHourlyCost(offering('regional'), dollars(5), later)).toThrow(/too old/)
  })

  it.each([
    { amount: -1, currency: 'USD' },
    { amount: Number.NaN, currency: 'USD' },
    { amount: 2, currency: '$' },
  ])('refuses a maximum that is none: $amount $currency', (maximum) => {
    expect(() => assertHourlyCost(offering('trial'), maximum, KNOWN)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }) as Error,
    )
  })
})
