import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anytune, folder, jsonLines, MEMORY, oneProcess, rows, start, told } from './anytune.ts'

const run = oneProcess()

const files = { 'anytune.yaml': MEMORY, 'train.jsonl': rows(6) }
const small = ['--model', 'small', '--epochs', '2']

describe('anytune plan', () => {
  it('says what would happen, and starts nothing', async () => {
    const cwd = await folder(files)
    const { code, stdout } = await run(['plan', 'train.jsonl', ...small, '--class', 'internal'], { cwd })
    expect(code).toBe(0)
    for (const line of [
      /provider +memory \(profile mem\)/,
      /base model +memory-small/,
      /settings +epochs 2/,
      /data +training train\.jsonl: 6 rows of openai-chat; .*class internal/,
      /leaves +nothing/,
      /policy +none, not evaluated/,
      /cost +none/,
      /irreversible +nothing/,
    ]) {
      expect(stdout).toMatch(line)
    }
    expect((await run(['runs', 'list', '--json'], { cwd })).stdout).toBe('')
  })

  it('passes every option on', async () => {
    const cwd = await folder({ ...files, 'held-out.jsonl': rows(2) })
    const options = ['--validation', 'held-out.jsonl', '--batch-size', '3', '--learning-rate-multiplier', '0.5']
    const allow = ['--allow', 'minimum-examples', '--allow', 'closed-to-new-jobs']
    const more = [...allow, '--suffix', 'try', '--seed', '7', '--set', 'outcome.status=expired', '--json']
    const { code, stdout } = await run(['plan', 'train.jsonl', ...small, ...options, ...more], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      method: 'supervised',
      hyperparameters: { epochs: 2, batchSize: 3, learningRateMultiplier: 0.5 },
      suffix: 'try',
      seed: 7,
      providerOptions: { outcome: { status: 'expired' } },
      allow: ['minimum-examples', 'closed-to-new-jobs'],
      datasets: [
        { role: 'training', path: join(cwd, 'train.jsonl') },
        { role: 'validation', path: join(cwd, 'held-out.jsonl') },
      ],
    })
  })

  it.each([
    { what: 'a method it does not have', args: ['--method', 'reinforcement'], code: 3, says: 'supported: supervised' },
    { what: 'a hyperparameter it does not have', args: ['--lora-rank', '8'], code: 3, says: 'loraRank' },
    { what: 'a number out of bounds', args: ['--epochs', '-1'], code: 3, says: 'epochs' },
    { what: 'an option of its own that it does not have', args: ['--set', 'colour=blue'], code: 3, says: 'colour' },
    { what: 'to allow what is no finding', args: ['--allow', 'all'], code: 3, says: 'minimum-examples' },
    { what: 'a format that there is not', args: ['--format', 'xml'], code: 2, says: 'openai-chat' },
  ])('is refused $what', async ({ args, code, says }) => {
    const outcome = await run(['plan', 'train.jsonl', ...small, ...args], { cwd: await folder(files) })
    expect(outcome.code).toBe(code)
    expect(outcome.stdout).toBe('')
    expect(outcome.stderr).toContain(says)
  })

  it('fails on rejected rows, naming them, unless they are left out', async () => {
    const cwd = await folder({ 'anytune.yaml': MEMORY, 'bad.jsonl': `${rows(4)}{"messages":[]}\n` })
    const refused = await run(['plan', 'bad.jsonl', ...small], { cwd })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('line 5  empty-messages')
    const planned = await run(['plan', 'bad.jsonl', ...small, '--skip-rejected', '--json'], { cwd })
    expect(planned.code).toBe(0)
    expect(JSON.parse(planned.stdout)).toMatchObject({
      skipRejected: true,
      datasets: [{ examples: 5, rejected: { count: 1, byRule: { 'empty-messages': 1 } }, encoded: { rows: 4 } }],
    })
  })
})

