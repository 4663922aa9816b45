import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Example, ManifestHeader } from '../../src/index.ts'
import { keyName, manifestHash, readManifestHeader, readManifestRows, rowHash, writeManifest } from '../../src/index.ts'
import { chunked, errorOf } from '../support.ts'

const KEY = Buffer.from('a key')
const ABOUT = {
  dataset: { format: 'openai-chat', bytes: 10, rows: 3, sha256: 'ab'.repeat(32) },
  sources: [{ name: 'train.jsonl', path: '/data/train.jsonl' }, { name: 'rows in memory' }],
} as const satisfies Omit<ManifestHeader, 'format' | 'rowHash' | 'key'>

const example = (completion: string): Example => ({ kind: 'completion', prompt: 'secret-prompt', completion })

function manifest(key?: Uint8Array): Buffer {
  const writer = writeManifest(ABOUT, key)
  writer.add(example('a'), 0, 1)
  const first = writer.take()
  writer.add(example('b'), 1, 2 ** 40)
  writer.add(example('a'), 0, 7)
  return Buffer.concat([first, writer.finish()])
}

async function rowsOf(bytes: Buffer, chunk = bytes.length): Promise<[string, number, number][]> {
  const rows: [string, number, number][] = []
  await readManifestRows(chunked(bytes, chunk).open(), (...row) => void rows.push(row))
  return rows
}

describe('a manifest', () => {
  it('is laid out as documented', () => {
    const header =
      `{"format":"anytune-lineage-1","rowHash":"anytune-row-1","dataset":{"format":"openai-chat","bytes":10,"rows":3,"sha256":"${'ab'.repeat(32)}"},` +
      '"sources":[{"name":"train.jsonl","path":"/data/train.jsonl"},{"name":"rows in memory"}]}\n'
    const hash = (completion: string) => rowHash(example(completion)).toString('hex').slice(0, 32)
    const rows = `${hash('a')}0000010000000000${hash('b')}0100000000000001${hash('a')}0000070000000000`
    const body = Buffer.concat([Buffer.from(header), Buffer.from(rows, 'hex')])
    const digest = createHash('sha256').update(body).digest()
    expect(manifest()).toEqual(Buffer.concat([body, digest]))
  })

  it.each([1, 5, 24, 31, 1000])('is read back, in chunks of %i bytes', async (size) => {
    const bytes = manifest(KEY)
    expect(await readManifestHeader(chunked(bytes, size).open())).toMatchObject({ ...ABOUT, key: keyName(KEY) })
    expect(await rowsOf(bytes, size)).toEqual([
      [manifestHash(example('a'), KEY), 0, 1],
      [manifestHash(example('b'), KEY), 1, 2 ** 40],
      [manifestHash(example('a'), KEY), 0, 7],
    ])
  })

  it('holds nothing of what rows say, and nothing of the key', () => {
    const bytes = manifest(KEY)
    expect(bytes.includes('secret-prompt')).toBe(false)
    expect(bytes.includes(KEY)).toBe(false)
    expect(manifestHash(example('a'), KEY)).not.toBe(manifestHash(example('a'), undefined))
  })

  it('of no rows is whole', async () => {
    expect(await rowsOf(writeManifest(ABOUT, undefined).finish())).toEqual([])
  })

  it('cut off anywhere is no manifest', async () => {
    const bytes = manifest()
    for (let length = 0; length < bytes.length; length++)
      expect(await errorOf(rowsOf(bytes.subarray(0, length), 64))).toMatchObject({ code: 'unreadable' })
  })

  it('with any bit changed is no manifest', async () => {
    const bytes = manifest()
    for (let at = 0; at < bytes.length; at += 3) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(await errorOf(rowsOf(changed))).toMatchObject({ code: 'unreadable' })
    }
  })

  it.each([
    ['{}\n'],
    ['not json\n'],
    ['null\n'],
    ['no line end'],
    [manifest().toString('latin1').replace('lineage-1', 'lineage-9')],
  ])('what is none is said', async (text) => {
    const bytes = Buffer.from(text, 'latin1')
    expect(await errorOf(readManifestHeader(chunked(bytes, 100).open()))).toMatchObject({ code: 'unreadable' })
  })
})
