import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { provenBy, type Evidence } from '../src/prove/evidence.ts'
import { assertAffordable, proofCost } from '../src/prove/affordable.ts'
import { anytune, folder, jsonLines, oneProcess, start, told } from './anytune.ts'

const run = oneProcess()

/** An in-memory account, with faults at its first opening. */
function account(faults: readonly object[] = [], durations = '{}'): string {
  return `import { defineConfig } from '@anytune/core'
import { memory } from '@anytune/core/memory'
export default defineConfig({
  providers: { mem: () => memory({ durations: ${durations}, faults: ${JSON.stringify(faults)} }) },
})
`
}

const prove = ['prove', '--model', 'memory-small', '--yes', '--json', '--out', 'evidence.json']

async function workspace(...config: Parameters<typeof account>) {
  const cwd = await folder({ 'anytune.config.ts': account(...config) })
  const evidence = async (): Promise<Evidence> => JSON.parse(await readFile(join(cwd, 'evidence.json'), 'utf8'))
  return { cwd, evidence, anytune: (...args: readonly string[]) => run(args, { cwd }) }
}

function resultsIn({ operations }: Evidence): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(operations).map(([name, { result }]) => [name, result]))
}

describe('anytune prove', () => {
  it('lives up to a cancelled job, removes what it made, and says that a rehearsal proves nothing', async () => {
    const { anytune, evidence } = await workspace()
    const { code, stdout } = await anytune(...prove)
    expect(code).toBe(0)
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'result', rehearsal: true, outcome: 'completed', left: [] })
    const written = await evidence()
    expect(written).toMatchObject({
      rehearsal: true,
      provider: 'memory',
      extent: 'cancelled-job',
      outcome: 'completed',
    })
    expect(written.jobStatuses.at(-1)).toBe('cancelled')
    expect(provenBy(written)).toEqual([])
    expect(resultsIn(written)).toEqual({
      preflight: 'passed',
      'datasets.create': 'passed',
      'datasets.get': 'passed',
      'jobs.create': 'passed',
      'jobs.get': 'passed',
      'jobs.list': 'passed',
      'datasets.list': 'passed',
      'models.list': 'passed',
      'deployments.list': 'passed',
      'jobs.events': 'passed',
      'jobs.cancel': 'passed',
      'datasets.read': 'passed',
      purge: 'passed',
      'datasets.get after purge': 'passed',
    })
  })

  it('waits for the model, serves it, asks it and takes it down with --full', async () => {
    const { anytune, evidence } = await workspace()
    expect((await anytune(...prove, '--full')).code).toBe(0)
    const written = await evidence()
    expect(written).toMatchObject({ extent: 'full-life', outcome: 'completed' })
    expect(written.jobStatuses.at(-1)).toBe('succeeded')
    expect(resultsIn(written)).toMatchObject({
      'models.get': 'passed',
      'deployments.create': 'passed',
      chat: 'passed',
      'deployments.delete': 'passed',
      purge: 'passed',
    })
  })

  it('leaves what it made with --keep, and names what removes it', async () => {
    const { anytune, evidence } = await workspace()
    const { stdout } = await anytune(...prove, '--keep')
    const result = jsonLines(stdout).at(-1) as { run: string; next: string }
    expect(result.next).toBe(`anytune purge ${result.run}`)
    expect(resultsIn(await evidence())).not.toHaveProperty('purge')
  })

  it('starts nothing when nobody can be asked, or the evidence has no place to go', async () => {
    const { anytune, cwd } = await workspace()
    expect((await anytune('prove', '--model', 'memory-small')).code).toBe(3)
    expect(await readdir(cwd)).toEqual(['anytune.config.ts'])
    const { code, stderr } = await anytune('prove', '--model', 'memory-small', '--yes', '--out', 'anytune.config.ts')
    expect(code).toBe(3)
    expect(stderr).toContain('anytune.config.ts cannot be written (EEXIST)')
    expect((await anytune('runs', 'list', '--json')).stdout).toBe('')
  })

  it('refuses before anything is made what a check has found wrong', async () => {
    const { anytune, cwd } = await workspace()
    const { code, stderr } = await anytune('prove', '--model', 'memory-huge', '--yes', '--out', 'evidence.json')
    expect(code).toBe(9)
    expect(stderr).toContain('there is no base model memory-huge')
    expect(await readdir(cwd)).not.toContain('evidence.json')
  })
})

