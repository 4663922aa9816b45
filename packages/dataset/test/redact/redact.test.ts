import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesSource,
  DatasetError,
  redactDataset,
  scanDataset,
  type DatasetSource,
  type RedactOptions,
  type RedactReport,
} from '../../src/index.ts'
import { INVENTED_SECRETS, inventedSecret } from '../scan/invented-secrets.ts'
import { chunked, errorOf, source } from '../support.ts'

async function redacted(
  from: string | DatasetSource,
  options: Partial<RedactOptions> = {},
): Promise<{ readonly text: string; readonly report: RedactReport }> {
  const reports: RedactReport[] = []
  const chunks: Uint8Array[] = []
  const onFinished = (report: RedactReport) => void reports.push(report)
  const rows = redactDataset(typeof from === 'string' ? source(from) : from, {
    onRejected: 'fail',
    ...options,
    onFinished,
  })
  for await (const chunk of rows) chunks.push(chunk)
  const [report] = reports
  if (report === undefined || reports.length !== 1) throw new Error('there is one report')
  return { text: Buffer.concat(chunks).toString(), report }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

describe('redact', () => {
  it('writes the same placeholder for the same value, however it is spelled, and another for another', async () => {
    const rows = [
      '{"prompt":"I am Jane@Example.org, 020 7946 0958","completion":"Hello jane@example.org"}',
      '{"prompt":"bob@example.org, tel. 020-7946-0958","completion":"ok"}',
    ]
    const { text } = await redacted(rows.join('\n'))
    expect(text).toBe(
      '{"prompt":"I am <EMAIL_1>, <PHONE_1>","completion":"Hello <EMAIL_1>"}\n' +
        '{"prompt":"<EMAIL_2>, tel. <PHONE_1>","completion":"ok"}\n',
    )
  })

  it('reports counts, and the digests of both files', async () => {
    const content =
      '{"prompt":"jane@example.org jane@example.org","completion":"219-09-9999"}\n\n{"prompt":"p","completion":"c"}\n'
    const { text, report } = await redacted(content)
    expect(report).toEqual({
      name: 'test.jsonl',
      before: { bytes: Buffer.byteLength(content), sha256: sha256(content) },
      after: { bytes: Buffer.byteLength(text), sha256: sha256(text) },
      rows: 2,
      changedRows: 1,
      skipped: 0,
      replaced: {
        count: 3,
        rows: 1,
        byKind: { email: 2, 'national-id': 1 },
        byRule: { email: 2, 'us-ssn': 1 },
        first: [
          { line: 1, field: 'prompt', kind: 'email', rule: 'email' },
          { line: 1, field: 'prompt', kind: 'email', rule: 'email' },
          { line: 1, field: 'completion', kind: 'national-id', rule: 'us-ssn' },
        ],
      },
      values: 2,
      left: { count: 0, rows: 0, byKind: {}, byRule: {}, first: [] },
    })
  })

  it('keeps every other character of a row: numbers, order of keys, escapes, white space', async () => {
    const row = String.raw`{ "b" : 9007199254740993.0, "a":[-0, 1e400 ,"\u00e9\/"] , "mail" : "jane@example.org","z":null}`
    expect((await redacted(row)).text).toBe(`${row.replace('jane@example.org', '<EMAIL_1>')}\n`)
  })

  it('keeps blank lines, so that the numbers of lines stay', async () => {
    const { text } = await redacted('\n{"a":"b"}\r\n  \n{"a":"jane@example.org"}')
    expect(text).toBe('\n{"a":"b"}\n\n{"a":"<EMAIL_1>"}\n')
  })

  it('leaves a file without a finding as it is, byte for byte', async () => {
    const content = '{"prompt":"日本 \\ud83d\\ude00","completion":"ü"}\n{"prompt":"x","completion":"y"}\n'
    const { text, report } = await redacted(content)
    expect(text).toBe(content)
    expect(report).toMatchObject({ changedRows: 0, after: report.before })
  })

  it('keeps the arguments of a tool call JSON, at any depth, and their numbers as they are', async () => {
    const inner = String.raw`{"to":["jane@example.org"],"n":12345678901234567890,"more":"{\"cc\":\"bob@example.org\\n\"}"}`
    const row = JSON.stringify({
      messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'send', arguments: inner } }] }],
    })
    const { text } = await redacted(row)
    const args: string = JSON.parse(text).messages[0].tool_calls[0].function.arguments
    expect(args).toBe(inner.replace('jane@example.org', '<EMAIL_1>').replace('bob@example.org', '<EMAIL_2>'))
    expect(JSON.parse(JSON.parse(args).more)).toEqual({ cc: '<EMAIL_2>\n' })
  })

  it('changes no escape in JSON that stands inside a text', async () => {
    const quoted = String.raw`He sent {"to":"jane@example.org","text":"a\nbob@example.org\n"} to me`
    const { text } = await redacted(JSON.stringify({ prompt: quoted, completion: 'ok' }))
    expect(JSON.parse(text).prompt).toBe(String.raw`He sent {"to":"<EMAIL_1>","text":"a\n<EMAIL_2>\n"} to me`)
  })

  it('takes out what another value had hidden, too', async () => {
    const { text } = await redacted('{"a":"jane@example.org+1 202 555 0143"}')
    expect(text).toBe('{"a":"<EMAIL_1><PHONE_1>"}\n')
  })

  it('never changes keys and numbers, and says what is left in them', async () => {
    const row = '{"prompt":"p","jane@example.org":1,"card":4111111111111111}'
    const { text, report } = await redacted(row)
    expect(text).toBe(`${row}\n`)
    expect(report.left).toMatchObject({ count: 2, rows: 1, byKind: { email: 1, card: 1 } })
    expect(report.replaced.count).toBe(0)
  })

  it('goes on after the placeholders that the file already has', async () => {
    const { text } = await redacted(
      '{"a":"bob@example.org"}\n{"a":"<EMAIL_7>"}\n{"a":"\\u003cPHONE_2\\u003e +1 202 555 0143"}',
    )
    expect(text).toBe('{"a":"<EMAIL_8>"}\n{"a":"<EMAIL_7>"}\n{"a":"<PHONE_2> <PHONE_3>"}\n')
  })

  it('takes out the kinds or classes that are asked for, and leaves the others', async () => {
    const row = JSON.stringify({ a: `jane@example.org 219-09-9999 ${inventedSecret('github')}` })
    expect((await redacted(row, { kinds: ['email'] })).text).toContain('"<EMAIL_1> 219-09-9999 gh')
    expect((await redacted(row, { kinds: ['secret'] })).text).toContain('jane@example.org 219-09-9999 <API_KEY_1>')
    expect((await redacted(row, { kinds: ['personal'] })).text).toContain('<EMAIL_1> <NATIONAL_ID_1> gh')
    const error = await errorOf(redacted(row, { kinds: ['person'] }))
    expect(error).toBeInstanceOf(RangeError)
  })

  it('uses detectors of others, also those that answer later', async () => {
    const detect = async (text: string) => [{ start: 0, end: text.indexOf(' '), kind: 'person', rule: 'first-word' }]
    const detectors = [{ id: 'first-word', kinds: ['person'], detect }]
    const { text } = await redacted('{"prompt":"Jane said","completion":"Bob and Jane"}', { detectors })
    expect(text).toBe('{"prompt":"<PERSON_1> said","completion":"<PERSON_2> and Jane"}\n')
  })

  it('fails at a row in which nothing can be found, or leaves it out and says so', async () => {
    const content = '{"a":"b"}\njane@example.org\n{"c":"d"}\n'
    const error = await errorOf(redacted(content))
    expect(error).toBeInstanceOf(DatasetError)
    expect(error).toMatchObject({ code: 'row-rejected', rejection: { line: 2, rule: 'invalid-json' } })
    expect(String(error)).not.toContain('jane')
    const lines: number[] = []
    const { text, report } = await redacted(content, { onRejected: 'skip', onSkipped: ({ line }) => lines.push(line) })
    expect([text, lines, report.skipped]).toEqual(['{"a":"b"}\n{"c":"d"}\n', [2], 1])
  })

  it('fails when the source changes between its two readings', async () => {
    let opened = 0
    const changing: DatasetSource = {
      name: 'changing.jsonl',
      open: () => bytesSource('x', Buffer.from(`{"a":"${opened++}"}\n`)).open(),
    }
    expect(await errorOf(redacted(changing))).toMatchObject({ code: 'unreadable' })
  })

  it('ends when its signal says so', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    expect(await errorOf(redacted('{"a":"b"}', { signal }))).toEqual(new Error('enough'))
  })

  it.each(
    INVENTED_SECRETS.filter((name) => !['aws-secret', 'azure-storage', 'password', 'random40', 'hex32'].includes(name)),
  )('takes the secret %s out of texts, tool calls and quoted JSON', async (name) => {
    const secret = inventedSecret(name)
    const values = [secret, `x ${secret} y`, JSON.stringify({ v: secret }), `see ${JSON.stringify({ v: secret })}`]
    const { text, report } = await redacted(values.map((prompt) => JSON.stringify({ prompt })).join('\n'))
    expect(report.changedRows).toBe(values.length)
    for (const part of secret.split(/[^A-Za-z0-9]/).filter((run) => run.length > 12)) expect(text).not.toContain(part)
    expect(new Set(text.match(/<[A-Z_]+_\d+>/g)).size).toBeLessThanOrEqual(2)
    text
      .trimEnd()
      .split('\n')
      .forEach((line) => JSON.parse(line))
  })
})

