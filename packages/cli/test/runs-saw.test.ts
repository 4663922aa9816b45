import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anytune, folder, jsonLines, oneProcess, rows } from './anytune.ts'

const CONFIG = `import { defineConfig } from '@anytune/core'
import { memory, memoryStore } from '@anytune/core/memory'
const store = memoryStore()
export default defineConfig({ providers: { mem: () => memory({ store }) } })
`
const SECRET = 'kittens-and-passwords'
const run = oneProcess()

async function tuned() {
  const cwd = await folder({ 'anytune.config.ts': CONFIG, 'train.jsonl': rows(6) })
  const { code, stdout } = await run(
    ['tune', 'train.jsonl', '--model', 'memory-small', '--epochs', '1', '--yes', '--json'],
    { cwd },
  )
  expect(code).toBe(0)
  const { run: id, model } = jsonLines(stdout).at(-1) as { run: string; model: string }
  return { cwd, id, model, anytune: (...args: readonly string[]) => run(args, { cwd }) }
}

const row = (index: number) => rows(index + 1).split('\n')[index] ?? ''

describe('anytune runs saw', () => {
  it('tells which run was given a row, from which line, and the model it became', async () => {
    const { anytune, cwd, id, model } = await tuned()
    writeFileSync(join(cwd, 'asked.jsonl'), `${row(4).replaceAll('":', '" : ')}\n${row(9)}\n`)
    const { code, stdout, stderr } = await anytune('runs', 'saw', 'asked.jsonl')
    expect([code, stderr]).toEqual([0, ''])
    const [headings, line, last] = stdout.trimEnd().split('\n')
    expect(headings?.split(/ {2,}/)).toEqual(['RUN', 'STATE', 'PROFILE', 'MODEL', 'AS', 'ROWS', 'FROM'])
    expect(line?.split(/ {2,}/)).toEqual([id, 'succeeded', 'mem', model, 'training', '1', 'train.jsonl:5'])
    expect(last).toBe('2 rows looked for among 1 dataset that runs were given')
    const told = jsonLines((await anytune('runs', 'saw', 'asked.jsonl', '--json')).stdout)
    expect(told).toMatchObject([
      { type: 'seen', asked: 1, run: id, modelId: model, role: 'training', source: { name: 'train.jsonl' }, line: 5 },
      { type: 'searched', rows: 2, datasets: 1 },
    ])
  })

  it('takes one row by its line, and says when none was seen', async () => {
    const { anytune, cwd } = await tuned()
    writeFileSync(join(cwd, 'asked.jsonl'), `${row(1)}\n${row(9)}\n`)
    expect((await anytune('runs', 'saw', 'asked.jsonl:2')).stdout).toBe(
      '1 row looked for among 1 dataset that runs were given: none of them was\n',
    )
    expect((await anytune('runs', 'saw', 'asked.jsonl:1')).stdout).toContain('train.jsonl:2')
    expect((await anytune('runs', 'saw', 'asked.jsonl:3')).code).toBe(3)
    expect((await anytune('runs', 'saw', 'absent.jsonl')).code).toBe(9)
  })

  it('reads standard input', async () => {
    const cwd = await folder({ 'anytune.yaml': 'providers:\n  mem: { use: memory }\n' })
    const { code, stdout } = await anytune(['runs', 'saw', '-', '--json'], { cwd, input: row(2) })
    expect(code).toBe(0)
    expect(jsonLines(stdout)).toEqual([{ type: 'searched', rows: 1, datasets: 0 }])
  })

  it('says of which runs and rows it cannot be told, without content, and exits with 12', async () => {
    const { anytune, cwd, id } = await tuned()
    writeFileSync(join(cwd, 'asked.jsonl'), `${row(1)}\nnot json ${SECRET}\n`)
    const unread = await anytune('runs', 'saw', 'asked.jsonl')
    expect(unread.code).toBe(12)
    expect(unread.stderr).toMatch(/not looked for:\n {2}line 2 {2}invalid-json/)
    const kept = join(cwd, '.anytune', 'lineage')
    for (const name of readdirSync(kept)) if (name.endsWith('.lineage')) rmSync(join(kept, name))
    const missing = await anytune('runs', 'saw', 'train.jsonl')
    expect(missing.code).toBe(12)
    expect(missing.stderr).toBe(
      `of ${id} (training) it cannot be told: the file that says what it was given is missing\n`,
    )
    expect(`${unread.stdout}${unread.stderr}`).not.toContain(SECRET)
  })

  it('tells of a run that was purged, until its rows are to be forgotten', async () => {
    const { anytune, id } = await tuned()
    expect((await anytune('purge', id, '--yes')).code).toBe(0)
    expect((await anytune('runs', 'saw', 'train.jsonl:1')).stdout).toMatch(new RegExp(`${id} +purged`))
    expect((await anytune('purge', 'some-model', '--kind', 'model', '--forget-rows', '--yes')).code).toBe(3)
    const forgotten = await anytune('purge', id, '--yes', '--forget-rows', '--json')
    expect(forgotten.code).toBe(0)
    expect(jsonLines(forgotten.stdout)).toContainEqual({ type: 'rows-forgotten', run: id, manifests: 1 })
    const after = await anytune('runs', 'saw', 'train.jsonl:1')
    expect([after.code, after.stderr]).toEqual([12, expect.stringContaining('removed when asked for')])
  })
})
