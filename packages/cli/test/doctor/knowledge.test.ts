import { defineCatalogue, type Evidence } from '@anytune/catalogue'
import { describe, expect, it } from 'vitest'
import { knowledgeFrom } from '../../src/doctor/knowledge.ts'
import { NOW } from './accounts.ts'

const SOURCE = { title: 'Deprecations', url: 'https://vendor.example/deprecations', readOn: '2026-11-22' }
const EVIDENCE: Evidence = { source: SOURCE, grade: 'vendor-page' }
const OLD: Evidence = { source: { ...SOURCE, pageDate: '2026-01-01' }, grade: 'vendor-page' }

const knowledge = knowledgeFrom(
  defineCatalogue([
    {
      id: 'acme/train',
      models: [
        {
          id: 'base-1',
          trainableUntil: { date: '2027-01-06', certainty: 'not-before', ...EVIDENCE, note: 'Moved before.' },
          tunedServedUntil: { date: '2027-01-14', certainty: 'on', ...EVIDENCE },
        },
        { id: 'base-2', tunedServedUntil: { date: '2027-01-14', certainty: 'on', ...OLD } },
      ],
      closures: [
        { id: 'late', closedFrom: '2027-02-01', appliesTo: { everybody: true }, ...EVIDENCE },
        { id: 'early', closedFrom: '2027-01-06', appliesTo: { everybody: true }, ...EVIDENCE },
        { id: 'some', closedFrom: '2026-07-02', appliesTo: { only: 'those without use' }, ...EVIDENCE },
      ],
    },
    {
      id: 'acme/serve/standard',
      lifetimes: [
        { id: 'unused', thing: 'deployment', afterHours: 360, counted: 'without-use', ...EVIDENCE },
        { id: 'checkpoints', thing: 'checkpoint', afterHours: 1, counted: 'from-creation', ...EVIDENCE },
        { id: 'old', thing: 'deployment', afterHours: 1, counted: 'from-creation', ...OLD },
      ],
      prices: [{ item: 'hosting', amount: 1.7, currency: 'USD', per: 'hour', ...EVIDENCE, grade: 'vendor-example' }],
    },
  ]),
  'acme/train',
  NOW,
)

describe('what a catalogue knows', () => {
  it('comes with its source, its grade and its note', () => {
    const basis = { by: 'catalogue', source: SOURCE, grade: 'vendor-page' }
    expect(knowledge.servingEnds('base-1')).toEqual({ value: new Date('2027-01-14'), basis })
    expect(knowledge.trainingEnds('base-1')).toEqual({
      value: new Date('2027-01-06'),
      basis: { ...basis, note: 'Moved before.' },
      notBefore: true,
    })
  })

  it('is the first of several closings for everybody, and apart from it those for some', () => {
    expect(knowledge.closes?.value).toEqual(new Date('2027-01-06'))
    expect(knowledge.closesForSome).toMatchObject([{ value: new Date('2026-07-02'), whom: 'those without use' }])
  })

  it('is a price by the hour where there is one, and otherwise why there is none', () => {
    expect(knowledge.hourlyPrice('acme/serve/standard')).toMatchObject({
      value: { amount: 1.7, currency: 'USD' },
      basis: { grade: 'vendor-example' },
    })
    expect(knowledge.hourlyPrice('acme/serve/other')).toEqual({ unknown: expect.any(String) })
  })

  it('is how long deployments last by themselves', () => {
    expect(knowledge.deploymentLifetimes('acme/serve/standard')).toEqual([
      {
        value: { hours: 360 },
        counted: 'without-use',
        basis: { by: 'catalogue', source: SOURCE, grade: 'vendor-page' },
      },
    ])
    expect(knowledge.deploymentLifetimes('acme/serve/other')).toEqual([])
  })

  it('is nothing where the record is too old, or where there is none', () => {
    expect(knowledge.servingEnds('base-2')).toBeUndefined()
    expect(knowledge.servingEnds('base-3')).toBeUndefined()
    const nothing = knowledgeFrom(defineCatalogue([]), 'acme/train', NOW)
    expect([nothing.closes, nothing.closesForSome, nothing.servingEnds('base-1')]).toEqual([undefined, [], undefined])
  })

  it('is marked when it should be looked up again', () => {
    const stale = knowledgeFrom(
      defineCatalogue([
        { id: 't', models: [{ id: 'b', tunedServedUntil: { date: '2027-01-14', certainty: 'on', ...EVIDENCE } }] },
      ]),
      't',
      new Date('2027-03-22T12:00:00Z'),
    )
    expect(stale.servingEnds('b')?.basis).toMatchObject({ staleDays: 120 })
  })
})
