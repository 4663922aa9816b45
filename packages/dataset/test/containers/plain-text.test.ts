import { describe, expect, it } from 'vitest'
import { checkDataset, type TextUnit } from '../../src/index.ts'
import { encoded } from '../support.ts'
import { file, inChunks, rawRows } from './rows.ts'

const text = (content: string | Uint8Array, textUnit?: TextUnit) => rawRows(file('book.txt', content, { textUnit }))

describe('plain text', () => {
  const content = '\n  One,\r\ntwo.\r\n \t\r\n\n"Three"\n'

  it('is cut into paragraphs at blank lines; within one, every character stays', async () => {
    const rows = [
      [2, String.raw`{"text":"  One,\r\ntwo."}`],
      [6, String.raw`{"text":"\"Three\""}`],
    ]
    expect(await text(content)).toEqual(rows)
    expect(await text(content, 'paragraph')).toEqual(rows)
  })

  it('is cut into lines', async () => {
    expect(await text(content, 'line')).toEqual([
      [2, '{"text":"  One,"}'],
      [3, '{"text":"two."}'],
      [6, String.raw`{"text":"\"Three\""}`],
    ])
  })

  it('is one document, whole', async () => {
    expect(await text(content, 'document')).toEqual([[1, `{"text":${JSON.stringify(content)}}`]])
  })

  it.each(['paragraph', 'line', 'document'] as const)('of nothing but white space has no rows, by %s', async (unit) => {
    expect(await text('', unit)).toEqual([])
    expect(await text(' \n\t\r\n', unit)).toEqual([])
  })

  it('is known by its name, and by no other start than a brace', async () => {
    expect(await checkDataset(file('book.txt', '[1] See there.\n'))).toMatchObject({
      container: 'text',
      format: 'text',
      accepted: 1,
    })
    expect(await checkDataset(file('rows.txt', '{"prompt":"p","completion":"c"}\n'))).toMatchObject({
      container: 'jsonl',
      format: 'prompt-completion',
    })
  })

  it.each(['paragraph', 'line', 'document'] as const)('rejects by %s what is no text', async (unit) => {
    const broken = Buffer.concat([Buffer.from('a'), Buffer.from([0xff])])
    expect(await text(broken, unit)).toEqual([[1, 'invalid-utf8']])
    expect(await text('a\0b', unit)).toEqual([[1, 'nul-byte']])
    expect(await rawRows(file('b.txt', 'x'.repeat(50), { textUnit: unit }), { maximumLineBytes: 49 })).toEqual([
      [1, 'line-too-long'],
    ])
  })

  it('rejects a paragraph that is too long in all, and reads the next', async () => {
    const from = file('b.txt', `${'xxxx\n'.repeat(20)}\nshort\n`)
    expect(await rawRows(from, { maximumLineBytes: 50 })).toEqual([
      [1, 'line-too-long'],
      [22, '{"text":"short"}'],
    ])
  })
})

describe('D10: plain text', () => {
  const content = '\uFEFFé 日本\n\u{1F600}\r\n\r\nß\n\n\n\u{10FFFF}'

  it.each(['paragraph', 'line', 'document'] as const)(
    'by %s gives the same bytes in chunks of any size',
    async (textUnit) => {
      const from = file('book.txt', content, { textUnit })
      const options = { to: 'text', onRejected: 'fail' } as const
      const whole = await encoded(from, options)
      expect(whole.toString()).toContain('{"text":"é 日本')
      for (const size of [1, 2, 3, 4, 5, 7])
        expect(await encoded(inChunks(from, content, size), options)).toEqual(whole)
    },
  )
})
