import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { checkDataset, type DatasetSource } from '../../src/index.ts'
import { encoded, errorOf, verdicts } from '../support.ts'
import { cutAt, file, inChunks } from './rows.ts'

const ROW = '{"prompt":"é 日本 \u{1F600}","completion":"ß"}\n'
const ONE = gzipSync(ROW)
const ZEROS = Buffer.alloc(5)
const zipped = (...parts: readonly Uint8Array[]) => file('rows.jsonl.gz', Buffer.concat(parts))

describe('gzip', () => {
  it('is read as what it compresses; size and digest are those of the file', async () => {
    // `printf '{"prompt":"p","completion":"c"}\n' | gzip -n`, made elsewhere than here.
    const bytes = Buffer.from('H4sIAAAAAAAAA6tWKijKzy0oUbJSKlDSUUoGsnNSSzLz84ACyUq1XADQtd8/IAAAAA==', 'base64')
    expect(await checkDataset(file('rows.gz', bytes))).toMatchObject({
      container: 'jsonl',
      accepted: 1,
      bytes: bytes.length,
      sha256: '8ee782bce0d2c096dfbd25c825277101b46ddc5b2172996239e7845d57338553',
    })
  })

  it.each([
    ['rows.csv.gz', 'prompt,completion\nx,y\n', 'csv'],
    ['rows.tsv.gz', 'prompt\tcompletion\nx\ty\n', 'tsv'],
    ['rows.json.gz', '[{"prompt":"x","completion":"y"}]', 'json'],
    ['rows', '\uFEFF [{"prompt":"x","completion":"y"}]', 'json'],
  ])('%s holds what its name without .gz or its first byte says', async (name, content, container) => {
    expect(await checkDataset(file(name, gzipSync(content)))).toMatchObject({ container, accepted: 1 })
  })

  it('of several members, one after the other, is read whole', async () => {
    expect(await verdicts(zipped(ONE, ONE, gzipSync(''), ONE))).toEqual(['1 ok', '2 ok', '3 ok'])
  })

  it('may be padded with zeros at its end', async () => {
    expect(await verdicts(zipped(ONE, ZEROS))).toEqual(['1 ok'])
  })

  it.each([
    ['other bytes', [ONE, Buffer.from('xyz')]],
    ['a member behind zeros', [ONE, ZEROS, ONE]],
    ['half a header', [ONE, ONE.subarray(0, 1)]],
  ])('that goes on with %s is an error, wherever the chunks end', async (_what, parts) => {
    const content = Buffer.concat(parts)
    const from = file('rows.jsonl.gz', content)
    for (const each of [from, ...[1, 3, 7, ONE.length].map((size) => inChunks(from, content, size))]) {
      expect(await errorOf(checkDataset(each))).toMatchObject({ code: 'container', hint: expect.any(String) })
    }
  })

  it('cut short anywhere is an error, and never fewer rows', async () => {
    for (let length = 2; length < ONE.length; length++) {
      const error = await errorOf(checkDataset(zipped(ONE.subarray(0, length))))
      expect(error).toMatchObject({ code: 'container', message: 'rows.jsonl.gz ends before its compressed data does' })
    }
  })

  it('that is damaged is an error', async () => {
    const damaged = Buffer.from(ONE)
    damaged[ONE.length - 6]! ^= 1
    expect(await errorOf(checkDataset(zipped(damaged)))).toMatchObject({
      code: 'container',
      message: expect.stringContaining('damaged'),
    })
  })

  it('within gzip is an error', async () => {
    expect(await errorOf(checkDataset(zipped(gzipSync(ONE))))).toMatchObject({
      code: 'container',
      message: expect.stringContaining('twice'),
    })
  })

  it('passes on what its source throws', async () => {
    const reason = new Error('the disk is gone')
    async function* open() {
      yield ONE.subarray(0, 15)
      throw reason
    }
    expect(await errorOf(checkDataset({ name: 'rows.gz', open }, { format: 'prompt-completion' }))).toBe(reason)
  })

  it('that unpacks to a thousand times its size is read in little memory, and closed when it is left', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024, 0x78), { level: 1 })
    let open = 0
    const from: DatasetSource = {
      name: 'bomb.jsonl.gz',
      async *open() {
        open++
        try {
          yield bomb
        } finally {
          open--
        }
      },
    }
    const before = process.memoryUsage().arrayBuffers
    let peak = 0
    const onProgress = () => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)
    }
    const options = { format: 'prompt-completion', maximumLineBytes: 1024 * 1024, onProgress } as const
    expect(await checkDataset(from, options)).toMatchObject({ rejected: { byRule: { 'line-too-long': 1 } } })
    expect(peak).toBeLessThan(64 * 1024 * 1024)
    expect(open).toBe(0)
  })
})

describe('D10: gzip', () => {
  it('cut in two at every byte gives the same bytes', async () => {
    const content = Buffer.concat([ONE, ONE])
    const from = file('rows.jsonl.gz', content)
    const options = { to: 'prompt-completion', onRejected: 'fail' } as const
    for (let at = 0; at <= content.length; at++) {
      expect((await encoded(cutAt(from, content, at), options)).toString()).toBe(ROW + ROW)
    }
    expect((await encoded(inChunks(from, content, 1), options)).toString()).toBe(ROW + ROW)
  })
})