describe('anytune apply', () => {
  it('carries out a plan that was written to a file', async () => {
    const cwd = await folder(files)
    const planned = await run(['plan', 'train.jsonl', ...small, '--out', 'plan.json'], { cwd })
    expect(planned.stderr).toContain('anytune apply plan.json')
    const { code, stdout } = await run(['apply', 'plan.json'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^model +model-\w+$/m)
  })

  it('opens the profile that the plan was made for', async () => {
    const cwd = await folder({ ...files, 'anytune.yaml': MEMORY.replace('provider: mem', 'provider: slow') })
    await run(['plan', 'train.jsonl', ...small, '--provider', 'mem', '--out', 'plan.json'], { cwd })
    const { code, stdout } = await run(['apply', 'plan.json', '--json'], { cwd })
    expect(code).toBe(0)
    expect(jsonLines(stdout).at(-1)).toMatchObject({ next: expect.stringContaining('--provider mem') })
  })

  it('refuses a plan that was edited', async () => {
    const cwd = await folder(files)
    const { stdout } = await run(['plan', 'train.jsonl', ...small, '--json'], { cwd })
    await writeFile(join(cwd, 'plan.json'), stdout.replace('"epochs":2', '"epochs":9'))
    const { code } = await run(['apply', 'plan.json'], { cwd })
    expect(code).toBe(3)
  })

  it('refuses data that changed since', async () => {
    const cwd = await folder(files)
    await run(['plan', 'train.jsonl', ...small, '--out', 'plan.json'], { cwd })
    await writeFile(join(cwd, 'train.jsonl'), rows(7))
    const { code, stderr } = await run(['apply', 'plan.json'], { cwd })
    expect(code).toBe(9)
    expect(stderr).toContain('has changed since the plan was made')
  })

  it.each([
    { file: 'missing.json', code: 9 },
    { file: 'train.jsonl', code: 3 },
    { file: 'anytune.yaml', code: 3 },
    { file: '.', code: 3 },
  ])('refuses $file, which is no plan', async ({ file, code }) => {
    const outcome = await run(['apply', file], { cwd: await folder(files) })
    expect(outcome.code).toBe(code)
    expect(outcome.stderr).toContain('anytune plan')
  })
})

describe('anytune tune', () => {
  it('goes from a dataset to a model, one line for each event', async () => {
    const cwd = await folder(files)
    const { code, stdout } = await anytune(['tune', 'train.jsonl', ...small, '--yes'], { cwd })
    expect(code).toBe(0)
    expect(stdout.match(/^training: done$/gm)).toHaveLength(1)
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z {2}queued$/m)
    expect(stdout).toMatch(/checkpoint at step 12: /)
    const [, model] = /^model +(\S+)$/m.exec(stdout) ?? []
    // A model of this provider answers once it is deployed.
    const [, id] = /^run +(\S+)$/m.exec(stdout) ?? []
    expect(stdout).toContain(`next   anytune deploy ${id}\n`)
    const list = await run(['runs', 'list', '--json'], { cwd })
    expect(jsonLines(list.stdout)).toMatchObject([{ state: 'succeeded', modelId: model, profile: 'mem' }])
  })

  it('tells everything as JSON, line by line', async () => {
    const cwd = await folder(files)
    const { code, stdout } = await anytune(['tune', 'train.jsonl', ...small, '--yes', '--json'], { cwd })
    expect(code).toBe(0)
    const lines = jsonLines(stdout)
    expect(lines[0]).toMatchObject({ type: 'plan', plan: { version: 1 } })
    expect(lines.filter(({ type }) => type === 'status').map(({ status }) => status)).toContain('running')
    expect(lines.filter(({ type }) => type === 'job').length).toBeGreaterThan(2)
    expect(lines.at(-1)).toMatchObject({
      type: 'result',
      status: 'succeeded',
      reference: expect.stringMatching(/^anytune:\/\/memory\//),
      model: expect.any(String),
    })
  })

  it('prints the result alone with --quiet', async () => {
    const cwd = await folder(files)
    const { stdout, stderr } = await anytune(['tune', 'train.jsonl', ...small, '--yes', '--quiet'], { cwd })
    expect(stdout).toMatch(/^run +\S+\nmodel +\S+\nnext +.*\n$/)
    expect(stderr).toBe('')
  })

  it('starts nothing when nobody can be asked', async () => {
    const cwd = await folder(files)
    const { code, stderr } = await anytune(['tune', 'train.jsonl', ...small], { cwd, input: 'y\n' })
    expect(code).toBe(3)
    expect(stderr).toContain('--yes')
    expect((await run(['runs', 'list', '--json'], { cwd })).stdout).toBe('')
  })

  it('exits with 8 when the job fails, with the provider’s reason', async () => {
    const cwd = await folder(files)
    const outcome = '{"status":"failed","code":"no_luck","message":"the dice fell badly"}'
    const args = ['tune', 'train.jsonl', ...small, '--yes', '--json', '--set', `outcome=${outcome}`]
    const { code, stdout, stderr } = await anytune(args, { cwd })
    expect(code).toBe(8)
    expect(jsonLines(stdout).at(-1)).toMatchObject({ error: { code: 'job-failed' } })
    expect(stderr).toContain('the dice fell badly')
  })

  it('leaves the job running on SIGINT, and says how to watch it again', async () => {
    const cwd = await folder(files)
    const child = start(['tune', 'train.jsonl', ...small, '--yes', '--provider', 'slow'], { cwd })
    const exited = new Promise((resolve) => child.on('exit', resolve))
    await told(child.stdout, / {2}running$/m)
    const advice = told(child.stderr, /anytune runs watch run-\w+ --provider slow/)
    child.kill('SIGINT')
    await advice
    expect(await exited).toBe(130)
  })

  it('stops before the job is submitted on SIGINT, and says how to go on', async () => {
    const cwd = await folder({
      ...files,
      'anytune.yaml': 'providers:\n  mem: { use: memory, durations: { processingMs: 60000 } }\n',
    })
    const args = ['tune', 'train.jsonl', '--model', 'memory-small', '--yes', '--json']
    const child = start(args, { cwd })
    const exited = new Promise((resolve) => child.on('exit', resolve))
    await told(child.stdout, /"step":"training","state":"done"/)
    const interrupted = told(child.stdout, /"interrupted"/)
    child.kill('SIGINT')
    const line = jsonLines(await interrupted).find((told) => 'interrupted' in told)?.['interrupted']
    expect(await exited).toBe(130)
    const { run: id } = line as { run: string }
    const { stdout } = await run(['runs', 'list', '--json'], { cwd })
    expect(jsonLines(stdout)).toMatchObject([{ id, state: 'open' }])
  })
})

it('never writes what is in the rows into its journal', async () => {
  const cwd = await folder({ 'anytune.yaml': MEMORY, 'train.jsonl': rows(6).replaceAll('plus one', 'plus-a-secret') })
  expect((await anytune(['tune', 'train.jsonl', ...small, '--yes'], { cwd })).code).toBe(0)
  expect(await readFile(join(cwd, '.anytune', 'journal.db'), 'latin1')).not.toContain('plus-a-secret')
})
