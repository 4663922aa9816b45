import { describe, expect, it } from 'vitest'
import { metricsTable } from '../../src/export/metrics.ts'
import { decodedResult } from '../../src/export/result-file.ts'
import { safeName } from '../../src/export/safe-name.ts'
import { withoutSecrets } from '../../src/export/without-secrets.ts'

describe('a file name made of an id', () => {
  it.each(['file-abc123', 'ftjob-9.x_y', 'run-aaaaaaaaaa', '0'])('is the id where every system can have it: %s', (id) =>
    expect(safeName(id)).toBe(id),
  )

  it.each([
    'ft:gpt-4o-mini-2024-07-18:acme::AbC123',
    'File-AbC',
    '../../etc/passwd',
    String.raw`a\b`,
    'CON',
    'con.jsonl',
    'nul',
    'COM1',
    '.hidden',
    'dots...',
    'with space ',
    'line\nfeed\u0000',
    'arn:aws:bedrock:eu-west-1:1:custom-model/x/y',
    '模型-🙂',
    '...',
    'x'.repeat(400),
    '',
  ])('is legal on every system, and the same each time: %j', (id) => {
    const name = safeName(id)
    expect(name).toMatch(/^[a-z0-9][a-z0-9._-]{0,99}$/)
    expect(name).not.toMatch(/[.-]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/)
    expect(safeName(id)).toBe(name)
  })

  it('tells ids apart that a file system would not', () => {
    const ids = [
      'file-AbC',
      'file-aBc',
      'file-abc',
      'a:b',
      'a/b',
      'a-b',
      'CON',
      'con',
      `${'x'.repeat(90)}1`,
      `${'x'.repeat(90)}2`,
    ]
    expect(new Set(ids.map((id) => safeName(id).toLowerCase())).size).toBe(ids.length)
  })
})

describe('a vendor’s object', () => {
  it('is written without what opens something', () => {
    const kept = { id: 'j', trained_tokens: 7, max_completion_tokens: 9, seed: null, method: { type: 'supervised' } }
    const given = {
      ...kept,
      apiKey: 'k1',
      'api-key': 'k2',
      nested: [{ access_token: 'k3', client_secret: { value: 'k4' }, Authorization: 'Bearer k5' }],
      connectionString: 'k6',
      token: 'k7',
      content: 'https://acme.blob.core.example/c/f.jsonl?sv=1&sig=k8',
      plain: 'https://vendor.example/docs',
    }
    const written = JSON.stringify(withoutSecrets(given))
    expect(written).not.toMatch(/k\d/)
    expect(JSON.parse(written)).toMatchObject({
      ...kept,
      apiKey: '(left out)',
      content: 'https://acme.blob.core.example/c/f.jsonl?(left out)',
      plain: given.plain,
    })
  })

  it('keeps its dates', () => {
    expect(withoutSecrets({ at: new Date(0) })).toEqual({ at: new Date(0) })
  })
})

describe('a result file', () => {
  const TABLE = 'step,train_loss\r\n1,0.5\r\n'

  async function written(...served: readonly (string | Buffer)[]) {
    const { chunks, ...facts } = await decodedResult(
      (async function* () {
        for (const chunk of served) yield Buffer.from(chunk)
      })(),
    )
    const parts: Uint8Array[] = []
    for await (const chunk of chunks) parts.push(chunk)
    return { ...facts, bytes: Buffer.concat(parts) }
  }

  it('that is a table is copied byte for byte', async () => {
    expect(await written('step,tra', 'in_loss\r\n1,0.5\r\n')).toEqual({ ending: '.csv', bytes: Buffer.from(TABLE) })
  })

  it('that is served in base64 is written decoded, and that is told', async () => {
    const base64 = Buffer.from(TABLE).toString('base64')
    expect(await written(base64.slice(0, 7), base64.slice(7))).toEqual({
      ending: '.csv',
      servedAs: 'base64',
      bytes: Buffer.from(TABLE),
    })
  })

  it.each([Buffer.from([0, 255, 10, 44]), Buffer.from('{"a":1}'), Buffer.from('word'), Buffer.alloc(0)])(
    'that is anything else is copied byte for byte',
    async (bytes) => expect(await written(bytes)).toEqual({ ending: '.bin', bytes }),
  )

  it('that is very large passes through', async () => {
    const chunk = Buffer.alloc(9 * 1024 * 1024, 'A')
    const { bytes, ending } = await written(chunk, chunk, chunk, chunk, Buffer.from('end'))
    expect([bytes.byteLength, ending]).toEqual([4 * chunk.byteLength + 3, '.bin'])
    expect(bytes.subarray(-3).toString()).toBe('end')
  })
})

describe('the table of metrics', () => {
  it('has a column for every metric that was told, and a row each time', () => {
    const at = new Date('2026-11-25T00:00:00Z')
    const table = metricsTable([
      { id: '1', at, type: 'metrics', step: 1, totalSteps: 2, values: { loss: 0.5 } },
      { id: '2', at, type: 'metrics', step: 2, values: { 'odd,"name"': 1, loss: 0.25 } },
    ])
    expect(table).toBe(
      'step,at,totalSteps,loss,"odd,""name"""\r\n1,2026-11-25T00:00:00.000Z,2,0.5,\r\n2,2026-11-25T00:00:00.000Z,,0.25,1\r\n',
    )
    expect(metricsTable([])).toBe('step,at,totalSteps\r\n')
  })
})
