import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anytune, jsonLines, rows, start, told } from './anytune.ts'

const QUESTIONS = 40
let cwd: string
let model: string

beforeAll(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'anytune-record-')))
  await writeFile(join(cwd, 'train.jsonl'), rows(12))
  await writeFile(join(cwd, 'prompts.jsonl'), rows(QUESTIONS))
  await anytune(['init', '--yes'], { cwd })
  const tune = ['tune', 'train.jsonl', '--model', 'scratch-tiny', '--epochs', '1', '--yes', '--json']
  const { stdout } = await anytune(tune, { cwd })
  model = String(jsonLines(stdout).at(-1)?.['model'])
}, 120_000)
afterAll(() => rm(cwd, { recursive: true, force: true, maxRetries: 5 }))

const short = ['--prompts', 'prompts.jsonl', '--max-tokens', '1', '--temperature', '0']

async function indexesIn(file: string): Promise<readonly unknown[]> {
  const lines = jsonLines(await readFile(join(cwd, file), 'utf8'))
  return lines.map(({ index }) => index).sort((one, other) => Number(one) - Number(other))
}

const ALL = Array.from({ length: QUESTIONS }, (_, index) => index)

describe('anytune record', () => {
  it('keeps the answer to every question, and says how many there are', async () => {
    const { code, stdout } = await anytune(['record', model, ...short, '--out', 'all.jsonl', '--json'], { cwd })
    expect(code).toBe(0)
    const told = jsonLines(stdout)
    expect(told.filter(({ type }) => type === 'answer')).toHaveLength(QUESTIONS)
    expect(told.at(-1)).toMatchObject({ type: 'result', answered: QUESTIONS, refused: 0, ending: 'all-asked' })
    expect(await indexesIn('all.jsonl')).toEqual(ALL)
  })

  it('goes on after the process was killed, and asks nothing twice that was written', async () => {
    const args = ['record', model, ...short, '--out', 'killed.jsonl', '--concurrency', '1', '--json']
    const child = start(args, { cwd })
    const exited = new Promise((resolve) => child.on('exit', resolve))
    await told(child.stdout, /"done":5,/)
    child.kill('SIGKILL')
    await exited
    const written = (await indexesIn('killed.jsonl').catch(() => [])).length
    const { code, stdout } = await anytune(args, { cwd })
    expect(code).toBe(0)
    expect(await indexesIn('killed.jsonl')).toEqual(ALL)
    // A line that the kill had cut short is the one that may be asked again.
    const asked = jsonLines(stdout).filter(({ type }) => type === 'answer').length
    expect(asked).toBeLessThanOrEqual(QUESTIONS - 5)
    expect(asked).toBeGreaterThanOrEqual(QUESTIONS - written)
  })

  it('stops on Ctrl-C and names the command that goes on', async () => {
    const child = start(['record', model, ...short, '--out', 'stopped.jsonl', '--rate', '120/min', '--json'], { cwd })
    const exited = new Promise((resolve) => child.on('exit', resolve))
    await told(child.stdout, /"done":2,/)
    const advice = told(
      child.stderr,
      /to go on: anytune record \S+ --prompts prompts.jsonl --out stopped.jsonl .*--rate 120\/min/,
    )
    child.kill('SIGINT')
    await advice
    expect(await exited).toBe(130)
    expect(JSON.parse(await readFile(join(cwd, 'stopped.jsonl.manifest.json'), 'utf8'))).toMatchObject({
      complete: false,
    })
    expect((await anytune(['record', model, ...short, '--out', 'stopped.jsonl'], { cwd })).code).toBe(0)
    expect(await indexesIn('stopped.jsonl')).toEqual(ALL)
  })

  it('refuses rows that cannot be asked by line and rule, or leaves them out when told to', async () => {
    const secret = 'Zq7secretXk'
    const bad = [
      `{"prompt":["${secret}"]}`,
      `{"messages":[{"role":"user","content":"${secret}"}],"tools":[{"type":"function","function":{"name":"f"}}]}`,
      `{"messages":[{"role":"developer","content":"${secret}"},{"role":"user","content":"x"}]}`,
      `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://${secret}"}}]}]}`,
      `{"messages":[{"role":"user","content":"x","name":"${secret}"}]}`,
    ]
    await writeFile(join(cwd, 'bad.jsonl'), `{"prompt":"What is 1 plus one?"}\n${bad.join('\n')}\n`)
    const args = ['record', model, '--prompts', 'bad.jsonl', '--max-tokens', '1', '--out', 'bad-answers.jsonl']
    const refused = await anytune(args, { cwd })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('bad.jsonl has 5 of 6 rows that cannot be asked')
    expect(refused.stderr).toMatch(/line 2 {2}wrong-type[^]*line 3 {2}not-representable[^]*line 6 {2}not-representable/)
    expect(refused.stderr + refused.stdout).not.toContain(secret)
    const left = await anytune([...args, '--skip-rejected', '--json'], { cwd })
    expect(left.code).toBe(0)
    expect(jsonLines(left.stdout).at(-1)).toMatchObject({ answered: 1, rejected: 5 })
    const manifest = await readFile(join(cwd, 'bad-answers.jsonl.manifest.json'), 'utf8')
    expect(JSON.parse(manifest)).toMatchObject({
      prompts: { questions: 1, rejected: { count: 5, byRule: { 'not-representable': 4 } } },
    })
    expect(manifest).not.toContain(secret)
  })

  it('does not go on under a limit that cannot be kept, because the provider counts no tokens', async () => {
    const args = ['record', model, ...short, '--out', 'limited.jsonl', '--max-tokens-total', '200']
    const { code, stderr } = await anytune(args, { cwd })
    expect(code).toBe(3)
    expect(stderr).toContain('how many tokens an answer took')
    expect(stderr).toContain('--limit')
  })

  it('begins anew with another model when the first one was mistyped', async () => {
    const args = (id: string) => ['record', id, ...short, '--limit', '1', '--out', 'typed.jsonl']
    expect((await anytune(args(`${model}-x`), { cwd })).code).toBe(9)
    expect((await anytune(args(model), { cwd })).code).toBe(0)
  })

  it.each([
    ['an empty file', ['--prompts', 'empty.jsonl'], 2],
    ['a file that is not there', ['--prompts', 'none.jsonl'], 9],
    ['a rate that is none', ['--prompts', 'prompts.jsonl', '--rate', 'fast'], 3],
    ['a cost without a currency', ['--prompts', 'prompts.jsonl', '--max-cost', '2'], 3],
    ['an answers file in a folder that is not there', ['--prompts', 'prompts.jsonl', '--out', 'none/answers.jsonl'], 3],
  ])('refuses %s', async (_name, more, code) => {
    await writeFile(join(cwd, 'empty.jsonl'), '\n')
    const outcome = await anytune(['record', model, '--out', 'refused.jsonl', ...more], { cwd })
    expect(outcome).toMatchObject({ code, stdout: '' })
    expect(outcome.stderr).toContain('hint:')
  })
})
