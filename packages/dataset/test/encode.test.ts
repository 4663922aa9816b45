import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bytesSource, encodeDataset, measureEncoding, readExamples, rowsSource, type Example } from '../src/index.ts'
import { encoded, errorOf, source } from './support.ts'

const CHAT = '{"messages":[{"role":"user","content":"Grüße"},{"role":"assistant","content":"Tag"}]}'

describe('the same format', () => {
  it('gives the row’s own text, one row a line, with the digest of exactly these bytes', async () => {
    const content = `\uFEFF  ${CHAT} \r\n\r\n{ "messages": [{"role":"user","content":"a"}, {"role":"assistant","content":"\\u00e9"}] }`
    const expected = `${CHAT}\n{ "messages": [{"role":"user","content":"a"}, {"role":"assistant","content":"\\u00e9"}] }\n`
    const options = { to: 'openai-chat', onRejected: 'fail' } as const
    expect((await encoded(source(content), options)).toString()).toBe(expected)
    // Both figures come from `printf … | wc -c` and `sha256sum` of the expected two lines.
    expect(await measureEncoding(source(content), options)).toEqual({
      bytes: 177,
      sha256: '0b25a6e03a2c43e39a47640e7797a950128d60ce03bd2d48d2ffe5ba17ddc9f1',
      rows: 2,
      skipped: 0,
    })
  })

  it('keeps digits, key order and escapes that JavaScript would change', async () => {
    const row = String.raw`{"tools":[{"type":"function","function":{"name":"f","parameters":{"10":1,"9":12345678901234567890,"a":1.0,"b":-0,"c":1e400,"d":0.1000000000000000055}}}],"messages":[{"role":"user","content":"\u0041\/"},{"weight":1.0,"role":"assistant","content":"y"}]}`
    expect((await encoded(source(row), { to: 'openai-chat', onRejected: 'fail' })).toString()).toBe(`${row}\n`)
  })

  it('writes a lone carriage return between tokens as a space', async () => {
    const row = '{"prompt":"p",\r"completion":"c"}'
    const bytes = await encoded(source(row), { to: 'prompt-completion', onRejected: 'fail' })
    expect(bytes.toString()).toBe('{"prompt":"p", "completion":"c"}\n')
  })

  it('a file without rows encodes to nothing', async () => {
    const options = { to: 'openai-chat', onRejected: 'fail' } as const
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    expect(await measureEncoding(source('\n \n'), options)).toEqual({ bytes: 0, sha256: empty, rows: 0, skipped: 0 })
  })

  it('chunks hold whole rows and depend on the rows alone', async () => {
    const content = Array.from({ length: 3000 }, (_, index) => `{"prompt":"${index}","completion":"${'é'.repeat(50)}"}`)
    content.splice(1500, 0, `{"prompt":"long","completion":"${'l'.repeat(200_000)}"}`)
    const chunks: Buffer[] = []
    const from = source(`${content.join('\n')}\n`)
    for await (const chunk of encodeDataset(from, { to: 'prompt-completion', onRejected: 'fail' })) {
      chunks.push(Buffer.from(chunk))
    }
    expect(Buffer.concat(chunks).toString()).toBe(`${content.join('\n')}\n`)
    expect(chunks.every((chunk) => chunk.at(-1) === 0x0a)).toBe(true)
    expect(chunks.filter((chunk) => chunk.length > 64 * 1024)).toHaveLength(1)
    expect(chunks.length).toBeLessThan(12)
  })
})

describe('rows that end where a chunk ends', () => {
  const empty = '{"prompt":"","completion":"c"}'.length
  const row = (length: number) => `{"prompt":"${'x'.repeat(length - empty)}","completion":"c"}`

  it.each([
    [65_534],
    [65_535],
    [65_536],
    [65_537],
    [40_000, 25_533],
    [40_000, 25_534],
    [40_000, 25_535],
    [40_000, 25_536],
  ])('%i %i', async (...lengths) => {
    const content = lengths
      .map((length) => `${row(length)}\n`)
      .join('')
      .repeat(3)
    const bytes = await encoded(source(content), { to: 'prompt-completion', onRejected: 'fail' })
    expect(bytes.equals(Buffer.from(content))).toBe(true)
  })
})

