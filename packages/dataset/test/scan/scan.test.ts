import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkDataset, createScanner, fileSource, scanDataset, type Detector } from '../../src/index.ts'
import { chunked, errorOf, source } from '../support.ts'
import { INVENTED_SECRETS, inventedSecret } from './invented-secrets.ts'
import { labelled, measure, type Part } from './measure.ts'

const KEY = inventedSecret('openai-project')

function chat(user: string, assistant: string, more: object = {}): string {
  return JSON.stringify({
    messages: [
      { role: 'user', content: user },
      { role: 'assistant', content: assistant },
    ],
    ...more,
  })
}

describe('a scan of a data set', () => {
  it('counts by class, kind and rule, and says lines and fields, never the text', async () => {
    const rows = [
      chat('I am jane.roe@example.org', 'Hello'),
      chat('Hello', 'Hello'),
      chat(`key ${KEY}`, 'mail to bob@example.org and eve@example.org'),
      chat('password: Sommer!2024', 'Changed'),
    ]
    const report = await scanDataset(source(rows.join('\n')))
    expect(report).toEqual({
      rows: 4,
      unreadable: 0,
      secrets: {
        count: 1,
        rows: 1,
        byKind: { 'api-key': 1 },
        byRule: { 'openai-key': 1 },
        first: [{ line: 3, field: 'messages[0].content', kind: 'api-key', rule: 'openai-key' }],
      },
      possibleSecrets: {
        count: 1,
        rows: 1,
        byKind: { password: 1 },
        byRule: { password: 1 },
        first: [{ line: 4, field: 'messages[0].content', kind: 'password', rule: 'password' }],
      },
      personal: {
        count: 3,
        rows: 2,
        byKind: { email: 3 },
        byRule: { email: 3 },
        first: [
          { line: 1, field: 'messages[0].content', kind: 'email', rule: 'email' },
          { line: 3, field: 'messages[1].content', kind: 'email', rule: 'email' },
          { line: 3, field: 'messages[1].content', kind: 'email', rule: 'email' },
        ],
      },
    })
  })

  it('looks into rows of any format, also those that a check rejects, and counts those it cannot look into', async () => {
    const rows = ['{"nobody":"knows jane@example.org"}', 'jane@example.org', '{"a":1,"a":2}', '', '{"prompt":1}']
    const report = await scanDataset(source(rows.join('\n')))
    expect(report).toMatchObject({ rows: 2, unreadable: 2, personal: { count: 1, first: [{ line: 1, field: '*' }] } })
  })

  it('looks into what a tool is called with, into keys that are the user’s own, and into long numbers', async () => {
    const call = (args: string) => ({
      messages: [
        { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: args } }] },
      ],
    })
    const rows = [
      call(String.raw`{"to":"jos\u00e9\u0040example.org","note":"a\njane@example.org"}`),
      call('{"jane@example.org":1}'),
      call('{"card":4111111111111111}'),
      call('{"inner":"{\\"deeper\\":\\"[\\\\\\"jane@example.org\\\\\\"]\\"}"}'),
    ]
    const report = await scanDataset(source(rows.map((row) => JSON.stringify(row)).join('\n')))
    expect(report.personal.byKind).toEqual({ email: 4, card: 1 })
    expect(new Set(report.personal.first.map(({ field }) => field))).toEqual(
      new Set(['messages[0].tool_calls[0].function.arguments']),
    )
  })

  it('sees a value that a later key of the same name shadows inside a tool’s arguments', async () => {
    const row = { prompt: '{"to":"jane@example.org","to":"nobody"}', completion: 'ok' }
    expect((await scanDataset(source(JSON.stringify(row)))).personal.count).toBe(1)
  })

  it('takes a key of the user’s own as a word before its value', async () => {
    const row = { prompt: 'p', completion: 'c', birth_date: '1979-03-04', password: 'Sommer!2024', ssn: '219099999' }
    const report = await scanDataset(source(JSON.stringify(row)))
    expect(report.personal.byKind).toEqual({ 'birth-date': 1, 'national-id': 1 })
    expect(report.possibleSecrets.count).toBe(1)
  })

  it('does not look into images and sounds, in which letters are chance', async () => {
    const image = Buffer.alloc(3000, `${inventedSecret('aws-id')}/`)
      .toString('latin1')
      .replaceAll(/[^A-Za-z0-9/]/g, 'A')
    const row = chat(`data:image/png;base64,${image}`, `${image}=`)
    expect((await scanDataset(source(row))).secrets.count).toBe(0)
    // The same key in a text is one.
    expect((await scanDataset(source(chat(image.slice(0, 21), 'x')))).secrets.count).toBe(1)
  })

  it.each(INVENTED_SECRETS)('says nothing of the secret %s itself', async (name) => {
    const secret = inventedSecret(name)
    const report = await scanDataset(source(chat(`password=${secret}`, secret, { [secret]: secret })))
    const words = JSON.stringify(report)
    for (const line of secret.split('\n').filter((part) => part.length > 12)) expect(words).not.toContain(line)
  })

  it('gives the same report however the source is chunked', async () => {
    const content = `${chat('é jane@example.org', 'ü')}\n${chat('日本', KEY)}\n`
    const whole = await scanDataset(source(content))
    for (const size of [1, 2, 3, 7, 64]) expect(await scanDataset(chunked(content, size))).toEqual(whole)
  })

  it('lists so many, and counts all', async () => {
    const content = Array.from({ length: 30 }, () => chat('jane@example.org', 'x')).join('\n')
    const report = await scanDataset(source(content), { maximumListed: 10 })
    expect([report.personal.count, report.personal.first.length]).toEqual([30, 10])
  })

  it('ends when its signal says so', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    expect(await errorOf(scanDataset(source(chat('a', 'b')), { signal }))).toEqual(new Error('enough'))
  })

  it('may ride on a check, which reads the rows anyway', async () => {
    const content = `${chat('jane@example.org', 'x')}\n{"messages":[]}\nnone\n`
    const scanner = createScanner()
    const report = await checkDataset(source(content), { onRow: scanner.look })
    expect(report).toMatchObject({ accepted: 1, rejected: { count: 2 } })
    expect(scanner.report()).toEqual(await scanDataset(source(content)))
  })
})