describe('a proof that fails', () => {
  const refusal = { code: 'quota-exceeded', reached: 'yes', status: 403 }

  it('removes what it had made, and the evidence says what failed', async () => {
    const { anytune, evidence } = await workspace([{ operation: 'jobs.create', when: 'before', error: refusal }])
    const { code, stderr } = await anytune(...prove)
    expect(code).toBe(10)
    expect(stderr).toContain('what was seen until then is in evidence.json')
    const written = await evidence()
    expect(written).toMatchObject({ outcome: 'failed' })
    expect(written.operations['jobs.create']).toMatchObject({ result: 'failed', code: 'quota-exceeded', status: 403 })
    expect(resultsIn(written)).toMatchObject({ 'datasets.create': 'passed', purge: 'passed' })
    expect(resultsIn(written)).toMatchObject({ 'datasets.get after purge': 'passed' })
  })

  it('takes the deployment down also when the question failed', async () => {
    const { anytune, evidence } = await workspace([{ operation: 'chat', when: 'before', error: refusal }])
    expect((await anytune(...prove, '--full')).code).toBe(10)
    expect(resultsIn(await evidence())).toMatchObject({
      chat: 'failed',
      'deployments.delete': 'passed',
      purge: 'passed',
    })
  })

  it('says which command removes the rest when removing fails', async () => {
    const { anytune, evidence } = await workspace([
      { operation: 'datasets.delete', when: 'before', times: 50, error: { ...refusal, code: 'permission-denied' } },
    ])
    const { code, stdout } = await anytune(...prove)
    expect(code).toBe(1)
    expect(jsonLines(stdout).at(-1)).toMatchObject({ left: [{ kind: 'dataset', state: 'kept' }] })
    expect(await evidence()).toMatchObject({ outcome: 'completed' })
  })

  it('cleans up after Ctrl-C, and says in the evidence that it was stopped', async () => {
    const { cwd, evidence } = await workspace([], '{ steppingMs: 600_000 }')
    const child = start([...prove, '--full'], { cwd })
    const exited = new Promise((resolve) => child.on('exit', resolve))
    await told(child.stdout, /"operation":"jobs.events","result":"passed"/)
    child.kill('SIGINT')
    expect(await exited).toBe(130)
    const written = await evidence()
    expect(written).toMatchObject({ outcome: 'interrupted' })
    expect(resultsIn(written)).toMatchObject({ purge: 'passed', 'datasets.get after purge': 'passed' })
  })
})

it('says how much it would cost before it asks', async () => {
  const { cwd } = await workspace()
  const { stdout } = await anytune(['prove', '--model', 'memory-small', '--yes'], { cwd })
  expect(stdout).toContain('this proof costs nothing: it runs on this computer')
  expect(stdout).toMatch(/^proves anything +no:/m)
})

describe('the cost of a proof', () => {
  const estimate = {
    kind: 'estimate',
    low: 0.1,
    high: 0.4,
    currency: 'USD',
    per: 'run',
    lines: [],
    assumptions: [],
  } as const
  const offering = { id: 'x', title: 'x', egress: 'provider' } as const
  const codeOf = (work: () => void) => {
    try {
      work()
      return 'fits'
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  const served = (hourlyCost: object) => ({ creates: true, offering, hourlyCost }) as never

  it.each([
    ['fits below the limit', estimate, undefined, { maxCost: { amount: 1, currency: 'USD' } }, 'fits'],
    ['is refused above it', estimate, undefined, { maxCost: { amount: 0.3, currency: 'USD' } }, 'failed-precondition'],
    [
      'is refused in another currency',
      estimate,
      undefined,
      { maxCost: { amount: 1, currency: 'EUR' } },
      'failed-precondition',
    ],
    ['is refused without a limit', estimate, undefined, {}, 'invalid-argument'],
    [
      'counts an hour of serving',
      estimate,
      served({ kind: 'priced', price: { amount: 1.7, currency: 'USD' } }),
      { maxCost: { amount: 2, currency: 'USD' } },
      'failed-precondition',
    ],
    [
      'is unknown when serving has no price',
      estimate,
      served({ kind: 'unknown', reason: 'nobody wrote it down' }),
      { maxCost: { amount: 2, currency: 'USD' } },
      'failed-precondition',
    ],
    [
      'is unknown without a price',
      { kind: 'unknown', reason: 'r' },
      undefined,
      { maxCost: { amount: 9, currency: 'USD' } },
      'failed-precondition',
    ],
    [
      'may be unknown when that is accepted',
      { kind: 'unknown', reason: 'r' },
      undefined,
      { acceptUnknownCost: true },
      'fits',
    ],
    [
      'is unknown when epochs are not',
      { ...estimate, per: 'epoch' },
      undefined,
      { maxCost: { amount: 9, currency: 'USD' } },
      'failed-precondition',
    ],
    ['is nothing here', { kind: 'none', reason: 'r' }, undefined, {}, 'fits'],
  ] as const)('%s', (_name, cost, quote, allowed, code) => {
    expect(codeOf(() => assertAffordable(proofCost({ cost }, quote), allowed))).toBe(code)
  })
})
