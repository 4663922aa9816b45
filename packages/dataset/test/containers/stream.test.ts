import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { checkDataset, detectFormat, streamSource } from '../../src/index.ts'
import { encoded, errorOf } from '../support.ts'
import { rawRows } from './rows.ts'

const ROW = '{"prompt":"é","completion":"c"}\n'
const MEBIBYTE = 1024 * 1024

/** So many bytes of good rows, in chunks of 64 KiB, whose memory is overwritten each time. */
async function* rowsOf(bytes: number): AsyncGenerator<Uint8Array> {
  const rows = Buffer.from(ROW.repeat(2000))
  const shared = Buffer.alloc(rows.length)
  for (let sent = 0; sent < bytes; sent += rows.length) {
    rows.copy(shared)
    yield shared
    shared.fill(0x58)
  }
}

describe('a stream', () => {
  it('is looked at to tell its format, and then read from its first byte', async () => {
    const content = ROW.repeat(10_000)
    const chunks = Array.from({ length: Math.ceil(content.length / 1000) }, (_, index) =>
      Buffer.from(content.slice(index * 1000, (index + 1) * 1000)),
    )
    const from = streamSource('standard input', Readable.from(chunks))
    const options = { to: 'prompt-completion', onRejected: 'fail' } as const
    expect((await encoded(from, options)).toString()).toBe(content)
  })

  it('is left open by whoever only looks', async () => {
    const stream = Readable.from([Buffer.from(ROW.repeat(20)), Buffer.from(ROW)])
    const from = streamSource('standard input', stream)
    expect(await detectFormat(from)).toBe('prompt-completion')
    expect(stream.destroyed).toBe(false)
    expect(await checkDataset(from)).toMatchObject({ accepted: 21 })
  })

  it.each(['rows', 'rows.gz'])(
    'larger than what is kept is read whole once, and refused a second time: %s',
    async (name) => {
      const bytes = 40 * MEBIBYTE
      async function* zipped() {
        for await (const chunk of rowsOf(bytes)) yield gzipSync(chunk, { level: 0 })
      }
      const from = streamSource('standard input', name === 'rows' ? rowsOf(bytes) : zipped())
      const report = await checkDataset(from)
      expect(report).toMatchObject({ format: 'prompt-completion', rejected: { count: 0 } })
      expect(report.accepted).toBe(2000 * Math.ceil(bytes / (Buffer.byteLength(ROW) * 2000)))
      expect(await errorOf(checkDataset(from))).toMatchObject({
        code: 'unreadable',
        hint: expect.stringContaining('file'),
      })
    },
  )

  it('whose start tells no format is an error, and not read to its end for it', async () => {
    let sent = 0
    async function* open() {
      for (; sent < 1024 * MEBIBYTE; sent += MEBIBYTE) yield Buffer.from(`${'x'.repeat(1023)}\n`.repeat(1024))
    }
    expect(await errorOf(checkDataset(streamSource('standard input', open())))).toMatchObject({
      code: 'unknown-format',
    })
    expect(sent).toBeLessThan(20 * MEBIBYTE)
  })

  it('loses nothing when decompression has asked ahead for bytes that come later', async () => {
    const content = ROW.repeat(50_000)
    const zipped = gzipSync(content, { level: 0 })
    const stream = new Readable({ read() {} })
    const from = streamSource('standard input', stream)
    const cut = 100_000
    stream.push(zipped.subarray(0, cut))
    const looked = detectFormat(from)
    setImmediate(() => {
      stream.push(zipped.subarray(cut))
      stream.push(null)
    })
    expect(await looked).toBe('prompt-completion')
    expect((await encoded(from, { to: 'prompt-completion', onRejected: 'fail' })).toString()).toBe(content)
  })

  it('that fails is an error of ours', async () => {
    async function* open() {
      yield Buffer.from(ROW)
      throw new Error('connection lost')
    }
    expect(await errorOf(checkDataset(streamSource('standard input', open())))).toMatchObject({
      code: 'unreadable',
      message: 'standard input cannot be read',
    })
  })

  it('of Parquet is an error: its index is at its end', async () => {
    const stream = Readable.from([Buffer.from('PAR1....')])
    expect(await errorOf(rawRows(streamSource('standard input', stream)))).toMatchObject({
      code: 'container',
      message: expect.stringContaining('stream'),
    })
  })
})
