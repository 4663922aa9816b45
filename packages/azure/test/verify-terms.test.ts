import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTuner, memoryJournal, type Plan } from '@anytune/core'
import type { AzureOptions } from '@anytune/azure'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { driverOf } from '../src/driver.ts'
import { settingsOf } from '../src/settings.ts'
import { startEmulated } from './emulated.ts'

vi.setConfig({ testTimeout: 60_000 })

const { emulator, connect, accountOf } = await startEmulated()
const folder = mkdtempSync(join(tmpdir(), 'anytune-azure-terms-'))
afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true })
})

function resource(
  settings: Parameters<ReturnType<typeof accountOf>['configure']>[0] = {},
  options?: Partial<AzureOptions>,
) {
  const account = emulator.account()
  account.configure(settings)
  const driver = connect(account, options)
  return {
    driver,
    account,
    tuner: createTuner(driver, { journal: memoryJournal(), now: () => new Date('2026-05-01') }),
  }
}

const find = (terms: Plan['terms'], dataClass: string, term: string) =>
  typeof terms === 'string' ? undefined : terms.find((one) => one.dataClass === dataClass && one.term === term)

describe('what an Azure resource says of itself', () => {
  it('is its region, its key, its network, and that it logs, as a new resource does', async () => {
    const { live, offerings } = await resource({ location: 'westeurope' }).tuner.terms()
    expect(live).toMatchObject({
      region: 'azure/westeurope',
      settings: [],
      checks: [
        { id: 'region', result: 'read' },
        { id: 'abuse-monitoring', message: 'prompts may be kept for abuse monitoring' },
        { id: 'customer-keys', message: 'the resource is encrypted with a key of the service' },
        { id: 'private-network', message: 'the resource can be reached from the public internet' },
      ],
    })
    expect(find(offerings[0]?.terms ?? [], 'account', 'customer-keys')).toMatchObject({
      value: 'not-in-use',
      evidence: { grade: 'ran' },
    })
  })

  it('puts the terms of modified abuse monitoring beside the usual ones when it logs nothing', async () => {
    const { tuner } = resource({ contentLogging: false })
    const { live, offerings } = await tuner.terms()
    expect(live).toMatchObject({ settings: ['azure/content-logging-off'] })
    for (const { terms } of offerings.slice(0, 1)) {
      expect(find(terms, 'abuse-log', 'retention')).toMatchObject({
        value: 'unknown',
        live: { value: 0, setting: 'azure/content-logging-off' },
      })
    }
  })

  it('names a key and a network of the customer', async () => {
    const { driver } = resource({ customerManagedKey: true, publicNetworkAccess: 'Disabled' })
    const { offerings } = await createTuner(driver, { journal: memoryJournal() }).terms()
    expect(find(offerings[0]?.terms ?? [], 'account', 'customer-keys')).toMatchObject({ value: 'in-use' })
    expect(find(offerings[0]?.terms ?? [], 'account', 'private-network')).toMatchObject({ value: 'in-use' })
  })

  it('is not known without Azure Resource Manager, and nothing is asked', async () => {
    const account = emulator.account()
    const { AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_API_KEY } = account.env('azure')
    const driver = driverOf(settingsOf({ trainingType: 'Standard' }, { AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_API_KEY }))
    const { live } = await createTuner(driver, { journal: memoryJournal() }).terms()
    expect(live).toMatchObject({ settings: [], checks: [{ id: 'resource', result: 'could-not-read' }] })
    expect(live).not.toHaveProperty('region')
    expect(account.requests()).toEqual([])
  })

  it('is not known where the identity may not read the resource; the reason is told', async () => {
    const { tuner, account } = resource()
    emulator.faults.add({ kind: 'status', status: 403, operation: 'account.get', account: account.name })
    expect((await tuner.terms()).live).toMatchObject({ checks: [{ id: 'resource', result: 'could-not-read' }] })
  })

  it('is asked for again when Azure Resource Manager is busy', async () => {
    const { tuner, account } = resource()
    emulator.faults.add({ kind: 'status', status: 503, operation: 'account.get', account: account.name })
    expect((await tuner.terms()).live).toMatchObject({ region: 'azure/swedencentral' })
  })

  it('stands in a plan, which it is made of before anything leaves', async () => {
    const { tuner, account } = resource({ contentLogging: false })
    const training = join(folder, 'train.jsonl')
    const row = (index: number) => [
      { role: 'user', content: `question ${index}` },
      { role: 'assistant', content: `answer ${index}` },
    ]
    writeFileSync(
      training,
      Array.from({ length: 12 }, (_, index) => `${JSON.stringify({ messages: row(index) })}\n`).join(''),
    )
    const plan = await tuner.plan({ baseModel: 'gpt-4.1-mini-2025-04-14', method: 'supervised', training })
    expect(plan.verified).toMatchObject({ region: 'azure/swedencentral', settings: ['azure/content-logging-off'] })
    expect(find(plan.terms, 'abuse-log', 'retention')?.live).toMatchObject({ value: 0 })
    expect(account.requests().filter(({ method }) => method !== 'GET')).toEqual([])
  })
})
