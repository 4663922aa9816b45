const CHUNK_BYTES = 64 * 1024
const LINE_FEED = 0x0a

/** Rows on their way into chunks of about 64 KiB. */
export interface RowChunks {
  /** Chunks ready to be handed on. */
  readonly full: Buffer[]
  /** The chunk being filled: its first `used` bytes. */
  buffer: Buffer
  used: number
}

export function createRowChunks(): RowChunks {
  return { full: [], buffer: Buffer.allocUnsafe(CHUNK_BYTES), used: 0 }
}

/** Appends one row and its line feed; a row never spans two chunks, so a long one is a chunk of its own. */
export function addRow(chunks: RowChunks, bytes: Buffer, start: number, end: number): void {
  const length = end - start + 1
  if (chunks.used + length > chunks.buffer.length) {
    if (chunks.used > 0) chunks.full.push(chunks.buffer.subarray(0, chunks.used))
    chunks.buffer = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, length))
    chunks.used = 0
  }
  bytes.copy(chunks.buffer, chunks.used, start, end)
  chunks.buffer[chunks.used + length - 1] = LINE_FEED
  chunks.used += length
}

/** The chunks that are full, no longer held. */
export function takeFull(chunks: RowChunks): readonly Buffer[] {
  return chunks.full.splice(0)
}

/** The last chunk, when it holds anything. */
export function takeRest(chunks: RowChunks): readonly Buffer[] {
  return chunks.used > 0 ? [chunks.buffer.subarray(0, chunks.used)] : []
}