describe('detectors of others', () => {
  /** Finds names of a short list, as a model would, and answers later. */
  const names: Detector = {
    id: 'names',
    kinds: ['person'],
    detect: async (text) => {
      await Promise.resolve()
      return [...text.matchAll(/Jane Roe|Hans Muster/g)].map(({ index, 0: name }) => ({
        start: index,
        end: index + name.length,
        kind: 'person',
        rule: 'names',
      }))
    },
  }

  it('are waited for, in the order of the file, and count as personal data', async () => {
    const rows = [chat('I am Jane Roe', 'Hello Jane Roe'), chat('x', 'Hans Muster')]
    const report = await scanDataset(source(rows.join('\n')), { detectors: [names] })
    expect(report.personal).toMatchObject({ count: 3, rows: 2, byKind: { person: 3 } })
    expect(report.personal.first.map(({ line, field }) => `${line} ${field}`)).toEqual([
      '1 messages[0].content',
      '1 messages[1].content',
      '2 messages[1].content',
    ])
  })

  it.each([
    [-1, 3],
    [0, 99],
    [2, 2],
    [0.5, 2],
  ])('that answer with a span from %d to %d, which is not in the text, are named', async (start, end) => {
    const broken: Detector = { id: 'broken', kinds: ['x'], detect: () => [{ start, end, kind: 'x', rule: 'x' }] }
    const error = await errorOf(scanDataset(source('{"prompt":"p","completion":"c"}'), { detectors: [broken] }))
    expect(error).toEqual(new RangeError('the detector broken gave a span that is not in the text'))
  })
})

describe('the labelled set', () => {
  it.each<[Part, number]>([
    ['development', 40],
    ['held-out', 20],
    ['hard', 18],
  ])('%s is labelled in many languages, with look-alikes', (part, lookAlikes) => {
    const texts = labelled(part)
    expect(new Set(texts.map(({ language }) => language)).size).toBeGreaterThanOrEqual(9)
    expect(texts.filter(({ labels }) => labels.length === 0).length).toBeGreaterThanOrEqual(lookAlikes)
    for (const { text } of texts) expect(text).not.toMatch(/\[\[|\]\]|\{\{/)
  })

  it('has 120 spans and 60 look-alikes at least', () => {
    const texts = (['development', 'held-out'] as const).flatMap(labelled)
    expect(texts.flatMap(({ labels }) => labels).length).toBeGreaterThanOrEqual(120)
    expect(texts.filter(({ labels }) => labels.length === 0).length).toBeGreaterThanOrEqual(60)
  })

  // What is published, docs/reference/personal-data.md compares. These are the bounds below which nothing may fall.
  it.each<[Part, number, number]>([
    ['development', 0.95, 0.95],
    ['held-out', 0.9, 0.9],
    ['hard', 0.35, 0.7],
  ])('%s: recall %d and precision %d at least', async (part, recall, precision) => {
    const { all } = await measure(part)
    expect(all.covered / all.labels).toBeGreaterThanOrEqual(recall)
    expect(all.right / all.findings).toBeGreaterThanOrEqual(precision)
  })
})

const DATA = resolve(import.meta.dirname, '../../../../../shared/data')

describe.skipIf(!existsSync(DATA))('real data sets (skipped where the shared data folder is absent)', () => {
  it.each([
    ['gsm8k-chat-train', {}],
    ['stock-toolcall-train', {}],
    ['nova-tooluse-conversation-test', {}],
    ['countdown-rft-train-100', {}],
    // Actors and their birthdays, from an encyclopaedia.
    ['orca-dpo-validation', { 'birth-date': 18 }],
  ])('%s holds no secret; personal data: %o', async (name, byKind) => {
    const report = await scanDataset(fileSource(resolve(DATA, `${name}.jsonl`)))
    expect(report.rows).toBeGreaterThan(50)
    expect([report.secrets.count, report.possibleSecrets.count]).toEqual([0, 0])
    expect(report.personal.byKind).toEqual(byKind)
  })
})
