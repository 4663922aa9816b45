import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Receipt } from '@anytune/core'
import { describe, expect, it } from 'vitest'
import { anytune as spawned, folder, jsonLines, oneProcess, rows } from './anytune.ts'
import { accountText, tuned, workspace } from './memory-account.ts'

const run = oneProcess()
const LONG = { store: '{ durations: { steppingMs: 600_000 } }' }

type Anytune = Awaited<ReturnType<typeof workspace>>

async function listed(anytune: Anytune, kind: 'deployments' | 'models' | 'datasets') {
  return jsonLines((await anytune(kind, 'list', '--json')).stdout)
}

function receiptOf(stdout: string): Receipt {
  const last = jsonLines(stdout).at(-1) as { type: string; receipt: Receipt }
  expect(last.type).toBe('receipt')
  return last.receipt
}

describe('anytune purge', () => {
  it('removes what a run made, tells it thing by thing, and writes the receipt', async () => {
    const cwd = await folder({ 'anytune.config.ts': accountText({}), 'train.jsonl': rows(6) })
    const anytune = (...args: readonly string[]) => run(args, { cwd })
    const { run: id, model } = await tuned(anytune)
    const kept = await tuned(anytune)
    expect((await anytune('deploy', id, '--yes')).code).toBe(0)

    const { code, stdout } = await anytune('purge', id, '--yes', '--json', '--out', 'receipt.json')
    expect(code).toBe(0)
    const receipt = receiptOf(stdout)
    expect(JSON.parse(await readFile(join(cwd, 'receipt.json'), 'utf8'))).toEqual(receipt)
    expect(receipt).toMatchObject({ complete: true, target: { kind: 'run', id } })
    expect(receipt.things.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'deployment removed',
      'checkpoint removed',
      'model removed',
      'dataset removed',
    ])
    expect(jsonLines(stdout).filter(({ type }) => type === 'thing')).toHaveLength(4)
    expect(await listed(anytune, 'deployments')).toEqual([])
    expect(await listed(anytune, 'models')).toMatchObject([{ id: kept.model }])
    expect(await listed(anytune, 'datasets')).toHaveLength(1)
    expect((await anytune('models', 'show', model)).code).toBe(9)
    expect(jsonLines((await anytune('runs', 'list', '--json')).stdout)).toMatchObject([
      { id: kept.run, state: 'succeeded' },
      { id, state: 'purged' },
    ])
    expect((await anytune('runs', 'resume', id)).code).toBe(9)
  })

  it('lists with --dry-run, and asks before it removes anything', async () => {
    const anytune = await workspace(run)
    const { run: id, model } = await tuned(anytune)
    const { code, stdout } = await anytune('purge', id, '--dry-run')
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^planned +model +${model}$`, 'm'))
    expect((await anytune('purge', id)).code).toBe(3)
    expect(await listed(anytune, 'models')).toHaveLength(1)
    expect(await listed(anytune, 'datasets')).toHaveLength(1)
  })

  it('leaves a job under way alone, and names the command that cancels it first', async () => {
    const anytune = await workspace(run, LONG)
    const { run: id } = await tuned(anytune, '--detach')
    const refused = await anytune('purge', id, '--yes')
    expect(refused.code).toBe(9)
    expect(refused.stderr).toContain(`anytune purge ${id} --cancel`)
    const { code, stdout } = await anytune('purge', id, '--cancel', '--yes', '--json')
    expect(code).toBe(0)
    expect(receiptOf(stdout).jobs).toMatchObject([{ status: 'cancelled', cancelled: true }])
  })

  it('exits with the code of what could not be removed, and says why', async () => {
    const refusal = `{ code: 'permission-denied', reached: 'yes' }`
    const anytune = await workspace(run, {
      faults: `[{ operation: 'models.delete', when: 'before', times: 2, error: ${refusal} }]`,
    })
    const { run: id, model } = await tuned(anytune)
    const { code, stdout } = await anytune('purge', id, '--yes', '--provider', 'lossy')
    expect(code).toBe(5)
    expect(stdout).toMatch(new RegExp(`^kept +model +${model}$`, 'm'))
    expect(stdout).toMatch(/^complete +no$/m)
    expect((await anytune('purge', id, '--yes')).code).toBe(0)
  })

  it('takes anything else by its reference, or by its id and kind, and guesses no kind', async () => {
    const anytune = await workspace(run)
    const { model, reference } = await tuned(anytune)
    const guessed = await anytune('purge', model, '--yes')
    expect(guessed.code).toBe(3)
    expect(guessed.stderr).toContain('--kind')
    expect((await anytune('purge', model, '--kind', 'modle', '--yes')).code).toBe(3)
    expect((await anytune('purge', reference, '--yes')).code).toBe(0)
    const [dataset] = await listed(anytune, 'datasets')
    expect((await anytune('purge', String(dataset?.['id']), '--kind', 'dataset', '--yes')).code).toBe(0)
    expect([await listed(anytune, 'models'), await listed(anytune, 'datasets')]).toEqual([[], []])
  })

  it('removes nothing when the receipt has no place to go', async () => {
    const anytune = await workspace(run)
    const { run: id } = await tuned(anytune)
    expect((await anytune('purge', id, '--yes', '--out', 'no-such-folder/receipt.json')).code).toBe(3)
    expect(await listed(anytune, 'datasets')).toHaveLength(1)
  })

  it('shows its help', async () => {
    const { code, stdout } = await spawned(['purge', '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('--dry-run')
  })
})

describe('anytune receipts', () => {
  it('lists and shows what was purged, from the journal', async () => {
    const anytune = await workspace(run)
    expect((await anytune('receipts', 'list')).stderr).toContain('nothing was purged yet')
    const { run: id } = await tuned(anytune)
    const receipt = receiptOf((await anytune('purge', id, '--yes', '--json')).stdout)
    expect((await anytune('receipts', 'list')).stdout).toMatch(
      new RegExp(`^${receipt.id} +run ${id} +memory .*complete$`, 'm'),
    )
    expect(JSON.parse((await anytune('receipts', 'show', receipt.id, '--json')).stdout)).toEqual(receipt)
    expect((await anytune('receipts', 'show', 'purge-none')).code).toBe(9)
  })
})
