import type { Example } from '@anytune/core/driver'
import { describe, expect, it } from 'vitest'
import { datasetRules } from '../src/rules.ts'
import { makePlace, rows } from './support.ts'

const SECRET = 'Zanzibar-4711'
const TARGET = { baseModel: 'scratch-tiny', method: 'supervised' } as const

function talk(question: string, answer = 'good'): Example {
  return {
    kind: 'chat',
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
  }
}

async function* each(examples: readonly Example[]): AsyncGenerator<Example> {
  yield* examples
}

/** The rules that each example breaks. */
async function broken(examples: readonly Example[]) {
  const rules = await datasetRules(TARGET, () => each(examples))
  return examples.map((example, index) => rules.flatMap((rule) => rule.check(example, index + 1) ?? []))
}

/** Text that no tokenizer makes short. */
function noise(length: number, seed: number): string {
  let state = seed
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647
    return String.fromCharCode(97 + (state % 26))
  }).join('')
}

describe('the rules of this provider', () => {
  it('refuse a row longer than the model reads, with its length and the limit, and no content', async () => {
    const [fine, long] = await broken([talk('How are you?'), talk(`${SECRET} ${noise(600, 1)}`)])
    expect(fine).toEqual([])
    expect(long).toEqual([
      {
        line: 2,
        rule: 'context-exceeded',
        field: 'messages',
        message: expect.stringMatching(/^the row has \d{3} tokens, and the model reads 256$/),
        hint: expect.any(String),
      },
    ])
    expect(JSON.stringify(long)).not.toContain(SECRET)
  })

  it('refuse what is more than text', async () => {
    const [row] = await broken([{ ...talk('x'), tools: [{ type: 'function', function: { name: SECRET } }] } as Example])
    expect(row).toMatchObject([{ line: 1, rule: 'local-text-only', field: 'tools' }])
    expect(JSON.stringify(row)).not.toContain(SECRET)
  })

  it('judge the rows that stay by the tokens that are made of them alone', async () => {
    // While the long rows are among them, their repeated text makes the short one short; without them it is too long.
    const shared = noise(300, 7)
    const examples = [talk(shared), ...Array.from({ length: 8 }, (_, index) => talk(shared + noise(400, index + 1)))]
    const judged = await broken(examples)
    const accepted = examples.filter((_, index) => judged[index]?.length === 0)
    expect(accepted.length).toBeLessThan(examples.length)
    expect((await broken(accepted)).flat()).toEqual([])
  })

  it('fail the plan, or are counted when rows are to be left out', async () => {
    const place = await makePlace()
    const tuner = place.tuner()
    const long = {
      messages: [
        { role: 'user', content: noise(600, 3) },
        { role: 'assistant', content: 'x' },
      ],
    }
    const request = {
      baseModel: 'scratch-tiny',
      method: 'supervised',
      training: await place.file([...rows(), long]),
    } as const
    await expect(tuner.plan(request)).rejects.toMatchObject({
      code: 'dataset-invalid',
      data: { rejected: { count: 1, byRule: { 'context-exceeded': 1 } } },
    })
    const plan = await tuner.plan({ ...request, skipRejected: true })
    expect(plan.datasets[0]).toMatchObject({ examples: 17, rejected: { count: 1 }, encoded: { rows: 16 } })
  })
})
