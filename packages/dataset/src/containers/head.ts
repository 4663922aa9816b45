import { DatasetError } from '../dataset-error.ts'
import type { ContainerId } from './container.ts'
import { isWhiteSpace } from './line.ts'

/** So many bytes of white space are looked past for the first that tells something. */
const HEAD_BYTES = 64 * 1024
/** The longest mark that is looked for. */
const MARK_BYTES = 4

/** The first bytes, enough to tell what they are; they may arrive one by one. A copy: the source may use its chunk again. */
export async function readHead(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0)
  while (head.length < MARK_BYTES || (head.length < HEAD_BYTES && firstByte(head) === undefined)) {
    const next = await chunks.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  return head
}

/** The head again, and what comes after it. */
export async function* withHead(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

/** True for the first bytes of a gzip file. */
export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/** True for the first bytes of a Parquet file. */
export function isParquet(head: Buffer): boolean {
  return head.toString('latin1', 0, 4) === 'PAR1'
}

const BY_ENDING: ReadonlyMap<string, ContainerId> = new Map([
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['tab', 'tsv'],
  ['parquet', 'parquet'],
  ['txt', 'text'],
  ['text', 'text'],
  ['md', 'text'],
])

const OPENING_BRACE = 0x7b
const OPENING_BRACKET = 0x5b

/** What a file of this name that starts like this holds; a name that says nothing leaves it to the first byte. */
export function detectContainer(name: string, head: Buffer): ContainerId {
  if (isParquet(head)) return 'parquet'
  const first = firstByte(head)
  const named = BY_ENDING.get(endingOf(name))
  // Rows are often saved as .txt, and no prose starts with a brace.
  if (named === 'text' && first === OPENING_BRACE) return 'jsonl'
  return named ?? (first === OPENING_BRACKET ? 'json' : 'jsonl')
}

/** Of `train.csv.gz`, `csv`. */
function endingOf(name: string): string {
  const parts = name.toLowerCase().split('.')
  if (parts.at(-1) === 'gz') parts.pop()
  return parts.length > 1 ? (parts.at(-1) ?? '') : ''
}

/** The first byte that is no white space, behind a byte order mark. */
function firstByte(head: Buffer): number | undefined {
  return head.subarray(markLength(head)).find((byte) => !isWhiteSpace(byte) && byte !== 0x0a)
}

function markLength(head: Buffer): number {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
}

const SIXTEEN = 'is UTF-16 or UTF-32 text'
const SAVE_AS_UTF8 = 'save the file as UTF-8'
const DECOMPRESS = 'decompress the file first; of compressed files, gzip is read as it is'

/** What the first four bytes give away; undefined matches any byte but NUL. */
const FOREIGN: readonly {
  readonly head: readonly (number | undefined)[]
  readonly is: string
  readonly hint: string
}[] = [
  { head: [0xff, 0xfe], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [0xfe, 0xff], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [0, 0, 0xfe, 0xff], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [undefined, 0, undefined, 0], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [0, undefined, 0, undefined], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [undefined, 0, 0, 0], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [0, 0, 0, undefined], is: SIXTEEN, hint: SAVE_AS_UTF8 },
  { head: [0x28, 0xb5, 0x2f, 0xfd], is: 'is compressed (zstd)', hint: DECOMPRESS },
  { head: [0x42, 0x5a, 0x68], is: 'is compressed (bzip2)', hint: DECOMPRESS },
  { head: [0xfd, 0x37, 0x7a, 0x58], is: 'is compressed (xz)', hint: DECOMPRESS },
  {
    head: [0x50, 0x4b, 0x03, 0x04],
    is: 'is a zip archive or a spreadsheet',
    hint: 'unpack it, or save the sheet as CSV in UTF-8',
  },
]

/** The head of a text without its byte order mark. Throws DatasetError `encoding` when it is no UTF-8 text. */
export function textHead(name: string, head: Buffer): Buffer {
  const foreign = FOREIGN.find(({ head: mark }) =>
    mark.every((byte, index) => (byte === undefined ? Boolean(head[index]) : head[index] === byte)),
  )
  if (foreign) throw new DatasetError('encoding', `${name} ${foreign.is}, not UTF-8`, foreign.hint)
  return head.subarray(markLength(head))
}