/** Texts of pieces that matter to redaction, beside any text. */
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'jane@example.org',
      '+1 202 555 0143',
      '4111 1111 1111 1111',
      'DE89 3704 0044 0532 0130 00',
      '219-09-9999',
      '203.0.113.42',
      'born 4 March 1979',
      'password=Sommer!2024',
      '<EMAIL_1>',
      '\\n',
      '"',
      '{',
      '@',
      ' ',
      inventedSecret('jwt'),
      inventedSecret('pem'),
      inventedSecret('github'),
    ),
  },
)
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('').toWellFormed())
const value = fc.oneof(
  text,
  fc.dictionary(text, text, { maxKeys: 3 }).map((inner) => JSON.stringify(inner)),
  fc.array(text, { maxLength: 3 }).map((inner) => JSON.stringify({ inner: JSON.stringify(inner) })),
)
const row = fc
  .dictionary(
    fc.constantFrom('prompt', 'completion', 'note', 'messages', 'password'),
    fc.oneof(value, fc.array(value, { maxLength: 3 })),
    { maxKeys: 4 },
  )
  .map((object) => JSON.stringify(object))

/** The shape of a document: its keys, lists and types, also of documents inside its strings. */
function shapeOf(json: unknown): unknown {
  if (typeof json === 'string') {
    try {
      const inner: unknown = JSON.parse(json)
      return typeof inner === 'object' && inner !== null ? { document: shapeOf(inner) } : 'text'
    } catch {
      return 'text'
    }
  }
  if (Array.isArray(json)) return json.map(shapeOf)
  if (typeof json !== 'object' || json === null) return json
  return Object.entries(json).map(([key, member]) => [key, shapeOf(member)])
}

describe('whatever the rows', () => {
  const rows = fc.array(row, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'))

  it(
    'redacting twice changes nothing, and a scan afterwards finds only what is left',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(rows, async (content) => {
          const once = await redacted(content)
          const twice = await redacted(once.text)
          expect(twice.text).toBe(once.text)
          const after = await scanDataset(source(once.text))
          const found = after.personal.count + after.secrets.count + after.possibleSecrets.count
          expect(found).toBe(once.report.left.count)
          const before = await scanDataset(source(content))
          // One more where a value that was taken out had hidden another.
          expect(once.report.replaced.count + once.report.left.count).toBeGreaterThanOrEqual(
            before.personal.count + before.secrets.count + before.possibleSecrets.count,
          )
        }),
        { numRuns: 400 },
      )
    },
  )

  it('every row stays a document of the same shape, and chunks do not matter', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (content, size) => {
        const { text } = await redacted(content)
        const lines = text.trimEnd().split('\n')
        expect(lines.map((line) => shapeOf(JSON.parse(line)))).toEqual(
          content.split('\n').map((line) => shapeOf(JSON.parse(line))),
        )
        expect((await redacted(chunked(content, size))).text).toBe(text)
      }),
      { numRuns: 400 },
    )
  })
})
