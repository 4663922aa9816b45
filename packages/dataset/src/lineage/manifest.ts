import { createHash, createHmac, type Hash } from 'node:crypto'
import { DatasetError } from '../dataset-error.ts'
import type { Example } from '../example.ts'
import type { FormatId } from '../formats/formats.ts'
import { ROW_HASH, rowHash, type RowKey } from './row-hash.ts'

/**
 * Which rows a dataset was made of, without what they say. A file of this format is
 * one line of JSON (`ManifestHeader`, ended by LF);
 * then 24 bytes for each row, in order: the first 16 of its `rowHash`, the source's index (uint16), its line (uint48), little-endian;
 * then the SHA-256 of all before, 32 bytes, so that a damaged file never answers "no such row".
 */
export const MANIFEST_FORMAT = 'anytune-lineage-1'

/** What a manifest is about. */
export interface ManifestHeader {
  readonly format: typeof MANIFEST_FORMAT
  readonly rowHash: typeof ROW_HASH
  /** `keyName` of the key that rows are hashed with; absent: without a key. */
  readonly key?: string
  /** The dataset as it was made. */
  readonly dataset: {
    readonly format: FormatId
    readonly bytes: number
    readonly rows: number
    readonly sha256: string
  }
  /** Where its rows come from: names and, for files, absolute paths. */
  readonly sources: readonly { readonly name: string; readonly path?: string }[]
}

/** A manifest being written. Its bytes are taken piece by piece. */
export interface ManifestWriter {
  readonly add: (example: Example, source: number, line: number) => void
  /** What was written since the last time; empty when nothing was. */
  readonly take: () => Buffer
  /** The rest, ended. */
  readonly finish: () => Buffer
}

const HASH_BYTES = 16
const SOURCE_BYTES = 2
const LINE_BYTES = 6
const RECORD_BYTES = HASH_BYTES + SOURCE_BYTES + LINE_BYTES
const DIGEST_BYTES = 32
const LINE_FEED = 0x0a
/** No header is longer. */
const MAXIMUM_HEADER_BYTES = 1024 * 1024

/** The name of a key in headers: it tells keys apart and gives none away. */
export function keyName(key: RowKey): string {
  return createHmac('sha256', key).update('anytune-lineage-key').digest('hex').slice(0, 16)
}

/** Writes a manifest of rows hashed with the key, or without one: then short rows can be guessed from it. */
export function writeManifest(
  about: Omit<ManifestHeader, 'format' | 'rowHash' | 'key'>,
  key: RowKey | undefined,
): ManifestWriter {
  const { dataset, sources } = about
  const format = { format: MANIFEST_FORMAT, rowHash: ROW_HASH, ...(key && { key: keyName(key) }) }
  const header = JSON.stringify({ ...format, dataset, sources })
  const digest = createHash('sha256')
  let pending: Buffer[] = [Buffer.from(`${header}\n`)]
  const take = () => {
    const bytes = Buffer.concat(pending)
    pending = []
    digest.update(bytes)
    return bytes
  }
  return {
    add(example, source, line) {
      const record = Buffer.allocUnsafe(RECORD_BYTES)
      rowHash(example, key).copy(record, 0, 0, HASH_BYTES)
      record.writeUIntLE(source, HASH_BYTES, SOURCE_BYTES)
      record.writeUIntLE(line, HASH_BYTES + SOURCE_BYTES, LINE_BYTES)
      pending.push(record)
    },
    take,
    finish: () => Buffer.concat([take(), digest.digest()]),
  }
}

/** The part of a row's hash that manifests keep, in hex: 32 digits. */
export function manifestHash(example: Example, key: RowKey | undefined): string {
  return rowHash(example, key).toString('hex', 0, HASH_BYTES)
}

/** Reads what a manifest is about. Throws DatasetError `unreadable` for what is no manifest of this format. */
export async function readManifestHeader(chunks: AsyncIterable<Uint8Array>): Promise<ManifestHeader> {
  let head = Buffer.alloc(0)
  for await (const chunk of chunks) {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf(LINE_FEED)
    if (end !== -1) return parseHeader(head.toString('utf8', 0, end))
    if (head.length > MAXIMUM_HEADER_BYTES) break
  }
  throw damaged()
}

/**
 * Tells the visitor every row of a manifest: the hash as `manifestHash` gives it, the source's index and the line. What was told
 * counts once this resolves. Throws DatasetError `unreadable` for a manifest that is damaged or cut off.
 */
export async function readManifestRows(
  chunks: AsyncIterable<Uint8Array>,
  visit: (hash: string, source: number, line: number) => void,
): Promise<void> {
  const digest = createHash('sha256')
  let inRows = false
  let held = Buffer.alloc(0)
  for await (const chunk of chunks) {
    held = Buffer.concat([held, chunk])
    if (!inRows) {
      const end = held.indexOf(LINE_FEED)
      if (end === -1) continue
      held = hashed(digest, held, end + 1)
      inRows = true
    }
    // The last bytes may be the digest.
    const rows = Math.max(0, Math.floor((held.length - DIGEST_BYTES) / RECORD_BYTES))
    for (let at = 0; at < rows * RECORD_BYTES; at += RECORD_BYTES) {
      const source = held.readUIntLE(at + HASH_BYTES, SOURCE_BYTES)
      visit(
        held.toString('hex', at, at + HASH_BYTES),
        source,
        held.readUIntLE(at + HASH_BYTES + SOURCE_BYTES, LINE_BYTES),
      )
    }
    held = hashed(digest, held, rows * RECORD_BYTES)
  }
  if (!inRows || !digest.digest().equals(held)) throw damaged()
}

/** Adds the first bytes to the digest; gives the others. */
function hashed(digest: Hash, bytes: Buffer<ArrayBuffer>, length: number): Buffer<ArrayBuffer> {
  digest.update(bytes.subarray(0, length))
  return bytes.subarray(length)
}

function parseHeader(text: string): ManifestHeader {
  let header: unknown
  try {
    header = JSON.parse(text)
  } catch {
    throw damaged()
  }
  const known = { format: MANIFEST_FORMAT, rowHash: ROW_HASH }
  if (typeof header !== 'object' || header === null) throw damaged()
  for (const [name, value] of Object.entries(known)) if (Reflect.get(header, name) !== value) throw damaged()
  // Written by `writeManifest`; the digest at the end vouches for the rest.
  return header as ManifestHeader
}

function damaged(): DatasetError {
  const message = `the manifest is damaged, cut off, or not of the format ${MANIFEST_FORMAT}`
  return new DatasetError('unreadable', message, 'restore it from a backup; rows cannot be looked for in it')
}
