import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTuner, isAnytuneError, memoryJournal } from '@anytune/core'
import { memory, type MemoryDriver } from '@anytune/core/memory'
import { bytesSource, fileSource } from '@anytune/dataset'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AnswerLine } from '../src/record/answer-file.ts'
import { createPace } from '../src/record/pace.ts'
import { record, type Recording } from '../src/record/record.ts'
import { surveyPrompts } from '../src/record/survey.ts'
import { folder, jsonLines, rows } from './anytune.ts'

const SIGNAL = new AbortController().signal
const QUESTIONS = 12

/** A tuned model on an in-memory account that answers under a deployment, and a recorder of its answers. */
async function recorder(driver: MemoryDriver = memory()) {
  const tuner = createTuner(driver, { journal: memoryJournal(), retry: { attempts: 3, firstMs: 1, maximumMs: 2 } })
  onTestFinished(() => tuner.close())
  const training = { source: bytesSource('train.jsonl', Buffer.from(rows(20))) }
  const plan = await tuner.plan({ baseModel: 'memory-small', method: 'supervised', training })
  const model = await (await tuner.start(plan)).model()
  const live = await model.deploy()
  const cwd = await folder({ 'prompts.jsonl': rows(QUESTIONS) })
  const path = join(cwd, 'answers.jsonl')
  const asked = () => driver.calls.filter(({ operation }) => operation === 'chat').length

  async function run(more: Partial<Recording> = {}) {
    const source = fileSource(join(cwd, 'prompts.jsonl'))
    return record({
      provider: 'memory',
      anytune: '0.0.0',
      target: { reference: live.reference, model: model.id },
      settings: {},
      prompts: { source, survey: await surveyPrompts(source, SIGNAL) },
      out: { path, shown: 'answers.jsonl' },
      limit: undefined,
      limits: {},
      concurrency: 3,
      pace: instantPace(),
      ask: ({ messages }, signal) => live.chat(messages, { signal }),
      onAnswer: () => {},
      signal: SIGNAL,
      ...more,
    })
  }
  const lines = async () => jsonLines(await readFile(path, 'utf8')) as unknown as readonly AnswerLine[]
  const manifest = async () => JSON.parse(await readFile(`${path}.manifest.json`, 'utf8'))
  return { driver, cwd, path, run, lines, manifest, asked, live }
}

/** Pauses pass at once; how long they would have been is another test's subject. */
function instantPace() {
  let now = 0
  return createPace(undefined, {
    now: () => now,
    wait: async (milliseconds) => void (now += milliseconds),
  })
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'nothing thrown',
    (error: unknown) => (isAnytuneError(error) ? `${error.code}: ${error.message}` : String(error)),
  )
}

function indexesOf(lines: readonly AnswerLine[]): readonly number[] {
  return lines.map(({ index }) => index).sort((one, other) => one - other)
}

const ALL = Array.from({ length: QUESTIONS }, (_, index) => index)

describe('a recording', () => {
  it('has a line for every question, and a manifest that says what was asked of whom', async () => {
    const { run, lines, manifest, asked, path, live } = await recorder()
    expect(await run()).toMatchObject({ ending: 'all-asked', progress: { done: QUESTIONS, wanted: QUESTIONS } })
    const written = await lines()
    expect(indexesOf(written)).toEqual(ALL)
    expect(written.find(({ index }) => index === 3)).toMatchObject({
      line: 4,
      row: expect.stringMatching(/^[0-9a-f]{64}$/),
      messages: expect.stringMatching(/^[0-9a-f]{64}$/),
      answer: '4',
      finish: 'stop',
      usage: { inputTokens: 5, outputTokens: 1 },
      reference: { role: 'assistant', content: '4' },
    })
    expect(await manifest()).toMatchObject({
      kind: 'anytune-record',
      version: 1,
      reference: live.reference,
      prompts: { name: 'prompts.jsonl', questions: QUESTIONS, rejected: { count: 0 } },
      answers: { answered: QUESTIONS, refused: 0, usage: { inputTokens: 5 * QUESTIONS, outputTokens: QUESTIONS } },
      complete: true,
    })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(asked()).toBe(QUESTIONS)
  })

  it('asks nothing again once it is complete', async () => {
    const { run, asked, lines } = await recorder()
    await run()
    await run()
    expect(asked()).toBe(QUESTIONS)
    expect(indexesOf(await lines())).toEqual(ALL)
  })

  it('takes more of the file with a higher limit', async () => {
    const { run, asked, manifest } = await recorder()
    expect(await run({ limit: 5 })).toMatchObject({ progress: { done: 5, wanted: 5 } })
    expect(await manifest()).toMatchObject({ complete: false })
    await run({ limit: 7 })
    expect(asked()).toBe(7)
    await run()
    expect(asked()).toBe(QUESTIONS)
    expect(await manifest()).toMatchObject({ complete: true })
  })
})

