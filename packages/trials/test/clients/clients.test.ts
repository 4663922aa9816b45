import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { AZURE_ANSWER, AZURE_DATED } from '../contract/amendments.ts'
import { missing } from '../contract/specification.ts'
import { breachesOf, contractsOf } from '../contract/traffic.ts'
import { type EmulatorProcess, runEmulator } from './emulator-process.ts'
import { languages, runWith, vendorCommand } from './programs.ts'

// Every client is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** What a whole life looks like to whoever lives it. */
const SEEN = {
  file: 'processed',
  sameBytes: true,
  job: 'succeeded',
  steps: 6,
  checkpoints: [6, 3],
  table: 'step,train_loss',
  listed: true,
  stopped: ['paused', 'cancelled'],
  answered: true,
  streamedTheSame: true,
  model: true,
  removed: true,
  refused: 'NotFoundError',
}

const clients = await languages()
const commandLine = await vendorCommand()

describe('by what the emulator prints alone', () => {
  let emulator: EmulatorProcess
  beforeAll(async () => void (emulator = await runEmulator()))
  afterAll(() => emulator[Symbol.asyncDispose]())

  describe.each(clients)('the vendor’s client for $name', ({ command, words, absent }) => {
    it.for([
      ['OpenAI', 'openai'],
      ['Azure’s v1 API', 'azure-v1'],
      ['Azure’s dated API', 'azure-dated'],
    ] as const)('does the whole life on %s', async ([, mode], test) => {
      if (absent !== undefined) return test.skip(absent)
      expect(JSON.parse(await runWith(emulator.environment, command, [...words, mode]))).toEqual(SEEN)
    })
  })

  it('the vendor’s command line does the whole life on OpenAI', async (test) => {
    if ('absent' in commandLine) return test.skip(commandLine.absent)
    const openai = async (...words: readonly string[]) =>
      // What is there for Azure as well makes it ask whose API is meant.
      runWith(emulator.environment, commandLine.path, ['-t', 'openai', 'api', ...words])
    // The command prints what it gets.
    const api = async (...words: readonly string[]) => JSON.parse(await openai(...words)) as Record<string, unknown>
    const path = await rowsFile()
    const file = String((await api('files.create', '-f', path, '-p', 'fine-tune'))['id'])
    // Its files.retrieve and files.delete ask for a file to upload.
    const isProcessed = new RegExp(`"id": "${file}"[^}]*"status": "processed"`)
    while (!isProcessed.test(await openai('files.list'))) await delay(20)
    const numbers = JSON.stringify({ n_epochs: 2, batch_size: 4 })
    const asked = ['-m', 'gpt-4.1-mini-2025-04-14', '-F', file, '-H', numbers, '-s', 'twice']
    const { id } = await api('fine_tuning.jobs.create', ...asked)
    const jobNow = () => api('fine_tuning.jobs.retrieve', '-i', String(id))
    let job = await jobNow()
    for (; job['status'] !== 'succeeded'; job = await jobNow()) await delay(20)
    const model = String(job['fine_tuned_model'])
    expect(await openai('fine_tuning.jobs.list')).toContain(String(id))
    expect(await openai('fine_tuning.jobs.list_events', '-i', String(id))).toContain(model)
    expect(await openai('chat.completions.create', '-m', model, '-g', 'user', 'What is twice 3?')).toContain(model)
    expect(await openai('models.list')).toContain(model)
    expect(await api('models.delete', '-i', model)).toMatchObject({ deleted: true })
  })

  it('clients ask, and are answered, as the vendors describe it', async (test) => {
    if (missing !== undefined) return test.skip(missing)
    const exchanges = await emulator.requests()
    expect(exchanges.length).toBeGreaterThan(100)
    expect(breachesOf(contractsOf(), exchanges)).toEqual([])
    // What is known of Azure beside its descriptions, nobody would find otherwise.
    for (const amendment of [...AZURE_DATED, ...AZURE_ANSWER]) {
      expect(breachesOf(contractsOf(amendment), exchanges)).not.toEqual([])
    }
  })
})

async function rowsFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'anytune-clients-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'rows.jsonl')
  const rows = Array.from({ length: 12 }, (_, index) => ({
    messages: [
      { role: 'user', content: `What is twice ${index}?` },
      { role: 'assistant', content: String(2 * index) },
    ],
  }))
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return path
}
