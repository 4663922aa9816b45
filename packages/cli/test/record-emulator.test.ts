import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { jsonLines, rows, told } from './anytune.ts'
import { emulated, ownPrices, type EmulatedProject } from './emulated-project.ts'

const project = emulated()
const QUESTIONS = 30
const ALL = Array.from({ length: QUESTIONS }, (_, index) => index)

/** A project with a tuned model and a file of questions. */
async function prepared(...given: Parameters<typeof project>) {
  const made = await project(...given)
  const { models: [model = ''] = [] } = made.account.seed({ models: 1 }, given[0])
  await writeFile(join(made.cwd, 'prompts.jsonl'), rows(QUESTIONS))
  const record = ['record', model, '--prompts', 'prompts.jsonl', '--out', 'answers.jsonl', '--max-tokens', '4']
  const lines = async () => jsonLines(await readFile(join(made.cwd, 'answers.jsonl'), 'utf8'))
  const indexes = async () => (await lines()).map(({ index }) => Number(index)).sort((one, other) => one - other)
  return { ...made, model, record, lines, indexes }
}

/** The questions that the vendor answered, by what was asked. */
function answered({ account }: Pick<EmulatedProject, 'account'>): readonly string[] {
  return account
    .requests()
    .filter(({ operation, status }) => operation === CHAT && status === 200)
    .map(({ requestBody }) => JSON.stringify(requestBody))
}

const CHAT = 'chat.create'

describe('anytune record on the emulator', () => {
  it('is complete under rate limits and broken answers, with nothing twice', async () => {
    const { account, emulator, run, record, indexes } = await prepared('openai')
    const { name } = account
    emulator.faults.add(
      { operation: CHAT, account: name, kind: 'rate-limit', retryAfter: '0', times: 5 },
      { operation: CHAT, account: name, kind: 'reset', when: 'after', after: 3, times: 2 },
      { operation: CHAT, account: name, kind: 'truncate', after: 4, times: 1 },
      { operation: CHAT, account: name, kind: 'not-json', after: 3, times: 1 },
    )
    const { code, stderr } = await run(...record)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(await indexes()).toEqual(ALL)
    expect(emulator.faults.pending()).toEqual([])
  })

  it('goes on after a kill: every question has one line, and only what was under way is asked again', async () => {
    const { start, run, record, indexes, ...rest } = await prepared('openai')
    const child = start(...record, '--concurrency', '2', '--json')
    const exited = new Promise((resolve) => child.on('exit', resolve))
    await told(child.stdout, /"done":7,/)
    child.kill('SIGKILL')
    await exited
    expect((await run(...record)).code).toBe(0)
    expect(await indexes()).toEqual(ALL)
    const asked = answered(rest)
    expect(new Set(asked).size).toBe(QUESTIONS)
    expect(asked.length).toBeLessThanOrEqual(QUESTIONS + 2)
  })

  it('keeps to a cost by the price on record, and goes on when more is allowed', async () => {
    const { run, record, lines, indexes } = await prepared('openai', { configuration: ownPrices })
    const { code, stderr } = await run(...record, '--max-cost', '0.0006USD')
    expect({ code, stderr }).toMatchObject({ code: 9, stderr: expect.stringContaining('a higher --max-cost') })
    const cost = (await lines()).reduce((sum, { usage }) => {
      const { inputTokens, outputTokens } = usage as { inputTokens: number; outputTokens: number }
      return sum + (inputTokens + 4 * outputTokens) / 1e6
    }, 0)
    expect(cost).toBeGreaterThan(0)
    expect(cost).toBeLessThanOrEqual(0.0006)
    expect((await run(...record, '--max-cost', '1USD')).code).toBe(0)
    expect(await indexes()).toEqual(ALL)
  })

  it('refuses a cost to keep to where no price is on record, and asks nothing', async () => {
    const { run, record, ...rest } = await prepared('openai')
    const { code, stderr } = await run(...record, '--max-cost', '1USD')
    expect(code).toBe(9)
    expect(stderr).toContain('--max-tokens-total')
    expect(answered(rest)).toEqual([])
  })

  it('writes down which questions the vendor would not answer', async () => {
    const { account, emulator, run, record, lines } = await prepared('openai')
    const refusal = { kind: 'status', status: 400, code: 'content_filter' } as const
    emulator.faults.add({ operation: CHAT, account: account.name, after: 3, times: 2, ...refusal })
    const { code } = await run(...record, '--concurrency', '1')
    expect(code).toBe(2)
    expect((await lines()).filter(({ refused }) => refused !== undefined)).toEqual([
      expect.objectContaining({ index: 3, refused: { code: 'invalid-argument', status: 400 } }),
      expect.objectContaining({ index: 4, refused: { code: 'invalid-argument', status: 400 } }),
    ])
  })

  it('asks a deployment by its reference, and names the model that it serves', async () => {
    const { account, run, cwd, model, lines } = await prepared('azure')
    const deployed = await run('deploy', model, '--yes', '--json')
    const { reference } = jsonLines(deployed.stdout).at(-1) as { reference: string }
    const record = ['record', reference, '--prompts', 'prompts.jsonl', '--out', 'answers.jsonl', '--limit', '2']
    const { code, stderr } = await run(...record)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect((await lines()).map((line) => line['model'])).toEqual([model, model])
    const manifest = async () => JSON.parse(await readFile(join(cwd, 'answers.jsonl.manifest.json'), 'utf8'))
    expect(await manifest()).toMatchObject({ reference, model })

    // What the vendor's filter stops, be it the question or the answer, is written down as that.
    const more = (count: number) => [...record.slice(0, -1), String(count)]
    account.configure({ contentFilter: 'answer' }, 'azure')
    expect((await run(...more(4))).code).toBe(0)
    account.configure({ contentFilter: 'prompt' }, 'azure')
    expect((await run(...more(6), '--max-tokens-total', '100000')).code).toBe(0)
    expect((await lines()).map(({ finish }) => finish)).toEqual([
      ...Array.from({ length: 2 }, () => 'stop'),
      ...Array.from({ length: 4 }, () => 'filtered'),
    ])
    expect(await manifest()).toMatchObject({ answers: { answered: 6, filtered: 4, refused: 0 } })
  })

  it('reads nothing of the account but the model, and sends nothing but the questions', async () => {
    const { run, record, account } = await prepared('openai')
    expect((await run(...record, '--limit', '3')).code).toBe(0)
    const asked = account.requests().map(({ method, operation }) => `${method} ${operation}`)
    expect(new Set(asked)).toEqual(new Set(['GET models.get', `POST ${CHAT}`]))
  })
})
