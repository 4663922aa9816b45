import { bytesSource, checkDataset, encodeDataset, readExamples } from '../src/index.ts'
import type { CheckOptions, CheckReport, DatasetSource, EncodeOptions, FormatId, Rejection } from '../src/index.ts'

/** A source over text or bytes. */
export function source(content: string | Uint8Array, name = 'test.jsonl'): DatasetSource {
  return bytesSource(name, typeof content === 'string' ? Buffer.from(content) : content)
}

/** The same bytes in chunks of a fixed size, each in memory that is overwritten before the next one. */
export function chunked(content: string | Uint8Array, size: number): DatasetSource {
  const bytes = Buffer.from(content)
  async function* open() {
    const shared = Buffer.alloc(size)
    for (let start = 0; start < bytes.length; start += size) {
      shared.fill(0x58)
      const length = bytes.copy(shared, 0, start, start + size)
      yield shared.subarray(0, length)
    }
  }
  return { name: 'chunked.jsonl', open }
}

/** Checks text in one call. */
export function check(content: string | Uint8Array, options: CheckOptions = {}): Promise<CheckReport> {
  return checkDataset(source(content), options)
}

/** What becomes of each row: the rule against it or `ok`. */
export async function verdicts(content: string | Uint8Array | DatasetSource, format?: FormatId): Promise<string[]> {
  const from = typeof content === 'string' || content instanceof Uint8Array ? source(content) : content
  const seen: string[] = []
  for await (const row of readExamples(from, { format })) seen.push(`${row.line} ${row.rejection?.rule ?? 'ok'}`)
  return seen
}

/** The rejection of a single row. */
export async function rejectionOf(row: string, format: FormatId): Promise<Rejection | undefined> {
  for await (const seen of readExamples(source(row), { format })) return seen.rejection
  throw new Error('the text holds no row')
}

/** Everything an encoding yields, as bytes. */
export async function encoded(from: DatasetSource, options: EncodeOptions): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of encodeDataset(from, options)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The error a promise rejects with; fails the test when it does not. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
