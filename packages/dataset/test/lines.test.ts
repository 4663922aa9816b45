import { describe, expect, it } from 'vitest'
import { checkDataset, DatasetError, type DatasetSource } from '../src/index.ts'
import { check, chunked, encoded, errorOf, source, verdicts } from './support.ts'

const GOOD = '{"prompt":"p","completion":"c"}'
const MULTIBYTE = '{"prompt":"é 日本 \u{1F600}","completion":"ß\u{10FFFF}"}'

function bytes(...parts: readonly (string | readonly number[])[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))
}

describe('lines', () => {
  it('a byte order mark at the start is stripped, one later is not', async () => {
    expect(await verdicts(`\uFEFF${GOOD}\n\uFEFF${GOOD}\n`)).toEqual(['1 ok', '2 invalid-json'])
  })

  it('CRLF ends a line and is no part of it', async () => {
    expect(await verdicts(`${GOOD}\r\n${GOOD}\r\n`)).toEqual(['1 ok', '2 ok'])
  })

  it('blank lines are no rows, keep their number and are counted', async () => {
    const content = `\n${GOOD}\n \t\r\n\n${GOOD}\n   `
    expect(await verdicts(content)).toEqual(['2 ok', '5 ok'])
    expect(await check(content)).toMatchObject({ examples: 2, blankLines: 4 })
  })

  it('a last line without a line feed is a row', async () => {
    expect(await verdicts(`${GOOD}\n${GOOD}`)).toEqual(['1 ok', '2 ok'])
  })

  it('a truncated last line is rejected on its number', async () => {
    expect(await verdicts(`${GOOD}\n${GOOD.slice(0, -3)}`)).toEqual(['1 ok', '2 invalid-json'])
  })

  it('a line of NUL bytes is rejected', async () => {
    expect(await verdicts(bytes(GOOD, '\n', [0, 0, 0], '\n', GOOD))).toEqual(['1 ok', '2 nul-byte', '3 ok'])
  })

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate written in UTF-8', [0xed, 0xa0, 0x80]],
    ['a character cut short', [0xe6, 0x97]],
    ['a byte that never occurs', [0xff]],
  ])('%s rejects its row alone', async (_name, broken) => {
    const content = bytes(MULTIBYTE, '\n{"prompt":"', broken, '","completion":"c"}\n', MULTIBYTE, '\n')
    expect(await verdicts(content)).toEqual(['1 ok', '2 invalid-utf8', '3 ok'])
    const options = { to: 'prompt-completion', onRejected: 'skip' } as const
    expect((await encoded(source(content), options)).toString()).toBe(`${MULTIBYTE}\n${MULTIBYTE}\n`)
  })

  it('one file with everything: each row is judged alone', async () => {
    const chat = '{"messages":[{"role":"user","content":"ü"},{"role":"assistant","content":"ok"}]}'
    const content = bytes(
      [0xef, 0xbb, 0xbf],
      `${chat}\r\n`,
      chat.slice(0, 40),
      [0xff],
      `${chat.slice(40)}\n`,
      '{"tools":[]}\n',
      '\r\n',
      `${chat.slice(0, -1)},"__proto__":{"messages":[]}}\n`,
      `${chat}\n`,
      chat.slice(0, -2),
    )
    const expected = ['1 ok', '2 invalid-utf8', '3 missing-key', '5 forbidden-key', '6 ok', '7 invalid-json']
    expect(await verdicts(content)).toEqual(expected)
    for (const size of [1, 2, 3, 5, 64]) expect(await verdicts(chunked(content, size))).toEqual(expected)
  })
})

describe('D10: chunk borders never touch characters', () => {
  it.each([1, 2, 3, 4, 5, 6, 7])('chunks of %i bytes', async (size) => {
    const content = `\uFEFF${MULTIBYTE}\r\n\n${MULTIBYTE}\n${GOOD}`
    const options = { to: 'prompt-completion', onRejected: 'fail' } as const
    const whole = await encoded(source(content), options)
    expect(whole.toString()).toBe(`${MULTIBYTE}\n${MULTIBYTE}\n${GOOD}\n`)
    expect((await encoded(chunked(content, size), options)).equals(whole)).toBe(true)
    const report = await checkDataset(chunked(content, size))
    expect({ ...report, name: '' }).toEqual({ ...(await check(content)), name: '' })
  })
})

describe('long lines', () => {
  it('are rejected, whether they come in one chunk or many, and the next row is read', async () => {
    const long = `{"prompt":"${'x'.repeat(300)}","completion":"c"}`
    const content = `${GOOD}\n${long}\n${GOOD}\n${long}`
    for (const from of [source(content), chunked(content, 7), chunked(content, 300)]) {
      const report = await checkDataset(from, { maximumLineBytes: 200 })
      expect(report.rejected.first.map(({ line, rule }) => [line, rule])).toEqual([
        [2, 'line-too-long'],
        [4, 'line-too-long'],
      ])
      expect(report.accepted).toBe(2)
    }
  })

  it('do not grow the memory', async () => {
    const chunk = Buffer.alloc(64 * 1024, 0x78)
    const before = process.memoryUsage().arrayBuffers
    let peak = 0
    async function* open() {
      for (let count = 0; count < 1024; count++) {
        yield chunk
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)
      }
      yield Buffer.from(`\n${GOOD}\n`)
    }
    const from: DatasetSource = { name: 'endless.jsonl', open }
    const report = await checkDataset(from, { format: 'prompt-completion', maximumLineBytes: 1024 * 1024 })
    expect(report).toMatchObject({ accepted: 1, bytes: 1024 * 64 * 1024 + GOOD.length + 2 })
    expect(report.rejected.first).toMatchObject([{ line: 1, rule: 'line-too-long' }])
    expect(peak).toBeLessThan(16 * 1024 * 1024)
  })

  it('need a sensible maximum', async () => {
    expect(await errorOf(check(GOOD, { maximumLineBytes: 0 }))).toBeInstanceOf(RangeError)
  })
})

describe('files that are not UTF-8 text', () => {
  it.each([
    ['UTF-16 little endian with a mark', Buffer.from(`\uFEFF${GOOD}`, 'utf16le')],
    ['UTF-16 little endian without a mark', Buffer.from(GOOD, 'utf16le')],
    ['UTF-16 big endian with a mark', Buffer.from(`\uFEFF${GOOD}`, 'utf16le').swap16()],
    ['UTF-16 big endian without a mark', Buffer.from(GOOD, 'utf16le').swap16()],
    [
      'UTF-32 little endian without a mark',
      Buffer.from(Array.from(GOOD, (character) => [character.charCodeAt(0), 0, 0, 0]).flat()),
    ],
    ['zstd', bytes([0x28, 0xb5, 0x2f, 0xfd, 0x04])],
    ['a spreadsheet', bytes('PK', [3, 4, 0x14])],
  ])('%s is one clear error', async (_name, content) => {
    for (const from of [source(content), chunked(content, 1)]) {
      const error = await errorOf(checkDataset(from))
      expect(error).toBeInstanceOf(DatasetError)
      expect(error).toMatchObject({ code: 'encoding', message: expect.stringContaining('not UTF-8') })
    }
  })

  it.each(['', '\n', ' ', '\uFEFF', '{}', '{'])('the short file %j is no such error', async (content) => {
    const report = await check(content, { format: 'openai-chat' })
    expect(report.examples).toBe(content.includes('{') ? 1 : 0)
  })
})
