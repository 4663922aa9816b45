import { CODECS, type FormatId } from '../formats/formats.ts'
import { rowHash } from '../lineage/row-hash.ts'
import { parseRow } from '../json-row.ts'
import type { Example } from '../example.ts'
import { countOccurrences } from './occurrences.ts'
import { placeOf } from './place.ts'
import type { DatasetRow, RowObserver, RowSet } from './row-set.ts'
import { createSpillFile, type Piece, type SpillFile } from './spill-file.ts'

/** How rows are shuffled. */
export interface ShuffleOptions {
  /** Another seed gives another order. Default: `0`. */
  readonly seed?: string | undefined
  /** Rows held in memory, in bytes; what is more goes to a temporary file. Default 64 MiB. */
  readonly maximumMemoryBytes?: number | undefined
  /** Folder of that file. Default: the system's. */
  readonly temporaryFolder?: string | undefined
}

/**
 * All rows by their places: an order that depends on what they say and on the seed, not on their order before. Rows that say the
 * same are spread like any others. Memory: `maximumMemoryBytes` and about a 256th of the rows. The temporary file holds row
 * content; it has no name and ends with the process. Iterating throws DatasetError `temporary-storage` when it cannot be written.
 */
export function shuffleRows(rows: RowSet, options: ShuffleOptions = {}): RowSet {
  return { open: (observer) => shuffled(rows, options, observer) }
}

/** Parts of the line of places that are sorted one after the other. */
const PARTS = 256
const DEFAULT_MEMORY_BYTES = 64 * 1024 * 1024

/** The rows of one part, in the order they came: first those in the temporary file, then those in memory. */
interface Part {
  readonly spilled: Piece[]
  readonly held: Buffer[]
}

async function* shuffled(
  rows: RowSet,
  { seed = '0', maximumMemoryBytes = DEFAULT_MEMORY_BYTES, temporaryFolder }: ShuffleOptions,
  observer: RowObserver | undefined,
): AsyncGenerator<DatasetRow> {
  const parts: readonly Part[] = Array.from({ length: PARTS }, () => ({ spilled: [], held: [] }))
  const file = createSpillFile(temporaryFolder)
  const occurrences = countOccurrences()
  let format: FormatId | undefined
  let heldBytes = 0
  try {
    for await (const row of rows.open(observer)) {
      format ??= row.format
      const hash = row.hash()
      const place = placeOf(seed, hash, occurrences.next(hash, row).before)
      const record = toRecord(row, place)
      parts[Math.floor(place * PARTS)]?.held.push(record)
      heldBytes += record.length + OBJECT_BYTES
      if (heldBytes <= maximumMemoryBytes) continue
      await spill(parts, file)
      heldBytes = 0
    }
    if (format !== undefined) for (const part of parts) yield* sorted(part, file, format)
  } finally {
    occurrences.close()
    await file.close()
  }
}

async function spill(parts: readonly Part[], file: SpillFile): Promise<void> {
  for (const { held, spilled } of parts) {
    if (held.length > 0) spilled.push(await file.append(Buffer.concat(held.splice(0))))
  }
}

async function* sorted({ spilled, held }: Part, file: SpillFile, format: FormatId): AsyncGenerator<DatasetRow> {
  const records: Stored[] = []
  for (const piece of spilled) addStored(records, await file.read(piece))
  for (const record of held.splice(0)) addStored(records, record)
  // Sorting is stable, so rows at one place keep the order they came in.
  records.sort((one, other) => one.place - other.place)
  for (const record of records) yield fromRecord(record, format)
}

/** A record: place (float64), source (uint32), line (float64), length of the row (uint32), all little-endian; then the row. */
const HEAD_BYTES = 24
/** What a small buffer costs besides its bytes. */
const OBJECT_BYTES = 100

function toRecord({ source, line, bytes }: DatasetRow, place: number): Buffer {
  const record = Buffer.allocUnsafe(HEAD_BYTES + bytes.length)
  record.writeDoubleLE(place, 0)
  record.writeUInt32LE(source, 8)
  record.writeDoubleLE(line, 12)
  record.writeUInt32LE(bytes.length, 20)
  bytes.copy(record, HEAD_BYTES)
  return record
}

interface Stored {
  readonly place: number
  readonly record: Buffer
}

function addStored(records: Stored[], bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) {
    const end = at + HEAD_BYTES + bytes.readUInt32LE(at + 20)
    records.push({ place: bytes.readDoubleLE(at), record: bytes.subarray(at, end) })
    at = end
  }
}

function fromRecord({ record }: Stored, format: FormatId): DatasetRow {
  const bytes = record.subarray(HEAD_BYTES)
  let example: Example | undefined
  const read = () => (example ??= exampleOf(bytes, format))
  return {
    source: record.readUInt32LE(8),
    line: record.readDoubleLE(12),
    format,
    bytes,
    example: read,
    hash: () => rowHash(read()),
  }
}

/** Reads what a codec has written, which it accepts. */
function exampleOf(bytes: Buffer, format: FormatId): Example {
  const parsed = parseRow(bytes.toString())
  const decoded = 'fault' in parsed ? parsed : CODECS[format].decode(parsed.row)
  if ('fault' in decoded) throw new Error(`a row written as ${format} cannot be read as it: ${decoded.fault.rule}`)
  return decoded.example
}