describe('no row is lost', () => {
  it('D1: 100 rows without a system message stay 100 rows', async () => {
    const rows = Array.from({ length: 100 }, (_, index) => CHAT.replace('Tag', `Tag ${index}`))
    const options = { to: 'openai-chat', onRejected: 'fail' } as const
    expect((await encoded(source(rows.join('\n')), options)).toString()).toBe(`${rows.join('\n')}\n`)
    expect(await measureEncoding(source(rows.join('\n')), options)).toMatchObject({ rows: 100, skipped: 0 })
  })

  it('D2: one bad row of 20,000 is named, and every other row stays intact', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => CHAT.replace('Tag', `answer ${index}`))
    rows[12_344] = '{"messages":[{"role":"user","content":"leak-me"}]}'
    const from = source(rows.join('\n'))
    const options = { to: 'openai-chat', onRejected: 'fail' } as const
    const error = await errorOf(encoded(from, options))
    expect(error).toMatchObject({ code: 'row-rejected', rejection: { line: 12_345, rule: 'no-target' } })
    expect(String(error)).toContain('line 12345')
    expect(String(error)).not.toContain('leak-me')

    const skipped: unknown[] = []
    const skipping = { ...options, onRejected: 'skip', onSkipped: (row: unknown) => void skipped.push(row) } as const
    const bytes = await encoded(from, skipping)
    const others = rows.filter((_, index) => index !== 12_344).join('\n')
    expect(bytes.equals(Buffer.from(`${others}\n`))).toBe(true)
    expect(skipped).toMatchObject([{ line: 12_345, rule: 'no-target' }])
    const sha256 = createHash('sha256').update(`${others}\n`).digest('hex')
    expect(await measureEncoding(from, skipping)).toMatchObject({ rows: 19_999, skipped: 1, sha256 })
  })

  it('a row another format cannot express is rejected, never bent', async () => {
    const error = await errorOf(encoded(source(CHAT), { to: 'prompt-completion', onRejected: 'fail' }))
    expect(error).toMatchObject({ code: 'row-rejected', rejection: { line: 1, rule: 'not-representable' } })
    const skip = { to: 'openai-preference', onRejected: 'skip' } as const
    expect(await measureEncoding(source(CHAT), skip)).toMatchObject({ rows: 0, skipped: 1 })
  })

  it('a row to be graded keeps its own text, and what the grader reads', async () => {
    const row = '{"grade":{"exact":12345678901234567890},"messages":[{"role":"user","content":"q"}],"id":1.0}'
    const same = { to: 'openai-reinforcement', onRejected: 'fail' } as const
    expect((await encoded(source(row), same)).toString()).toBe(`${row}\n`)
    const error = await errorOf(encoded(source(row), { to: 'openai-chat', onRejected: 'fail' }))
    expect(error).toMatchObject({ code: 'row-rejected', rejection: { line: 1, rule: 'not-representable' } })
  })

  it('an unknown target format is refused before anything is read', async () => {
    // A caller without types.
    const to = 'parquet' as 'openai-chat'
    expect(await errorOf(encoded(source(CHAT), { to, onRejected: 'fail' }))).toMatchObject({ code: 'unknown-format' })
  })

  it('an injected rule can refuse a row', async () => {
    const short = {
      id: 'example-too-long',
      summary: 'The example fits the context.',
      check: (example: Example, line: number) =>
        example.kind === 'completion' && example.prompt.length > 3
          ? { line, rule: 'example-too-long', message: 'the example is longer than the context' }
          : undefined,
    }
    const from = source('{"prompt":"123","completion":"c"}\n{"prompt":"1234","completion":"c"}')
    const options = { to: 'prompt-completion', onRejected: 'fail', rules: [short] } as const
    expect(await errorOf(encoded(from, options))).toMatchObject({ rejection: { line: 2, rule: 'example-too-long' } })
  })

  it('an aborted signal stops with its reason', async () => {
    const reason = new Error('enough')
    const options = { to: 'openai-chat', onRejected: 'fail', signal: AbortSignal.abort(reason) } as const
    expect(await errorOf(encoded(source(CHAT), options))).toBe(reason)
  })
})

