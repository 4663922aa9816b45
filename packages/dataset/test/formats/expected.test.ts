import { describe, expect, it } from 'vitest'
import { canonicalExample, detectFormat, type Example, type FormatId } from '../../src/index.ts'
import { CODECS, FORMAT_IDS } from '../../src/formats/formats.ts'
import { encoded, source } from '../support.ts'
import { CASES, expectedRows, REFUSED } from './cases.ts'
import { decoded } from './support.ts'

const rows = await expectedRows()
/** Rows without instructions that are another format's: Claude's mean the same there, flat ones have to be named. */
const WITHOUT_INSTRUCTIONS: Readonly<Partial<Record<FormatId, FormatId>>> = {
  'claude-3': 'openai-chat',
  flat: 'prompt-completion',
}

const named = rows.map((row) => [row.format, row.name, row] as const)

describe('rows written by hand from vendors’ documentation', () => {
  it.each(named)('%s, %s: is read as what it means', (_format, _name, { example, format, text }) => {
    expect(canonicalExample(decoded(format, text))).toEqual(canonicalExample(example))
  })

  it.each(named)('%s, %s: is what is written', (_format, _name, { example, format, text }) => {
    expect(CODECS[format].encode(example)).toEqual({ text })
  })

  it.each(named)('%s, %s: its format is found', async (_format, name, { format, text }) => {
    const without = name !== 'system' && name !== 'several turns'
    expect(await detectFormat(source(text))).toBe((without && WITHOUT_INSTRUCTIONS[format]) || format)
  })

  it.each(FORMAT_IDS)('%s has a row', (format) => {
    expect(rows.filter((row) => row.format === format)).not.toEqual([])
  })
})

describe('every case in every format', () => {
  // Object.entries forgets the literal types.
  const cases = Object.entries(CASES) as readonly (readonly [keyof typeof CASES, Example])[]
  const all = cases.flatMap(([name, example]) => FORMAT_IDS.map((format) => ({ name, example, format })))
  const isKind = ({ example, format }: { example: Example; format: FormatId }) => CODECS[format].says.has(example.kind)
  const refusal = ({ name, format }: { name: keyof typeof CASES; format: FormatId }) => REFUSED[format]?.[name]

  it.each(all.filter((pair) => !isKind(pair)))('$name as $format: is of another kind', ({ example, format }) => {
    expect(CODECS[format].encode(example)).toEqual({ unsaid: { feature: example.kind } })
  })

  it.each(all.filter((pair) => isKind(pair) && refusal(pair)))('$name as $format: is refused by name', (pair) => {
    const unsaid = CODECS[pair.format].encode(pair.example).unsaid
    expect(unsaid?.feature).toBe(refusal(pair))
    expect(unsaid?.field).toMatch(/^(?:messages|tools|parallelToolCalls)/)
  })

  it.each(all.filter((pair) => isKind(pair) && !refusal(pair)))('$name as $format: is the same there', (pair) => {
    const { example, format } = pair
    const written = CODECS[format].encode(example).text ?? ''
    expect(canonicalExample(decoded(format, written))).toEqual(canonicalExample(example))
  })
})

describe('conversion of rows', () => {
  const pairs = rows.flatMap((from) =>
    rows
      .filter(({ name, format }) => name === from.name && format !== from.format)
      .map((to) => [from.format, from.name, to.format, { from, to }] as const),
  )

  it.each(pairs)('%s, %s, to %s: is the row written by hand', (_from, _name, _to, { from, to }) => {
    expect(CODECS[to.format].encode(decoded(from.format, from.text))).toEqual({ text: to.text })
  })

  it('of a whole file gives one row a line', async () => {
    const chats = rows.filter(({ format }) => format === 'gemini').slice(0, 4)
    const from = source(chats.map(({ text }) => text).join('\n'))
    const written = await encoded(from, { from: 'gemini', to: 'bedrock-conversation-2024', onRejected: 'fail' })
    const wanted = rows.filter(({ format }) => format === 'bedrock-conversation-2024').slice(0, 4)
    expect(written.toString()).toBe(wanted.map(({ text }) => `${text}\n`).join(''))
  })

  it('D1: 100 rows without a system message are 100 rows for Bedrock', async () => {
    const chats = Array.from(
      { length: 100 },
      (_, index) => `{"messages":[{"role":"user","content":"${index}"},{"role":"assistant","content":"a"}]}`,
    )
    const written = await encoded(source(chats.join('\n')), { to: 'bedrock-conversation-2024', onRejected: 'fail' })
    const wanted = chats.map(
      (_, index) =>
        `{"schemaVersion":"bedrock-conversation-2024","messages":[{"role":"user","content":[{"text":"${index}"}]},{"role":"assistant","content":[{"text":"a"}]}]}\n`,
    )
    expect(written.toString()).toBe(wanted.join(''))
  })
})
