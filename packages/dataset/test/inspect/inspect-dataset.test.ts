import { describe, expect, it } from 'vitest'
import {
  checkDataset,
  countTokens,
  createScanner,
  inspectDataset,
  rowLimits,
  scanDataset,
  tokenMethod,
  type Limit,
  type Rejection,
} from '../../src/index.ts'
import { chunked, errorOf, source } from '../support.ts'

const tokens = tokenMethod('o200k_base')
const limits: readonly Limit[] = [
  { id: 'forbidden-text', severity: 'error', texts: ['forbidden'] },
  { id: 'last-turn', severity: 'warning', roles: ['assistant'] },
  { id: 'first-turn', severity: 'warning', roles: ['user'] },
]

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
  const check = await checkDataset(source(content), {
    rules: made.rules,
    onRow: scanner.look,
    onRejection: (rejection) => heard.push(rejection),
  })
  const counted = await countTokens(source(content), {
    method: tokens,
    truncatedAt: 60,
    rules: rowLimits(limits).rules,
  })
  return { inspection: { check, warnings: made.warnings(), tokens: counted, scan: scanner.report() }, heard }
}

describe('one reading tells what several tell', () => {
  it.each([0, 1, 2, 3])('with %i workers', { timeout: 60_000 }, async (workers) => {
    const heard: Rejection[] = []
    const options = { limits, tokens, truncatedAt: 60, scan: true, workers }
    const inspection = await inspectDataset(source(content), {
      ...options,
      onRejection: (rejection) => heard.push(rejection),
    })
    const expected = await oneByOne()
    expect(inspection).toEqual(expected.inspection)
    expect(heard).toEqual(expected.heard)
    expect(inspection.check.accepted).toBeGreaterThan(8000)
    expect(inspection.warnings.count).toBeGreaterThan(500)
    expect(inspection.scan?.personal.count).toBeGreaterThan(50)
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

  it('is the source’s error', async () => {
    const open = async function* () {
      yield Buffer.from(`${row(1)}\n`.repeat(30))
      throw new Error('the disk is gone')
    }
    const broken = { name: 'broken', open }
    expect(await errorOf(inspectDataset(broken, { workers: 2 }))).toMatchObject({ message: 'the disk is gone' })
  })
})
