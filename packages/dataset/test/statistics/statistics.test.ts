import { describe, expect, it } from 'vitest'
import { bytesSource, measureDatasets, tokenMethod } from '../../src/index.ts'

const EXACT = tokenMethod('o200k_base')

function row(question: string, answer: string, more: object = {}): string {
  const messages = [
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
  ]
  return JSON.stringify({ messages, ...more })
}

function file(...rows: readonly string[]) {
  return bytesSource('rows.jsonl', Buffer.from(`${rows.join('\n')}\n`))
}

describe('the statistics of a dataset', () => {
  it('count rows, turns and repeated rows, whatever their spelling', async () => {
    const spelled = '{ "messages" : [ {"content":"a","role":"user"}, {"role":"assistant","content":"b"} ] }'
    const system = { messages: [{ role: 'system', content: 's' }, ...JSON.parse(row('a', 'b')).messages] }
    const [told] = await measureDatasets([
      file(row('a', 'b'), '{"messages": 1}', row('c', 'd'), spelled, JSON.stringify(system), row('a', 'b')),
    ])
    expect(told).toMatchObject({
      name: 'rows.jsonl',
      format: 'openai-chat',
      examples: 6,
      accepted: 5,
      rejected: 1,
      imageExamples: 0,
      messages: { total: 11, p50: 2, p95: 3, max: 3, maxLine: 5 },
      repeated: {
        rows: 2,
        elsewhere: 0,
        first: [
          { line: 4, of: { dataset: 0, line: 1 } },
          { line: 6, of: { dataset: 0, line: 1 } },
        ],
      },
    })
    expect(told).not.toHaveProperty('tokens')
  })

  it('find the rows of a validation dataset that are in the training dataset too', async () => {
    const training = file(row('a', 'b'), row('c', 'd'))
    const validation = file(row('e', 'f'), row('c', 'd'), row('e', 'f'))
    const [, told] = await measureDatasets([training, validation])
    expect(told?.repeated).toEqual({
      rows: 2,
      elsewhere: 1,
      first: [
        { line: 2, of: { dataset: 0, line: 2 } },
        { line: 3, of: { dataset: 1, line: 1 } },
      ],
    })
  })

  it('count tokens by what they are spent on, and say how', async () => {
    const [told] = await measureDatasets([file(row('tiktoken is great!', '2 + 2 = 4'), row('a', 'b'))], {
      tokens: EXACT,
    })
    // 6 and 7 as OpenAI documents; a letter is a token; two messages of 3, two roles of 1, and 3, twice.
    expect(told?.tokens).toMatchObject({
      method: { kind: 'exact', encoding: 'o200k_base' },
      total: 6 + 7 + 2 + 2 * 11,
      byPart: { user: 7, assistant: 8, 'message-format': 22 },
      unsure: 22,
      attachments: 0,
      max: 24,
      maxLine: 1,
    })
  })

  it('make loud what a vendor cuts without a word', async () => {
    const long = row('a '.repeat(100), 'b')
    const [told] = await measureDatasets([file(row('a', 'b'), long, row('c', 'd'), long)], {
      tokens: EXACT,
      truncatedAt: 60,
    })
    const [{ max = 0 } = {}] = [told?.tokens]
    expect(max).toBeGreaterThan(60)
    expect(told?.tokens?.truncated).toEqual({
      limit: 60,
      rows: 2,
      tokens: 2 * (max - 60),
      sureTokens: 2 * (max - 11 - 60),
      lines: [2, 4],
    })
  })

  it('are the same whatever the number of workers', { timeout: 60_000 }, async () => {
    const image = [{ type: 'image_url', image_url: { url: 'https://example.org/a.png' } }]
    const rows = Array.from({ length: 20_000 }, (_, index) => {
      if (index % 101 === 0) return '{"messages":['
      if (index % 103 === 0)
        return JSON.stringify({
          messages: [
            { role: 'user', content: image },
            { role: 'assistant', content: 'b' },
          ],
        })
      return row(`question ${index % 7000}`, 'word '.repeat(index % 40) + index)
    })
    const files = [file(...rows), file(...rows.slice(500), '', row('only', 'here'))]
    const options = {
      tokens: EXACT,
      truncatedAt: 40,
      limits: [{ id: 'forbidden-text', severity: 'error', texts: ['question 77 '] }],
    } as const
    const told = await measureDatasets(files, options)
    expect(told).toMatchObject([
      { imageExamples: 193, tokens: { truncated: { limit: 40 } } },
      { repeated: { elsewhere: expect.any(Number) } },
    ])
    expect(await measureDatasets(files, { ...options, workers: 2 })).toEqual(told)
  })

  it('hold no row content', async () => {
    const secret = 'kittens-and-passwords'
    const [told] = await measureDatasets([file(row(secret, secret), row(secret, secret), `{"${secret}": 1}`)], {
      tokens: EXACT,
      truncatedAt: 1,
    })
    expect(JSON.stringify(told)).not.toContain(secret)
  })

  it('of an empty file are zeros, and reading is told and can be stopped', async () => {
    const [told] = await measureDatasets([file()], { tokens: EXACT })
    expect(told).toMatchObject({ examples: 0, messages: { total: 0, histogram: [] }, tokens: { total: 0 } })
    const seen: number[] = []
    await measureDatasets([file(row('a', 'b')), file(row('c', 'd'))], { onProgress: ({ rows }) => seen.push(rows) })
    expect(seen).toEqual([1, 2])
    await expect(measureDatasets([file(row('a', 'b'))], { signal: AbortSignal.abort('stop') })).rejects.toBe('stop')
  })
})