describe('examples made in the program', () => {
  const examples: readonly Example[] = [
    {
      kind: 'chat',
      messages: [
        { role: 'user', content: 'é' },
        { role: 'assistant', content: 'y', weight: 1 },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      parallelToolCalls: false,
    },
  ]

  it('are written in the documented shape', async () => {
    const bytes = await encoded(rowsSource('made', examples), { to: 'openai-chat', onRejected: 'fail' })
    expect(bytes.toString()).toBe(
      '{"messages":[{"role":"user","content":"é"},{"role":"assistant","content":"y","weight":1}],' +
        '"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"parallel_tool_calls":false}\n',
    )
  })

  it('preference and completion examples are too', async () => {
    const preference: Example = {
      kind: 'preference',
      messages: [{ role: 'user', content: 'q' }],
      parallelToolCalls: true,
      preferred: { role: 'assistant', content: 'good' },
      nonPreferred: { role: 'assistant', content: 'bad' },
    }
    const first = await encoded(rowsSource('made', [preference]), { to: 'openai-preference', onRejected: 'fail' })
    expect(first.toString()).toBe(
      '{"input":{"messages":[{"role":"user","content":"q"}],"parallel_tool_calls":true},' +
        '"preferred_output":[{"role":"assistant","content":"good"}],"non_preferred_output":[{"role":"assistant","content":"bad"}]}\n',
    )
    const completion: Example = { kind: 'completion', prompt: 'p"', completion: 'c\n' }
    const second = await encoded(rowsSource('made', [completion]), { to: 'prompt-completion', onRejected: 'fail' })
    expect(second.toString()).toBe('{"prompt":"p\\"","completion":"c\\n"}\n')
  })

  it('keep numbers no double can hold, from a decoded row to a written one', async () => {
    const row =
      '{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"y"}],"tools":[{"type":"function",' +
      '"function":{"name":"f","parameters":{"maximum":9007199254740993,"minimum":-0,"step":0.10000000000000000555}}}]}'
    const decoded: Example[] = []
    for await (const { example } of readExamples(source(row))) if (example) decoded.push(example)
    const bytes = await encoded(rowsSource('again', decoded), { to: 'openai-chat', onRejected: 'fail' })
    expect(bytes.toString()).toBe(`${row}\n`)
  })

  it('that are no JSON are an error without their content', async () => {
    const circular: { kind: 'completion'; prompt: string; completion: string; self?: unknown } = {
      kind: 'completion',
      prompt: 'p',
      completion: 'c',
    }
    Object.defineProperty(circular, 'prompt', { enumerable: true, value: 10n })
    const error = await errorOf(
      encoded(rowsSource('made', [circular]), { to: 'prompt-completion', onRejected: 'fail' }),
    )
    expect(error).toMatchObject({ code: 'unreadable', message: 'example 1 of made cannot be written as JSON' })
  })

  it('are judged like rows of a file', async () => {
    const bad: Example = { kind: 'chat', messages: [{ role: 'user', content: 'u' }] }
    const error = await errorOf(encoded(rowsSource('made', [bad]), { to: 'openai-chat', onRejected: 'fail' }))
    expect(error).toMatchObject({ rejection: { line: 1, rule: 'no-target' } })
  })
})

it('a source of bytes can be read again', async () => {
  const from = bytesSource('twice', Buffer.from(CHAT))
  const options = { to: 'openai-chat', onRejected: 'fail' } as const
  expect(await measureEncoding(from, options)).toEqual(await measureEncoding(from, options))
})
