import { rmSync } from 'node:fs'
import { defineCatalogue, type OfferingAmendment } from '@anytune/catalogue'
import { afterAll, describe, expect, it } from 'vitest'
import { createTuner, isAnytuneError, memoryJournal } from '../src/index.ts'
import { memory, type MemoryOptions } from '../src/memory.ts'
import { chatFile, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))

const NOW = new Date('2026-11-25T12:00:00Z')
const PAGE = { source: { title: 'a page of the vendor', readOn: '2026-11-20' }, grade: 'vendor-page' } as const
const OLD = { source: { title: 'a page', pageDate: '2026-01-10', readOn: '2026-11-20' }, grade: 'vendor-page' } as const
const KEPT = { dataClass: 'training-file', term: 'retention', value: 'until-deleted', ...PAGE } as const
const LOGGED = { dataClass: 'abuse-log', term: 'retention', value: 30, ...PAGE } as const
const UNREAD = { dataClass: 'job-record', term: 'human-review', value: 'no', ...PAGE } as const
const RECORDS: readonly OfferingAmendment[] = [
  {
    id: 'cloud/train',
    terms: [KEPT, LOGGED],
    variants: [
      { setting: 'cloud/no-log', title: 'no log', told: 'live', terms: [{ ...LOGGED, value: 0 }], ...PAGE },
      { setting: 'cloud/old', title: 'old', told: 'live', terms: [{ ...LOGGED, value: 7, ...OLD }], ...PAGE },
      { setting: 'cloud/eyes-off', title: 'eyes off', told: 'live', terms: [UNREAD], ...PAGE },
    ],
  },
]

function open(set: NonNullable<Extract<MemoryOptions, { set?: unknown }>['set']> = {}) {
  const driver = Object.assign(memory({ set }), {
    offering: ({ operation }: { readonly operation: string }) => ({
      id: `cloud/${operation}`,
      title: `Cloud, ${operation}`,
      egress: 'provider' as const,
    }),
  })
  const options = { journal: memoryJournal(), catalogue: defineCatalogue(RECORDS), now: () => NOW }
  return { driver, tuner: createTuner(driver, options) }
}

const ofTraining = async ({ tuner }: ReturnType<typeof open>) => {
  const { offerings, live } = await tuner.terms()
  return { live, find: (dataClass: string) => offerings[0]?.terms.find((term) => term.dataClass === dataClass) }
}

describe('the terms of a profile', () => {
  it('are those on record, with how each is known', async () => {
    const { tuner, driver } = open()
    const told = await tuner.terms({ live: false })
    expect(told.live).toBe('not-asked')
    expect(driver.calls).toEqual([])
    expect(told.offerings).toMatchObject([
      { operation: 'train', onRecord: true, offering: { id: 'cloud/train' } },
      { operation: 'serve', onRecord: false, terms: [] },
    ])
    expect(told.offerings[0]?.terms[0]).toMatchObject({ value: 'until-deleted', evidence: { ageDays: 5 } })
  })

  it('stand beside what a setting of the account makes of them, named by the setting', async () => {
    const { find } = await ofTraining(open({ settings: ['cloud/no-log'] }))
    expect(find('abuse-log')).toMatchObject({ value: 30, live: { value: 0, setting: 'cloud/no-log' } })
    expect(find('training-file')).not.toHaveProperty('live')
  })

  it('are unknown under a setting whose own page is too old, and say what it once was', async () => {
    const { find } = await ofTraining(open({ settings: ['cloud/old'] }))
    expect(find('abuse-log')?.live).toMatchObject({ value: 'unknown', once: 7, evidence: { age: 'too-old' } })
  })

  it('let the account itself say more than a setting, graded as seen and of the day it was asked', async () => {
    const terms = [{ dataClass: 'abuse-log', term: 'retention', value: 3 } as const]
    const { find } = await ofTraining(open({ settings: ['cloud/no-log'], terms }))
    expect(find('abuse-log')?.live).toMatchObject({
      value: 3,
      evidence: { grade: 'ran', age: 'fresh', source: { readOn: '2026-11-25' } },
    })
    expect(find('abuse-log')?.live).not.toHaveProperty('setting')
  })

  it('list what is set and on no record', async () => {
    const terms = [{ dataClass: 'account', term: 'customer-keys', value: 'in-use' } as const]
    const { find } = await ofTraining(open({ terms }))
    expect(find('account')).toMatchObject({ value: 'in-use', evidence: { grade: 'ran' } })
  })

  it('list what a setting makes of a term that is on no record, as what the account has', async () => {
    const { find } = await ofTraining(open({ settings: ['cloud/eyes-off'] }))
    const set = { value: 'no', evidence: { grade: 'vendor-page' } }
    expect(find('job-record')).toMatchObject({ ...set, live: { ...set, setting: 'cloud/eyes-off' } })
  })

  it('tell where the resource of the account is, and when it was asked', async () => {
    const { live } = await ofTraining(open({ region: 'google/europe-west4' }))
    expect(live).toMatchObject({ region: 'google/europe-west4', at: NOW.toISOString(), settings: [] })
  })

  it('say that an adapter cannot ask', async () => {
    const { driver } = open()
    const { verifyTerms: _, ...mute } = driver
    const tuner = createTuner(mute, { journal: memoryJournal(), catalogue: defineCatalogue(RECORDS) })
    expect((await tuner.terms()).live).toBe('not-supported')
  })

  it('are asked for again when the account does not answer, and fail as any question does', async () => {
    const { driver, tuner } = open()
    driver.fail({ operation: 'verifyTerms', when: 'before' })
    expect(typeof (await tuner.terms()).live).toBe('object')
    driver.fail({
      operation: 'verifyTerms',
      when: 'before',
      error: { code: 'unauthenticated', reached: 'yes', status: 401 },
    })
    const refusal = await tuner.terms().catch((error: unknown) => error)
    expect(isAnytuneError(refusal) && refusal.code).toBe('unauthenticated')
  })
})

describe('a plan', () => {
  const request = () => ({
    baseModel: 'memory-small',
    method: 'supervised' as const,
    training: chatFile(folder, 'train.jsonl'),
  })

  it('has what the account set beside what is on record', async () => {
    const { tuner } = open({ settings: ['cloud/no-log'], region: 'google/europe-west4' })
    const plan = await tuner.plan(request())
    expect(plan.verified).toMatchObject({ region: 'google/europe-west4', settings: ['cloud/no-log'] })
    expect(plan.terms).toContainEqual(
      expect.objectContaining({ value: 30, live: expect.objectContaining({ value: 0 }) }),
    )
  })

  it('asks for no terms where nothing leaves', async () => {
    const driver = memory()
    const plan = await createTuner(driver, { journal: memoryJournal() }).plan(request())
    expect(plan.terms).toBe('not-applicable')
    expect(plan).not.toHaveProperty('verified')
    expect(driver.calls.map(({ operation }) => operation)).not.toContain('verifyTerms')
  })
})
