import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmulatorAccount } from '@anytune/emulator'
import { describe, expect, it } from 'vitest'
import { provenBy, type Evidence } from '../src/prove/evidence.ts'
import { jsonLines } from './anytune.ts'
import { emulated, ownPrices } from './emulated-project.ts'

const project = emulated()

/** A project whose evidence can be looked at. */
async function workspace(...given: Parameters<typeof project>) {
  const made = await project(...given)
  const text = () => readFile(join(made.cwd, 'evidence.json'), 'utf8')
  return {
    ...made,
    text,
    evidence: async (): Promise<Evidence> => JSON.parse(await text()),
    prove: (...more: readonly string[]) => made.run('prove', '--out', 'evidence.json', '--yes', '--json', ...more),
  }
}

const MODEL = ['--model', 'gpt-4.1-mini-2025-04-14']

/** What was asked of the vendor, in its order. */
function operations(account: EmulatorAccount): readonly string[] {
  return account.requests().map(({ operation }) => operation)
}

/** Everything in the requests that names the account, or something in it. */
function namesIn(account: EmulatorAccount): readonly string[] {
  const ids = /\b(?:file|ftjob|ftevent|org|proj|modelfile)-[A-Za-z0-9]{6,}/g
  const bodies = account.requests().map((request) => JSON.stringify(request))
  return [...new Set([account.name, ...bodies.flatMap((body) => body.match(ids) ?? [])])]
}

