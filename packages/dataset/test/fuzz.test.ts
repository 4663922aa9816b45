import { describe, expect, it } from 'vitest'
import { checkDataset, DatasetError, readExamples, type FormatId } from '../src/index.ts'
import { chunked, encoded, source } from './support.ts'

const SEEDS: readonly string[] = [
  String.raw`{"messages":[{"role":"system","content":"é"},{"role":"user","content":[{"type":"text","text":"a\n\u00e9"}]},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}}]},{"role":"tool","tool_call_id":"c","content":"r"},{"role":"assistant","content":"日本","weight":1}],"tools":[{"type":"function","function":{"name":"f","strict":null,"parameters":{"type":"object","maximum":9007199254740993,"default":-0.0}}}],"parallel_tool_calls":true}`,
  '{"input":{"messages":[{"role":"user","content":"q: \\"x\\": 1"}]},"preferred_output":[{"role":"assistant","content":"a"}],"non_preferred_output":[{"role":"assistant","content":"b"}]}',
  '{"prompt":"\u{1F600}","completion":"c"}',
]

const TOKENS: readonly string[] = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\ud800',
  '\n',
  '\r',
  '\0',
  '\t',
  ' ',
  'null',
  '1e999',
  '-0',
  '""',
  '"__proto__":1,',
  '"role":',
  '"messages":[]',
  '\uFEFF',
  '\u2028',
  'é',
  '{"a":'.repeat(70),
  '9'.repeat(30),
]

/** A small generator with a seed (mulberry32), so that a failure can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function mutate(seed: number): Buffer {
  const below = random(seed)
  let bytes: Buffer = Buffer.from(Array.from({ length: 1 + below(3) }, () => SEEDS[below(SEEDS.length)]).join('\n'))
  for (let count = 1 + below(4); count > 0; count--) {
    const at = below(bytes.length + 1)
    const head = bytes.subarray(0, at)
    const mutations: readonly (() => Buffer)[] = [
      () => Buffer.concat([head, Buffer.from([below(256)]), bytes.subarray(at + 1)]),
      () => Buffer.concat([head, Buffer.from(TOKENS[below(TOKENS.length)] ?? ''), bytes.subarray(at)]),
      () => Buffer.concat([head, bytes.subarray(at + below(20))]),
      () => Buffer.concat([head, bytes.subarray(below(bytes.length + 1))]),
      () => head,
    ]
    bytes = mutations[below(mutations.length)]?.() ?? bytes
  }
  return bytes
}

const FORMATS: readonly (FormatId | undefined)[] = [undefined, 'openai-chat', 'openai-preference', 'prompt-completion']

describe('mutated files', () => {
  it('4,000 of them: every line accepted, rejected or blank; no error but ours; chunks do not matter', async () => {
    const outcomes = { accepted: 0, rejected: 0, refused: 0 }
    for (let seed = 0; seed < 4000; seed++) {
      const content = mutate(seed)
      const format = FORMATS[seed % FORMATS.length]
      try {
        const report = await checkDataset(source(content, 'x'), { format })
        expect({ ...(await checkDataset(chunked(content, 1 + (seed % 9)), { format })), name: 'x' }).toEqual(report)
        const lines = content.toString('latin1').split('\n')
        expect(report.examples + report.blankLines, `seed ${seed}`).toBe(lines.at(-1) ? lines.length : lines.length - 1)
        outcomes.accepted += report.accepted
        outcomes.rejected += report.rejected.count
      } catch (error) {
        if (!(error instanceof DatasetError)) throw new Error(`seed ${seed}`, { cause: error })
        outcomes.refused++
      }
    }
    expect(outcomes.accepted).toBeGreaterThan(500)
    expect(outcomes.rejected).toBeGreaterThan(2000)
    expect(outcomes.refused).toBeGreaterThan(100)
  })

  it('what is accepted says the same to a plain JSON reader, and is written back byte by byte', async () => {
    let compared = 0
    for (let seed = 10_000; seed < 12_000; seed++) {
      const content = mutate(seed)
      const format = FORMATS[1 + (seed % 3)]
      if (format === undefined) continue
      const rows: string[] = []
      const lines = content
        .toString('utf8')
        .replace(/^\uFEFF/, '')
        .split('\n')
      try {
        for await (const { line, example } of readExamples(source(content), { format })) {
          if (!example) continue
          const row = lines[line - 1] ?? ''
          // JSON.parse would throw on anything that is not JSON.
          expect(Object.keys(JSON.parse(row)).length).toBeGreaterThan(0)
          rows.push(`${row.replaceAll(/^[ \t\r]+|[ \t\r]+$/g, '').replaceAll('\r', ' ')}\n`)
        }
        const bytes = await encoded(source(content), { from: format, to: format, onRejected: 'skip' })
        expect(bytes.toString(), `seed ${seed}`).toBe(rows.join(''))
        compared += rows.length
      } catch (error) {
        if (!(error instanceof DatasetError)) throw error
      }
    }
    expect(compared).toBeGreaterThan(200)
  })
})

describe('hostile rows are judged in bounded time', () => {
  const million = 1_000_000
  it.each([
    [
      'many colons in a string',
      `{"prompt":"${'":'.replace('"', String.raw`\"`).repeat(million)}","completion":"c"}`,
      'ok',
    ],
    ['many backslashes', `{"prompt":"${'\\'.repeat(2 * million)}","completion":"c"}`, 'ok'],
    ['a string that starts with a colon', `{"prompt":": ${'x'.repeat(million)}","completion":"c"}`, 'ok'],
    ['a huge number', `{"prompt":"p","completion":${'9'.repeat(million)}}`, 'wrong-type'],
    ['a huge fraction', `{"prompt":"p","completion":0.${'9'.repeat(million)}}`, 'wrong-type'],
    [
      'a million keys',
      `{${Array.from({ length: million / 10 }, (_, index) => `"k${index}":1`).join(',')}}`,
      'missing-key',
    ],
    ['a long broken string', `{"prompt":"${'\\n'.repeat(million)}`, 'invalid-json'],
    ['a long broken number', `{"prompt":${'1'.repeat(million)}x}`, 'invalid-json'],
    ['white space', `{"prompt"${' '.repeat(million)}:"p","completion":"c"}`, 'ok'],
    [
      'many lone surrogates',
      `{"prompt":"${String.raw`\ud800`.repeat(million / 10)}","completion":"c"}`,
      'lone-surrogate',
    ],
  ])(
    '%s',
    async (_name, row, rule) => {
      for await (const seen of readExamples(source(row), { format: 'prompt-completion' })) {
        expect(seen.rejection?.rule ?? 'ok').toBe(rule)
      }
    },
    5000,
  )
})

describe('keys that mislead JavaScript', () => {
  it('pollute nothing and lend nothing', async () => {
    const row =
      '{"__proto__":{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}],"polluted":true}}'
    const report = await checkDataset(source(row), { format: 'openai-chat' })
    expect(report.rejected.byRule).toEqual({ 'forbidden-key': 1 })
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})
