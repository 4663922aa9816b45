import { AnytuneError, type ChatChunk, type ChatRequest, type Permit } from '@anytune/core/driver'
import { describe, expect, it } from 'vitest'
import { chatPermit, context, makePlace, stagePermit } from './support.ts'

const QUESTION: ChatRequest = { messages: [{ role: 'user', content: 'How are you?' }] }

async function ask(
  request: Partial<ChatRequest> = {},
  more: Parameters<typeof context>[0] = {},
  target = 'scratch-tiny',
) {
  const driver = (await makePlace()).driver()
  const chunks: ChatChunk[] = []
  for await (const chunk of driver.chat(target, { ...QUESTION, ...request }, chatPermit(), context(more)))
    chunks.push(chunk)
  return { chunks, text: chunks.map(({ text }) => text).join(''), last: chunks.at(-1)! }
}

describe('asking a base model, which knows nothing', () => {
  it('streams what it babbles, and stops at the length that was asked for', async () => {
    const { chunks, last } = await ask({ maxTokens: 12 })
    expect(chunks.length).toBeGreaterThan(1)
    expect(last.finish).toBe('length')
  })

  it('repeats itself with the same seed alone', async () => {
    const settings = { maxTokens: 20, temperature: 1 }
    const [one, same, other] = [
      await ask({ ...settings, seed: 1 }),
      await ask({ ...settings, seed: 1 }),
      await ask({ ...settings, seed: 2 }),
    ]
    expect(one.text).toBe(same.text)
    expect(one.text).not.toBe(other.text)
  })

  it('refuses more than it can read, with the numbers', async () => {
    const long = { messages: [{ role: 'user', content: 'word '.repeat(400) }] } as const
    await expect(ask(long)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/^the messages have \d{3,} tokens; the model reads 256/),
    })
  })

  it.each([
    { maxTokens: 0 },
    { maxTokens: 1.5 },
    { temperature: -1 },
    { temperature: Number.NaN },
    { temperature: Number.POSITIVE_INFINITY },
    { seed: -1 },
    { seed: 1.5 },
    { seed: 2 ** 31 },
  ])('refuses a setting that has no meaning, by its name: %o', async (settings) => {
    const [name = ''] = Object.keys(settings)
    await expect(ask(settings)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(new RegExp(`^${name} must be `)),
      hint: expect.any(String),
    })
  })

  it('ends when its signal aborts', async () => {
    const stop = new AbortController()
    const driver = (await makePlace()).driver()
    const answer = driver.chat(
      'scratch-tiny',
      { ...QUESTION, maxTokens: 200 },
      chatPermit(),
      context({ signal: stop.signal }),
    )
    const read = async () => {
      for await (const _ of answer) stop.abort(new Error('enough'))
    }
    await expect(read()).rejects.toThrow('enough')
  })
})

describe('a target', () => {
  it.each(['local-scratch-tiny-00000000', 'local-scratch-tiny-00000000.step-10', '../models', ''])(
    '%j that is not there is not found',
    async (target) => {
      await expect(ask({}, {}, target)).rejects.toMatchObject({ code: 'not-found' })
    },
  )

  it('answers only with a permit of the gate, for a question', async () => {
    const driver = (await makePlace()).driver()
    const forged = { purpose: 'chat', verdict: 'yes' } as unknown as Permit
    for (const permit of [forged, stagePermit('0'.repeat(64))]) {
      const refused = driver.chat('scratch-tiny', QUESTION, permit, context())[Symbol.asyncIterator]().next()
      await expect(refused).rejects.toBeInstanceOf(AnytuneError)
      await expect(refused).rejects.toMatchObject({ code: 'policy-refused' })
    }
  })
})