describe('a file that was cut short', () => {
  it('is gone on with wherever its last line was cut: only that question is asked again', async () => {
    const { run, asked, lines, path } = await recorder()
    await run({ concurrency: 1 })
    const whole = await readFile(path)
    const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1
    for (let length = lastLine; length < whole.length; length += 17) {
      await writeFile(path, whole)
      await truncate(path, length)
      const before = asked()
      await run()
      expect(indexesOf(await lines())).toEqual(ALL)
      expect(asked() - before).toBe(1)
    }
  })

  it('is gone on with whatever stands in its answers', async () => {
    const { run, lines, asked } = await recorder()
    const text = 'one\u2028two\u2029three\r\nfour\u0000\u{1F600} "five"'
    await run({ limit: 1, ask: async () => ({ text, finish: 'stop' }) })
    await run()
    expect((await lines())[0]).toMatchObject({ index: 0, answer: text })
    expect(indexesOf(await lines())).toEqual(ALL)
    expect(asked()).toBe(QUESTIONS - 1)
  })

  it('is begun anew when nothing of it is left', async () => {
    const { run, lines, path } = await recorder()
    await run()
    await truncate(path, 3)
    await run()
    expect(indexesOf(await lines())).toEqual(ALL)
  })
})

describe('nothing is mixed up', () => {
  it.each([
    [
      'another model',
      { target: { reference: 'anytune://memory/x/model/other', model: 'other' } },
      'the model or deployment',
    ],
    ['other settings', { settings: { temperature: 0 } }, '--temperature'],
  ])('%s is refused, and what is there is left as it is', async (_name, change, names) => {
    const { run, path, asked } = await recorder()
    await run({ limit: 2 })
    const before = await readFile(path, 'utf8')
    expect(await codeOf(run(change))).toContain(
      `failed-precondition: answers.jsonl was begun with something else: ${names}`,
    )
    expect(await readFile(path, 'utf8')).toBe(before)
    expect(asked()).toBe(2)
  })

  it('another prompts file is refused', async () => {
    const { run, cwd } = await recorder()
    await run({ limit: 2 })
    await appendFile(join(cwd, 'prompts.jsonl'), '{"prompt":"one more"}\n')
    expect(await codeOf(run())).toContain('begun with something else: the prompts file')
  })

  it('a file that is no recording is refused', async () => {
    const { run, path } = await recorder()
    await writeFile(path, 'my notes\n')
    expect(await codeOf(run())).toContain('no manifest of a recording beside it')
    expect(await readFile(path, 'utf8')).toBe('my notes\n')
  })

  it('a line that was changed is refused', async () => {
    const { run, path } = await recorder()
    await run()
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace(/"row":"./, '"row":"x'))
    expect(await codeOf(run())).toMatch(/failed-precondition: answers.jsonl: line 1 is not an answer/)
  })

  it('a prompts file that changes between the two readings is noticed', async () => {
    const { run, cwd } = await recorder()
    const source = fileSource(join(cwd, 'prompts.jsonl'))
    const survey = await surveyPrompts(source, SIGNAL)
    await writeFile(join(cwd, 'prompts.jsonl'), rows(QUESTIONS).replace('3 plus', '30 plus'))
    expect(await codeOf(run({ prompts: { source, survey } }))).toContain('was changed while')
  })

  it('a second process is kept out while one records', async () => {
    const { run, asked } = await recorder()
    const second = codeOf(run({ onAnswer: () => {} }))
    const first = codeOf(run())
    expect([await first, await second].sort()).toEqual([
      expect.stringContaining('failed-precondition: another process is recording into answers.jsonl'),
      'nothing thrown',
    ])
    expect(asked()).toBe(QUESTIONS)
  })
})

describe('a provider that fails', () => {
  it('is asked again when an answer was lost, and nothing is written twice', async () => {
    const { driver, run, lines, asked } = await recorder()
    driver.fail({ operation: 'chat', when: 'after', times: 4 })
    await run()
    expect(indexesOf(await lines())).toEqual(ALL)
    expect(asked()).toBe(QUESTIONS + 4)
  })

  it('is given the pause it asks for', async () => {
    const { driver, run, lines } = await recorder()
    const error = { code: 'rate-limited', reached: 'yes', status: 429, retryAfterMs: 300_000 } as const
    driver.fail({ operation: 'chat', when: 'before', times: 2, error })
    const pauses: number[] = []
    let now = 0
    const pace = createPace(undefined, {
      now: () => now,
      async wait(milliseconds) {
        pauses.push(milliseconds)
        now += milliseconds
      },
    })
    await run({ pace, concurrency: 1 })
    expect(pauses).toEqual([300_000, 300_000])
    expect(indexesOf(await lines())).toEqual(ALL)
  })

  it('ends the recording when it goes on failing; what was answered is kept, and the rest is asked later', async () => {
    const { driver, run, lines, asked, manifest } = await recorder()
    await run({ limit: 4 })
    const error = { code: 'unauthenticated', reached: 'yes', status: 401 } as const
    driver.fail({ operation: 'chat', when: 'before', times: 50, error })
    expect(await codeOf(run())).toMatch(/^unauthenticated/)
    expect(indexesOf(await lines())).toEqual([0, 1, 2, 3])
    expect(await manifest()).toMatchObject({ answers: { answered: 4 }, complete: false })
    expect(asked()).toBeLessThanOrEqual(4 + 3)
  })

  it('ends the recording at once: nobody waits out a pause for it', async () => {
    const { driver, run } = await recorder()
    const limited = { code: 'rate-limited', reached: 'yes', status: 429, retryAfterMs: 500_000 } as const
    const error = { code: 'permission-denied', reached: 'yes', status: 403 } as const
    driver.fail({ operation: 'chat', when: 'before', error: limited })
    driver.fail({ operation: 'chat', when: 'before', times: 50, error })
    // By the computer's own clock: the test would not end if anybody waited.
    expect(await codeOf(run({ pace: createPace(undefined), concurrency: 3 }))).toMatch(/^permission-denied/)
  })

  it('may refuse single questions: each is written down as refused and not asked again', async () => {
    const { driver, run, lines, asked } = await recorder()
    const error = { code: 'invalid-argument', reached: 'yes', status: 400 } as const
    driver.fail({ operation: 'chat', when: 'before', times: 2, error })
    expect(await run({ concurrency: 1 })).toMatchObject({ tally: { answered: QUESTIONS - 2, refused: 2 } })
    const written = await lines()
    expect(written[0]).toMatchObject({ index: 0, refused: { code: 'invalid-argument', status: 400 } })
    expect(written[0]).not.toHaveProperty('answer')
    await run()
    expect(asked()).toBe(QUESTIONS)
  })

  it('that refuses every first question ends the recording: it is not the questions that are wrong', async () => {
    const { driver, run, asked } = await recorder()
    const error = { code: 'invalid-argument', reached: 'yes', status: 400 } as const
    driver.fail({ operation: 'chat', when: 'before', times: 50, error })
    expect(await codeOf(run({ concurrency: 1 }))).toMatch(/^invalid-argument/)
    expect(asked()).toBe(5)
  })

  it('may filter an answer: it is an answer like any other, and counted', async () => {
    const { run, manifest, lines } = await recorder()
    const filtered = { text: '', finish: 'filtered', usage: { inputTokens: 1, outputTokens: 0 } } as const
    await run({ ask: async () => filtered })
    expect(await manifest()).toMatchObject({ answers: { answered: QUESTIONS, filtered: QUESTIONS } })
    expect(await lines()).toContainEqual(expect.objectContaining({ answer: '', finish: 'filtered' }))
  })
})

describe('limits', () => {
  it('on tokens hold over all runs of a recording', async () => {
    const { run, asked, lines } = await recorder()
    const limits = { tokens: 100, maxTokens: 1 }
    expect(await run({ limits })).toMatchObject({ ending: 'limit-reached' })
    const used = async () =>
      (await lines()).reduce((sum, { usage }) => sum + (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0), 0)
    expect(await used()).toBeLessThanOrEqual(100)
    const before = asked()
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(QUESTIONS)
    expect(await run({ limits })).toMatchObject({ ending: 'limit-reached' })
    expect(await used()).toBeLessThanOrEqual(100)
    expect(await run({ limits: { tokens: 10_000 } })).toMatchObject({ ending: 'all-asked' })
    expect(asked()).toBe(QUESTIONS)
  })

  it('on cost hold by the price', async () => {
    const { run, lines } = await recorder()
    const price = { input: 2, output: 8, currency: 'USD' }
    const limits = { cost: { amount: 0.00015, price }, maxTokens: 1 }
    expect(await run({ limits })).toMatchObject({ ending: 'limit-reached' })
    const cost = (await lines()).reduce(
      (sum, { usage }) => sum + (2 * (usage?.inputTokens ?? 0) + 8 * (usage?.outputTokens ?? 0)) / 1e6,
      0,
    )
    expect(cost).toBeGreaterThan(0)
    expect(cost).toBeLessThanOrEqual(0.00015)
  })

  it('cannot be kept where tokens are not told: the recording says so instead of going on', async () => {
    const { run, lines } = await recorder()
    const ask = async () => ({ text: 'yes', finish: 'stop' }) as const
    expect(await codeOf(run({ ask, limits: { tokens: 5_000 }, concurrency: 1 }))).toMatch(/^unsupported/)
    expect(await lines()).toHaveLength(1)
  })
})

it('stops when it is told to, and can be gone on with', async () => {
  const { run, lines, asked } = await recorder()
  const stop = new AbortController()
  const reason = new Error('enough')
  const onAnswer = (_line: unknown, { done }: { done: number }) => {
    if (done === 5) stop.abort(reason)
  }
  await expect(run({ signal: stop.signal, onAnswer, concurrency: 1 })).rejects.toBe(reason)
  expect(indexesOf(await lines())).toEqual([0, 1, 2, 3, 4])
  await run()
  expect(indexesOf(await lines())).toEqual(ALL)
  expect(asked()).toBe(QUESTIONS)
})

describe('the pace', () => {
  it('spaces questions evenly, whoever asks, and makes up for nothing', async () => {
    let now = 0
    const taken: number[] = []
    const pace = createPace(60, {
      now: () => now,
      async wait(milliseconds) {
        now += milliseconds
      },
    })
    for (let turn = 0; turn < 3; turn++) {
      await pace.turn(SIGNAL)
      taken.push(now)
    }
    now = 60_000
    for (let turn = 0; turn < 2; turn++) {
      await pace.turn(SIGNAL)
      taken.push(now)
    }
    pace.hold(5_000)
    await pace.turn(SIGNAL)
    expect([...taken, now]).toEqual([0, 1_000, 2_000, 60_000, 61_000, 66_000])
  })
})
