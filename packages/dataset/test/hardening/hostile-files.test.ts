import { describe, expect, it } from 'vitest'
import { inspectDataset, readExamples, type DatasetSource } from '../../src/index.ts'
import { encoded, source } from '../support.ts'

const MEGABYTE = 1024 * 1024
const SMALL = '{"prompt":"p","completion":"c"}\n'

/** The same with an empty prompt. */
const EMPTY = '{"prompt":"","completion":"c"}\n'

/** A row of 100 MiB between two small ones, never whole in memory of its own. */
function withLongRow(): DatasetSource {
  async function* open() {
    yield Buffer.from(`${SMALL}{"prompt":"`)
    const part = Buffer.alloc(MEGABYTE, 'x')
    for (let count = 0; count < 100; count++) yield part
    yield Buffer.from(`","completion":"c"}\n${SMALL}`)
  }
  return { name: 'long.jsonl', open }
}

describe('a row of 100 MiB', () => {
  it('is rejected unless it is allowed, and the rows around it are read', { timeout: 60_000 }, async () => {
    const seen: string[] = []
    for await (const { line, rejection } of readExamples(withLongRow())) seen.push(`${line} ${rejection?.rule ?? 'ok'}`)
    expect(seen).toEqual(['1 ok', '2 line-too-long', '3 ok'])
  })

  it.each([0, 2])('is read where it is allowed, with %i workers', { timeout: 120_000 }, async (workers) => {
    const { check } = await inspectDataset(withLongRow(), { maximumLineBytes: 128 * MEGABYTE, workers })
    expect(check).toMatchObject({
      accepted: 3,
      rejected: { count: 0 },
      bytes: 100 * MEGABYTE + 2 * SMALL.length + EMPTY.length,
    })
  })
})

describe('numbers in the arguments of tools', () => {
  const digits = ['9007199254740993', '-0.0', '1e400', '0.1000000000000000055511151231257827', '12345678901234567890']
  const row = (number: string) =>
    `{"messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"n\\":${number},\\"list\\":[${number}]}"}}]},{"role":"tool","tool_call_id":"c1","content":"r"},{"role":"assistant","content":"a"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"n":{"type":"number","maximum":${number}}}}}}]}`

  it.each(digits)('%s keeps its digits from OpenAI to Bedrock and back', async (number) => {
    const there = await encoded(source(row(number)), { to: 'bedrock-conversation-2024', onRejected: 'fail' })
    expect(there.toString()).toContain(`"input":{"n":${number},"list":[${number}]}`)
    expect(there.toString()).toContain(`"maximum":${number}`)
    const back = await encoded(source(there), { to: 'openai-chat', onRejected: 'fail' })
    expect(back.toString()).toContain(String.raw`"{\"n\":${number},\"list\":[${number}]}"`)
    expect(back.toString()).toContain(`"maximum":${number}`)
  })
})
