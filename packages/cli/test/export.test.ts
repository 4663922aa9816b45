import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createExportView } from '../src/export/show.ts'
import type { Session } from '../src/session.ts'
import { createOutput } from '../src/output/output.ts'
import { folder, jsonLines, oneProcess, rows } from './anytune.ts'

const run = oneProcess()

/** `partly` is the same account, of which one file cannot be read. */
const CONFIG = `import { defineConfig } from '@anytune/core'
import { memory, memoryStore } from '@anytune/core/memory'
const store = memoryStore()
const partly = [{ operation: 'datasets.read', when: 'before', times: 99, error: { code: 'permission-denied', reached: 'yes' } }]
export default defineConfig({
  provider: 'mem',
  providers: { mem: () => memory({ store }), partly: () => memory({ store, faults: partly }), other: () => memory({ account: 'other' }) },
})
`

async function tuned() {
  const cwd = await folder({ 'anytune.config.ts': CONFIG, 'train.jsonl': rows(6) })
  const anytune = (...args: readonly string[]) => run(args, { cwd })
  const { stdout } = await anytune('tune', 'train.jsonl', '--model', 'memory-small', '--yes', '--json')
  const result = jsonLines(stdout).at(-1) as { run: string; job: string; model: string }
  return { cwd, anytune, ...result }
}

describe('anytune export', () => {
  it('copies an account into a folder, says each thing on a line, and changes nothing the second time', async () => {
    const { cwd, anytune, job, run: id, model } = await tuned()
    const { code, stdout, stderr } = await anytune('export', '--all', '--to', 'out')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      `job ${job}: 5 files`,
      `run ${id}: 1 file`,
      `model ${model}: 1 file`,
      'exported to  out',
    ])
    const copies = await readdir(join(cwd, 'out', 'files'))
    expect(await readFile(join(cwd, 'out', 'files', copies[0] ?? ''), 'utf8')).toBe(rows(6))
    const again = await anytune('export', '--all', '--to', 'out', '--json')
    expect(jsonLines(again.stdout).map(({ kind, id: of, state }) => [kind, of, state])).toEqual([
      ['job', job, 'unchanged'],
      ['run', id, 'unchanged'],
      ['model', model, 'unchanged'],
      [undefined, undefined, undefined],
    ])
    expect(jsonLines(again.stdout).at(-1)).toEqual({
      type: 'result',
      to: 'out',
      written: 0,
      unchanged: 3,
      incomplete: 0,
      gone: 0,
      unreadable: 0,
      bytes: 0,
      complete: true,
    })
  })

  it('takes something gone for no failure, and something unreadable for one', async () => {
    const { anytune, run: id } = await tuned()
    const partly = await anytune('export', id, '--to', 'out', '--provider', 'partly', '--json')
    expect(partly.code).toBe(12)
    expect(partly.stderr).toContain(`to go on with what is missing: anytune export ${id} --to out --provider partly`)
    expect(jsonLines(partly.stdout)[0]).toMatchObject({
      state: 'incomplete',
      unreadable: [{ role: 'training', error: { code: 'permission-denied' } }],
    })
    expect(jsonLines(partly.stdout).at(-1)).toMatchObject({ complete: false, unreadable: 1, incomplete: 1 })
    const [{ id: dataset } = { id: '' }] = jsonLines((await anytune('doctor', '--json')).stdout).filter(
      ({ type }) => type === 'dataset',
    ) as { id: string }[]
    await anytune('datasets', 'delete', dataset, '--yes')
    const { code, stdout } = await anytune('export', id, '--to', 'out')
    expect(code).toBe(0)
    expect(stdout).toContain(`4 files; gone: training ${dataset}`)
    expect(stdout).toMatch(/^gone +1 that the provider no longer has$/m)
  })

  it('refuses a folder with anything else in it, and one of another account', async () => {
    const { cwd, anytune, run: id } = await tuned()
    const foreign = await anytune('export', id, '--to', '.')
    expect([foreign.code, foreign.stdout]).toEqual([9, ''])
    expect(foreign.stderr).toContain('error (already-exists): . is not empty')
    await anytune('export', id, '--to', 'out')
    expect((await anytune('export', '--all', '--to', 'out', '--provider', 'other')).code).toBe(9)
    await writeFile(join(cwd, 'file'), '')
    expect((await anytune('export', id, '--to', 'file/out')).code).toBe(3)
  })

  it('makes no folder for a reference that names nothing, or for a command that says not what', async () => {
    const { cwd, anytune, run: id } = await tuned()
    expect((await anytune('export', 'job-none', '--to', 'out')).code).toBe(9)
    expect((await anytune('export', '--to', 'out')).code).toBe(3)
    expect((await anytune('export', id, '--all', '--to', 'out')).code).toBe(3)
    expect((await anytune('export', '--all')).code).toBe(3)
    expect(await readdir(cwd)).not.toContain('out')
  })
})

describe('an export on a terminal', () => {
  it('draws how far it is, and prints lines for what is not there alone', async () => {
    const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 60 })
    const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough(), env: {}, cwd: '/' }
    // Of a terminal's stream only what is written to is needed.
    const session = { streams, globals: { color: false } } as unknown as Session
    const view = await createExportView({ ...session, output: createOutput(session.streams, { color: false }) })
    const thing = {
      type: 'copied',
      kind: 'job',
      state: 'written',
      files: [],
      gone: [],
      notOffered: [],
      unreadable: [],
    } as const
    view.news({ type: 'begun', things: 2 })
    view.news({ ...thing, id: 'job-1' })
    view.read(2048)
    view.news({ ...thing, id: 'job-2', gone: [{ role: 'training', id: 'file-9' }] })
    view.stop()
    const screen = stdout.read().toString()
    expect(screen).toContain('job job-2: 0 files; gone: training file-9\n')
    expect(screen).not.toContain('job job-1:')
    expect(screen).toContain('2/2 copied  2.0 KiB read  job job-2')
    expect(view.tally()).toMatchObject({ written: 2, gone: 1, bytes: 2048 })
  })
})
