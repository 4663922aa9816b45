import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { azure } from '@anytune/azure'
import { createTuner, memoryJournal, type Tuner } from '@anytune/core'
import type { Driver } from '@anytune/core/driver'
import { type Emulator, startEmulator } from '@anytune/emulator'
import { openai } from '@anytune/openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const BASE_MODEL = 'gpt-4.1-mini-2025-04-14'
const folder = mkdtempSync(join(tmpdir(), 'anytune-trials-'))
let emulator: Emulator
beforeAll(async () => {
  emulator = await startEmulator({ vendors: ['azure'] })
}, 60_000)
afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true })
})

function rows(count: number): string {
  const file = join(folder, `${count}.jsonl`)
  const row = (index: number) => ({
    messages: [
      { role: 'user', content: `question ${index}` },
      { role: 'assistant', content: `answer ${index}` },
    ],
  })
  writeFileSync(file, Array.from({ length: count }, (_, index) => `${JSON.stringify(row(index))}\n`).join(''))
  return file
}

/** Its plans are refused before anything is asked, or made on the emulator. */
function tunerOf(driver: Driver, now: string): Tuner {
  return createTuner(driver, { journal: memoryJournal(), now: () => new Date(now) })
}

const ofOpenAI = (now: string, baseURL?: string) =>
  tunerOf(openai({ apiKey: 'no-request-is-made', baseURL: baseURL ?? 'https://api.openai.com/v1' }), now)

function ofAzure(trainingType: 'Standard' | 'GlobalStandard' | 'Developer', deploymentSku: string, now: string): Tuner {
  const endpoint = emulator.env['AZURE_OPENAI_ENDPOINT'] ?? ''
  return tunerOf(
    azure({ endpoint, apiKey: emulator.env['AZURE_OPENAI_API_KEY'] ?? '', trainingType, deploymentSku }),
    now,
  )
}

const request = (count: number) => ({ baseModel: BASE_MODEL, method: 'supervised', training: rows(count) }) as const
const TODAY = '2026-11-25T12:00:00Z'

describe('what is on record of the adapters’ offerings', () => {
  it.each(['https://api.openai.com/v1', 'https://eu.api.openai.com/v1'])('is found for %s', async (baseURL) => {
    const tuner = ofOpenAI(TODAY, baseURL)
    const ids = tuner.catalogue.offerings.map(({ id }) => id)
    for (const operation of ['train', 'serve'] as const) expect(ids).toContain(tuner.offering({ operation }).id)
    await tuner.close()
  })

  it.each([
    ['Standard', 'Standard'],
    ['GlobalStandard', 'GlobalStandard'],
    ['Developer', 'DeveloperTier'],
    ['Standard', 'DataZoneStandard'],
    ['Standard', 'ProvisionedManaged'],
  ] as const)('is found for Azure, %s training and a %s deployment', async (trainingType, sku) => {
    const tuner = ofAzure(trainingType, sku, TODAY)
    const ids = tuner.catalogue.offerings.map(({ id }) => id)
    for (const operation of ['train', 'serve'] as const) expect(ids).toContain(tuner.offering({ operation }).id)
    await tuner.close()
  })

  it('is nothing for a host that only speaks the same protocol', async () => {
    const tuner = ofOpenAI(TODAY, 'https://models.example.org/v1')
    const { id } = tuner.offering({ operation: 'train' })
    expect(tuner.catalogue.offerings.map((offering) => offering.id)).not.toContain(id)
    await tuner.close()
  })
})

describe('a plan by what is on record', () => {
  it('is refused by OpenAI from 2027-01-06 on, before anything is asked', async () => {
    const tuner = ofOpenAI('2027-01-06T00:00:00Z')
    await expect(tuner.plan(request(10))).rejects.toMatchObject({ code: 'closed-to-new-jobs' })
    await tuner.close()
  })

  it('is refused for nine examples, with no request to the vendor', async () => {
    for (const tuner of [ofOpenAI(TODAY), ofAzure('Standard', 'Standard', TODAY)]) {
      await expect(tuner.plan(request(9))).rejects.toMatchObject({
        code: 'dataset-invalid',
        data: { rule: 'minimum-examples', found: 9, limit: 10 },
      })
      await tuner.close()
    }
    expect(emulator.requests()).toEqual([])
  })

  it('tells Azure’s hours and lives, and that no price of training is known', async () => {
    const tuner = ofAzure('Developer', 'DeveloperTier', TODAY)
    const plan = await tuner.plan(request(10))
    expect(plan.cost).toMatchObject({ kind: 'unknown' })
    expect('lines' in plan.cost && plan.cost.lines).toContainEqual(
      expect.objectContaining({ item: 'hosting', low: 0, high: 0, per: 'hour' }),
    )
    expect(plan.warnings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('deletes a deployment 24 hours after it was made'),
    )
    expect(plan.servableUntil).toBe('2027-10-14')
    await tuner.close()
  })
})
