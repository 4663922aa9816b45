import { describe, expect, it } from 'vitest'
import {
  checkDataset,
  countTokens,
  createScanner,
  inspectDataset,
  rowLimits,
  scanDataset,
  tokenMethod,
  writableAs,
  type Limit,
  type Rejection,
} from '../../src/index.ts'
import { chunked, errorOf, source } from '../support.ts'

const BEDROCK = 'bedrock-conversation-2024'
const tokens = tokenMethod('o200k_base')
const limits: readonly Limit[] = [
  { id: 'forbidden-text', severity: 'error', texts: ['forbidden'] },
  { id: 'last-turn', severity: 'warning', roles: ['assistant'] },
  { id: 'first-turn', severity: 'warning', roles: ['user'] },
]

/** One of its kind is one image in one example. */
const withImage = JSON.stringify({
  messages: [
    { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] },
    { role: 'assistant', content: 'a picture' },
  ],
})

/** Bedrock's rows have no place for a name. */
const withName = JSON.stringify({
  messages: [
    { role: 'user', name: 'jane', content: 'who am I' },
    { role: 'assistant', content: 'Jane' },
  ],
})

function row(index: number): string {
  const say = (content: string) =>
    JSON.stringify({
      messages: [
        { role: index % 11 === 0 ? 'assistant' : 'user', content },
        { role: 'assistant', content: `answer ${index} ${'word '.repeat(index % 90)}` },
      ],
    })
  if (index % 401 === 0) return ''
  if (index % 307 === 0) return '{"messages":['
  if (index % 211 === 0) return say('this is forbidden')
  if (index % 149 === 0) return withImage
  if (index % 157 === 0) return withName
  if (index % 101 === 0) return say(`write to person${index}@example.org`)
  return say(`question ${index} é 日本`)
}

/** Several packs: 9,000 rows of 400 bytes are 3 megabytes and more; one row is longer than a pack. */
const rows = [
  ...Array.from({ length: 9000 }, (_, index) => row(index)),
  `{"prompt":"${'long '.repeat(300_000)}"}`,
  '\uFFFD',
]
const content = Buffer.concat([Buffer.from(rows.join('\n')), Buffer.from([0xff, 0x0a])])

async function oneByOne() {
  const made = rowLimits(limits)
  const scanner = createScanner()
  const heard: Rejection[] = []
  const totals = { bytes: 0, imageExamples: 0 }
  const written = writableAs(BEDROCK, ({ bytes }) => {
    totals.bytes += bytes
  })
  const check = await checkDataset(source(content), {
    rules: [...made.rules, written],
    onRow: scanner.look,
    onRejection: (rejection) => heard.push(rejection),
  })
  const counted = await countTokens(source(content), {
    method: tokens,
    truncatedAt: 60,
    rules: [...rowLimits(limits).rules, writableAs(BEDROCK)],
  })
  totals.imageExamples = check.counts.images
  return { inspection: { check, warnings: made.warnings(), tokens: counted, scan: scanner.report(), totals }, heard }
}

describe('one reading tells what several tell', () => {
  it.each([0, 1, 2, 3])('with %i workers', { timeout: 60_000 }, async (workers) => {
    const heard: Rejection[] = []
    const options = { limits, tokens, truncatedAt: 60, scan: true, totals: { format: BEDROCK }, workers } as const
    const inspection = await inspectDataset(source(content), {
      ...options,
      onRejection: (rejection) => heard.push(rejection),
    })
    const expected = await oneByOne()
    expect(inspection).toEqual(expected.inspection)
    expect(heard).toEqual(expected.heard)
    expect(inspection.check.accepted).toBeGreaterThan(7000)
    expect(inspection.check.rejected.byRule).toMatchObject({ 'forbidden-text': 42, 'not-representable': 57 })
    expect(inspection.totals?.imageExamples).toBe(60)
    expect(inspection.warnings.count).toBeGreaterThan(500)
    expect(inspection.scan?.personal.count).toBeGreaterThan(50)
  })

  it('of rows so short that their rejections are longer', { timeout: 60_000 }, async () => {
    const short = source(`${row(1)}\n`.repeat(25) + '{}\n'.repeat(30_000))
    const lines: number[] = []
    const inspection = await inspectDataset(short, { workers: 2, onRejection: ({ line }) => lines.push(line) })
    expect(inspection).toEqual(await inspectDataset(short))
    expect(lines).toEqual(Array.from({ length: 30_000 }, (_, index) => 26 + index))
  })

  it('in chunks of any size', { timeout: 60_000 }, async () => {
    const few = content.subarray(0, 40_000)
    const expected = await inspectDataset(source(few, 'chunked.jsonl'), { scan: true })
    for (const size of [1, 7, 4096]) {
      expect(await inspectDataset(chunked(few, size), { scan: true, workers: 2 })).toEqual(expected)
    }
  })

  it('leaves out what was not asked for, and knows a file without rows', async () => {
    const inspection = await inspectDataset(source('\n\n'), { workers: 2, tokens, scan: true })
    expect(inspection.check).toMatchObject({ examples: 0, blankLines: 2, bytes: 2 })
    expect(Object.keys(inspection)).toEqual(['check', 'warnings'])
    expect(inspection.check).toEqual(await checkDataset(source('\n\n')))
    const plain = await inspectDataset(source(row(1)))
    expect(Object.keys(plain)).toEqual(['check', 'warnings'])
    const scanned = await inspectDataset(source(row(1)), { scan: true })
    expect(scanned.scan).toEqual(await scanDataset(source(row(1))))
  })
})

describe('an inspection that does not come to its end', () => {
  it('is the signal’s reason when aborted, and ends the workers', { timeout: 60_000 }, async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const seen: number[] = []
    const inspecting = inspectDataset(source(content), {
      tokens,
      workers: 2,
      signal: controller.signal,
      onProgress: ({ lines }) => {
        seen.push(lines)
        controller.abort(reason)
      },
    })
    expect(await errorOf(inspecting)).toBe(reason)
    expect(seen).toHaveLength(1)
  })

  it('is the reason also when aborted before it starts', async () => {
    const signal = AbortSignal.abort(new Error('before'))
    expect(await errorOf(inspectDataset(source(content), { workers: 2, signal }))).toBe(signal.reason)
  })

  it.each([0, 2])('is the source’s error, after all that came before it, with %i workers', async (workers) => {
    const open = async function* () {
      yield Buffer.from(`${row(1)}\n`.repeat(30))
      yield Buffer.from('{}\nno row\n{}')
      throw new Error('the disk is gone')
    }
    const heard: string[] = []
    const inspecting = inspectDataset(
      { name: 'broken', open },
      { workers, onRejection: ({ line, rule }) => heard.push(`${line} ${rule}`) },
    )
    expect(await errorOf(inspecting)).toMatchObject({ message: 'the disk is gone' })
    expect(heard).toEqual(['31 missing-key', '32 invalid-json'])
  })
})
