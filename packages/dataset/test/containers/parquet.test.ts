import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { checkDataset, DatasetError, fileSource } from '../../src/index.ts'
import { encoded, errorOf, verdicts } from '../support.ts'
import { file, rawRows } from './rows.ts'

type Written = Parameters<typeof parquetWriteBuffer>[0]

const parquet = (options: Written) => Buffer.from(parquetWriteBuffer(options))
const flat = (columns: Readonly<Record<string, readonly unknown[]>>) =>
  parquet({ columnData: Object.entries(columns).map(([name, data]) => ({ name, data: [...data] })) })
const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name))
const read = (bytes: Uint8Array) => rawRows(file('rows.parquet', bytes))

describe('Parquet', () => {
  it('gives each row as an object, numbered by its place', async () => {
    const rows = { prompt: ['é 日本 \u{1F600}', '', 'line\n"end"'], completion: ['4', 'x', '\\'] }
    const from = file('rows', flat(rows))
    expect(await rawRows(from)).toEqual([
      [1, '{"prompt":"é 日本 \u{1F600}","completion":"4"}'],
      [2, '{"prompt":"","completion":"x"}'],
      [3, String.raw`{"prompt":"line\n\"end\"","completion":"\\"}`],
    ])
    expect(await checkDataset(from)).toMatchObject({ container: 'parquet', format: 'prompt-completion', accepted: 3 })
  })

  it('keeps numbers exact, and a null is an absent key', async () => {
    const schema = [
      { name: 'root', num_children: 4 },
      { name: 'large', type: 'INT64' as const, repetition_type: 'OPTIONAL' as const },
      { name: 'real', type: 'DOUBLE' as const, repetition_type: 'OPTIONAL' as const },
      { name: 'yes', type: 'BOOLEAN' as const, repetition_type: 'OPTIONAL' as const },
      {
        name: 'json',
        type: 'BYTE_ARRAY' as const,
        converted_type: 'JSON' as const,
        repetition_type: 'OPTIONAL' as const,
      },
    ]
    const columnData = [
      { name: 'large', data: [9007199254740993n, -1n, undefined, undefined, undefined] },
      { name: 'real', data: [0.1, -0, 1e300, NaN, Infinity] },
      { name: 'yes', data: [true, false, undefined, true, true] },
      { name: 'json', data: [{ a: [1, null] }, undefined, undefined, undefined, undefined] },
    ]
    expect(await read(parquet({ columnData, schema }))).toEqual([
      [1, '{"large":9007199254740993,"real":0.1,"yes":true,"json":{"a":[1,null]}}'],
      [2, '{"large":-1,"real":-0,"yes":false}'],
      [3, '{"real":1e+300}'],
      [4, 'not-json'],
      [5, 'not-json'],
    ])
  })

  it('rejects a row whose text is no text, and no other', async () => {
    const data = [Buffer.from('é'), Buffer.from([0xff]), Buffer.from('a\0'), Buffer.from('b')]
    const bytes = parquet({ columnData: [{ name: 'text', data, type: 'BYTE_ARRAY' }] })
    expect(await read(bytes)).toEqual([
      [1, '{"text":"é"}'],
      [2, 'invalid-utf8'],
      [3, 'nul-byte'],
      [4, '{"text":"b"}'],
    ])
  })

  it('rejects a row longer than the maximum', async () => {
    const from = file('rows.parquet', flat({ text: ['x'.repeat(50), 'y'] }))
    expect(await rawRows(from, { maximumLineBytes: 50 })).toEqual([
      [1, 'line-too-long'],
      [2, '{"text":"y"}'],
    ])
  })

  it('reads the columns that a mapping names, and those alone', async () => {
    const when = [new Date(0), new Date(1)]
    const bytes = flat({ when, q: ['a', 'b'], a: ['c', 'd'] })
    const fields = { prompt: 'q', completion: 'a' }
    expect(await rawRows(file('rows.parquet', bytes, { fields }))).toEqual([
      [1, '{"prompt":"a","completion":"c"}'],
      [2, '{"prompt":"b","completion":"d"}'],
    ])
    expect(await errorOf(read(bytes))).toMatchObject({
      code: 'container',
      message: 'column 1 of rows.parquet holds TIMESTAMP_MILLIS, for which JSON has no exact word',
    })
    expect(await errorOf(rawRows(file('rows.parquet', bytes, { fields: { prompt: 'Q' } })))).toMatchObject({
      message: 'rows.parquet has no field "Q", which is mapped to prompt',
    })
  })

  it.each([
    ['no compression', 'UNCOMPRESSED', (bytes: Uint8Array) => bytes],
    ['Snappy', 'SNAPPY', undefined],
    ['gzip', 'GZIP', gzipSync],
    ['Zstandard', 'ZSTD', zstdCompressSync],
  ] as const)('is read with %s, in many groups of rows', async (_what, codec, compress) => {
    const text = Array.from({ length: 3000 }, (_, index) => `row ${index} é`)
    const options = { columnData: [{ name: 'text', data: text }], codec, rowGroupSize: 700 }
    const rows = await read(parquet({ ...options, ...(compress && { compressors: { [codec]: compress } }) }))
    expect(rows).toEqual(text.map((each, index) => [index + 1, `{"text":"${each}"}`]))
  })

  it('from a file has the size and digest of the file', async () => {
    const bytes = flat({ prompt: ['p'], completion: ['c'] })
    const folder = await mkdtemp(join(tmpdir(), 'anytune-parquet-'))
    try {
      await writeFile(join(folder, 'rows.parquet'), bytes)
      const report = await checkDataset(fileSource(join(folder, 'rows.parquet')))
      expect(report).toMatchObject({ accepted: 1, bytes: bytes.length })
      expect(report.sha256).toBe((await checkDataset(file('rows.parquet', bytes))).sha256)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('has rows of a format, with conversations as JSON text', async () => {
    const chat = '[{"role":"user","content":"u"},\n{"role":"assistant","content":"a"}]'
    const from = file('rows.parquet', flat({ chat: [chat, 'no json'] }), { fields: { messages: 'chat' } })
    expect(await verdicts(from, 'openai-chat')).toEqual(['1 ok', '2 invalid-json'])
    const options = { from: 'openai-chat', to: 'openai-chat', onRejected: 'skip' } as const
    expect((await encoded(from, options)).toString()).toBe(`{"messages":${chat.replace('\n', ' ')}}\n`)
  })
})

describe('Parquet of other writers', () => {
  it('Arrow: lists', async () => {
    expect(await read(fixture('list_columns.parquet'))).toEqual([
      [1, '{"int64_list":[1,2,3],"utf8_list":["abc","efg","hij"]}'],
      [2, '{"int64_list":[null,1]}'],
      [3, '{"int64_list":[4],"utf8_list":["efg",null,"hij","xyz"]}'],
    ])
  })

  it('Spark: lists of lists, pages of the second version', async () => {
    expect((await read(fixture('nested_lists.snappy.parquet')))[0]).toEqual([
      1,
      '{"a":[[["a","b"],["c"]],[null,["d"]]],"b":1}',
    ])
    expect((await read(fixture('datapage_v2.snappy.parquet'))).map(([, text]) => text)).toEqual([
      '{"a":"abc","b":1,"c":2,"d":true,"e":[1,2,3]}',
      '{"a":"abc","b":2,"c":3,"d":true}',
      '{"a":"abc","b":3,"c":4,"d":true}',
      '{"b":4,"c":5,"d":false,"e":[1,2,3]}',
      '{"a":"abc","b":5,"c":2,"d":true,"e":[1,2]}',
    ])
  })

  it('parquet-mr: pages of several gzip members', async () => {
    const rows = await read(fixture('concatenated_gzip_members.parquet'))
    expect(rows).toEqual(Array.from({ length: 513 }, (_, index) => [index + 1, `{"long_col":${index + 1}}`]))
  })

  it('Arrow: texts with a bloom filter', async () => {
    const texts = (await read(fixture('data_index_bloom_encoding_stats.parquet'))).map(([, text]) => text)
    expect(texts.slice(0, 3)).toEqual(['{"String":"Hello"}', '{"String":"This is"}', '{"String":"a"}'])
    expect(texts).toHaveLength(14)
  })

  it.each([
    ['int32_decimal.parquet', 'holds DECIMAL'],
    ['int96_from_spark.parquet', 'holds INT96'],
    ['lz4_raw_compressed.parquet', 'LZ4'],
    ['large_string_map.brotli.parquet', 'more than 1 GiB'],
  ])('%s is refused with a reason', async (name, reason) => {
    expect(await errorOf(rawRows(file(name, fixture(name))))).toMatchObject({
      code: 'container',
      message: expect.stringContaining(reason),
      hint: expect.any(String),
    })
  })
})

describe('what is no Parquet', () => {
  const whole = flat({ text: ['a', 'b'] })

  it('is an error when it is cut short anywhere', async () => {
    for (const length of [4, 5, 8, 12, whole.length >> 1, whole.length - 1]) {
      expect(await errorOf(read(whole.subarray(0, length)))).toMatchObject({ code: 'container' })
    }
  })

  it('is an error under its name, or when it is asked for', async () => {
    expect(await errorOf(read(Buffer.from('{"text":"a"}\n')))).toMatchObject({ code: 'container' })
    const named = file('rows.jsonl', '{"text":"a"}\n', { container: 'parquet' })
    expect(await errorOf(rawRows(named))).toMatchObject({ code: 'container' })
  })

  it('says what to do when it is compressed', async () => {
    expect(await errorOf(rawRows(file('rows.parquet.gz', gzipSync(whole))))).toMatchObject({
      code: 'container',
      message: expect.stringContaining('within gzip'),
    })
  })

  it('can be stopped, also where its damage would keep the reader busy for ever', async () => {
    // Found by changing bytes at random: a count of values that no page holds.
    const damaged = fixture('concatenated_gzip_members.parquet')
    damaged[537] = 17
    damaged[20] = 200
    const reason = new Error('changed my mind')
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 300)
    expect(await errorOf(rawRows(file('rows.parquet', damaged), { signal: controller.signal }))).toBe(reason)
  })

  it('is rows or an error, and never the end of the process, whatever bytes are changed', async () => {
    const names = ['list_columns.parquet', 'datapage_v2.snappy.parquet', 'nested_lists.snappy.parquet']
    for (let turn = 0; turn < 24; turn++) {
      const bytes = fixture(names[turn % names.length]!)
      for (let change = 0; change < 3; change++) {
        bytes[4 + ((turn * 7919 + change * 104_729) % (bytes.length - 8))]! ^= 1 << ((turn + change) % 8)
      }
      const signal = AbortSignal.timeout(2000)
      const outcome = await rawRows(file('rows.parquet', bytes), { signal }).catch((error: unknown) => error)
      const known = Array.isArray(outcome) || outcome === signal.reason || outcome instanceof DatasetError
      expect(known).toBe(true)
    }
  }, 120_000)
})