describe('a rehearsal on the emulator', () => {
  it('sees every operation of OpenAI up to a cancelled job, and leaves nothing there', async () => {
    const { account, prove, evidence, text } = await workspace('openai')
    const { code, stderr, stdout } = await prove(...MODEL, '--accept-unknown-cost')
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(jsonLines(stdout).at(-1)).toMatchObject({ rehearsal: true, outcome: 'completed', left: [] })
    const written = await evidence()
    expect(written).toMatchObject({
      rehearsal: true,
      provider: 'openai',
      requestsBesides: 0,
      versions: { adapter: { name: '@anytune/openai' }, sdk: expect.stringMatching(/^openai \d+\.\d+\.\d+$/) },
    })
    expect(provenBy(written)).toEqual([])
    const told = Object.values(written.operations).flatMap(({ exchanges }) =>
      exchanges.map(({ method, path, status }) => `${method} ${path} ${status}`),
    )
    expect(new Set(told)).toEqual(
      new Set([
        'GET /v1/models/{id} 200',
        'POST /v1/files 200',
        'GET /v1/files/{id} 200',
        'POST /v1/fine_tuning/jobs 200',
        'GET /v1/fine_tuning/jobs/{id} 200',
        'GET /v1/fine_tuning/jobs 200',
        'GET /v1/files 200',
        'GET /v1/models 200',
        'GET /v1/fine_tuning/jobs/{id}/events 200',
        'GET /v1/fine_tuning/jobs/{id}/checkpoints 200',
        'POST /v1/fine_tuning/jobs/{id}/cancel 200',
        'GET /v1/files/{id}/content 200',
        'DELETE /v1/files/{id} 200',
        'GET /v1/files/{id} 404',
      ]),
    )
    expect(written.operations['jobs.create']!.exchanges[0]!.request).toMatchObject({
      type: 'application/json',
      shape: { model: 'string', training_file: 'string', metadata: { '*': 'string' } },
    })
    expect(operations(account)).toContain('files.delete')
    const whole = await text()
    for (const name of namesIn(account)) expect(whole).not.toContain(name)
    expect(whole).not.toContain('kilograms')
  })

  it('sees a model answer with --full, and deletes it', async () => {
    const { account, prove, evidence, text } = await workspace('openai')
    const { code, stderr } = await prove(...MODEL, '--accept-unknown-cost', '--full')
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const written = await evidence()
    expect(written).toMatchObject({ extent: 'full-life', outcome: 'completed' })
    expect(written.operations['chat']).toMatchObject({
      result: 'passed',
      exchanges: [{ method: 'POST', path: '/v1/chat/completions', response: { type: 'text/event-stream' } }],
    })
    expect(operations(account)).toEqual(expect.arrayContaining(['models.delete', 'files.delete']))
    const whole = await text()
    for (const name of namesIn(account)) expect(whole).not.toContain(name)
  })

  it('sends nothing but reads when the price is unknown and that is not accepted', async () => {
    const { account, prove } = await workspace('openai')
    const { code, stderr } = await prove(...MODEL, '--max-cost', '5USD')
    expect(code).toBe(9)
    expect(stderr).toContain('--accept-unknown-cost')
    expect(account.requests().filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('is carried out below the limit given, by the price on record', async () => {
    const { account, prove, evidence } = await workspace('openai', { configuration: ownPrices })
    const refused = await prove(...MODEL, '--max-cost', '0.0001USD')
    expect(refused).toMatchObject({ code: 9, stderr: expect.stringMatching(/it may cost up to [\d.]+ USD, more than/) })
    expect(account.requests().filter(({ method }) => method !== 'GET')).toEqual([])
    expect((await prove(...MODEL, '--max-cost', '1USD')).code).toBe(0)
    expect(await evidence()).toMatchObject({ outcome: 'completed' })
  })

  it('is complete when the vendor limits the rate', async () => {
    const { account, emulator, prove, evidence } = await workspace('openai')
    const { name } = account
    emulator.faults.add({ operation: 'jobs.*', account: name, kind: 'rate-limit', retryAfter: '0', times: 3 })
    expect((await prove(...MODEL, '--accept-unknown-cost')).code).toBe(0)
    const { outcome, operations } = await evidence()
    expect(outcome).toBe('completed')
    const statuses = Object.values(operations).flatMap(({ exchanges }) => exchanges.map(({ status }) => status))
    expect(statuses).toContain(429)
  })

  it('removes everything when the vendor fails in the middle, and says where', async () => {
    const { account, emulator, prove, evidence } = await workspace('openai')
    emulator.faults.add({ operation: 'jobs.cancel', account: account.name, kind: 'status', status: 503 })
    expect((await prove(...MODEL, '--accept-unknown-cost')).code).toBe(10)
    const { outcome, operations } = await evidence()
    expect(outcome).toBe('failed')
    expect(operations['jobs.cancel']).toMatchObject({ result: 'failed', code: 'unavailable', status: 503 })
    expect(operations['purge']).toMatchObject({ result: 'passed' })
    expect(operations['datasets.get after purge']).toMatchObject({ result: 'passed' })
  })

  it('says so when the vendor takes no new jobs, and leaves no file there', async () => {
    const { account, prove, evidence } = await workspace('openai')
    account.configure({ training: 'closed' }, 'openai')
    expect((await prove(...MODEL, '--accept-unknown-cost')).code).toBe(10)
    const { operations: seen } = await evidence()
    expect(seen['jobs.create']).toMatchObject({ result: 'failed', code: 'closed-to-new-jobs', status: 403 })
    expect(seen['datasets.get after purge']).toMatchObject({ result: 'passed' })
    expect(operations(account)).toContain('files.delete')
  })

  it('says that a key is wrong, and writes no evidence', async () => {
    const { prove, text } = await workspace('openai', { env: { OPENAI_API_KEY: 'sk-wrong-0123456789' } })
    const { code, stdout, stderr } = await prove(...MODEL, '--accept-unknown-cost')
    expect(code).toBe(9)
    expect(stderr).toContain('key')
    expect(stdout + stderr).not.toContain('sk-wrong')
    await expect(text()).rejects.toThrow('ENOENT')
  })

  it('sees every operation of Azure with --full, deployment and all', async () => {
    const { account, prove, evidence, text } = await workspace('azure')
    const { code, stdout } = await prove(...MODEL, '--accept-unknown-cost', '--full')
    expect(code).toBe(0)
    // Azure has no way to delete a tuned model: what is left is said, and is nobody's failure.
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      outcome: 'completed',
      left: expect.arrayContaining([expect.objectContaining({ kind: 'model', state: 'kept', code: 'unsupported' })]),
    })
    const written = await evidence()
    expect(Object.values(written.operations).map(({ result }) => result)).not.toContain('failed')
    expect(written.operations['deployments.create']).toMatchObject({ result: 'passed' })
    const whole = await text()
    for (const name of namesIn(account)) expect(whole).not.toContain(name)
    const {
      AZURE_OPENAI_ENDPOINT: _endpoint,
      ANYTUNE_AZURE_RESOURCE_MANAGER: _manager,
      OPENAI_API_VERSION: _version,
      ...names
    } = account.env('azure')
    expect(Object.keys(names)).toContain('AZURE_SUBSCRIPTION_ID')
    for (const name of Object.values(names)) expect(whole).not.toContain(name)
  })
})
