import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { encoded, source } from '../support.ts'

/** Tools that differ in one thing from the first: an order, a digit, a name, a kind of value. */
const SCHEMAS = [
  '{"type":"object","properties":{"page":{"type":"integer","maximum":20000000000000000001},"word":{"type":"string"}}}',
  '{"type":"object","properties":{"word":{"type":"string"},"page":{"type":"integer","maximum":20000000000000000001}}}',
  '{"type":"object","properties":{"page":{"type":"integer","maximum":20000000000000000002},"word":{"type":"string"}}}',
  '{"type":"object","properties":{"page":{"type":"integer","maximum":{"rawJSON":"20000000000000000001"}},"word":{"type":"string"}}}',
  '{"type":"object","properties":{"page":{"type":"integer","maximum":20000000000000000001}}}',
  '{"type":"object","properties":{"page":{"type":"integer","maximum":20000000000000000001},"words":{"type":"string"}}}',
  '{"type":"object","properties":{},"anyOf":[{"type":"object"},{"type":"null"}]}',
  '{"type":"object","properties":{},"anyOf":[{"type":"object"}]}',
]

const rows = SCHEMAS.map((parameters, index) => {
  const call = `{"id":"c","type":"function","function":{"name":"look","arguments":"{\\"page\\":${index}}"}}`
  const messages = `[{"role":"user","content":"Where?"},{"role":"assistant","tool_calls":[${call},${call.replace('c', 'd')}]}]`
  return `{"messages":${messages},"tools":[{"type":"function","function":{"name":"look","parameters":${parameters}}}]}`
})

const targets = fc.constantFrom('gemini', 'bedrock-conversation-2024', 'sharegpt')

it('a row is written as it would be alone, whatever the rows before it offered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...rows), { minLength: 2, maxLength: 8 }), targets, async (some, to) => {
      const together = await convert(some, to)
      const alone = await Promise.all(some.map((row) => convert([row], to)))
      expect(together).toBe(alone.join(''))
    }),
    { numRuns: 300 },
  )
})

async function convert(
  some: readonly string[],
  to: 'gemini' | 'bedrock-conversation-2024' | 'sharegpt',
): Promise<string> {
  const bytes = await encoded(source(some.join('\n')), { from: 'openai-chat', to, onRejected: 'fail' })
  return bytes.toString()
}

it('what was written says each row’s own tools', async () => {
  const written = (await convert(rows, 'bedrock-conversation-2024')).trim().split('\n')
  expect(new Set(written).size).toBe(rows.length)
  for (const [index, row] of written.entries()) expect(row).toContain(`"inputSchema":{"json":${SCHEMAS[index]}}`)
})
