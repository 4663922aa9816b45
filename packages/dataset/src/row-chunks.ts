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
  makeRoom(chunks, end - start + 1)
  chunks.used += bytes.copy(chunks.buffer, chunks.used, start, end)
  endRow(chunks)
}

/** The same for a row that is no bytes yet. */
export function addText(chunks: RowChunks, text: string): void {
  // Where it may not fit, its bytes are counted; elsewhere counting them would cost as much as writing them.
  const most = MOST_BYTES * text.length + 1
  if (chunks.used + most > chunks.buffer.length) makeRoom(chunks, Buffer.byteLength(text) + 1)
  chunks.used += chunks.buffer.write(text, chunks.used)
  endRow(chunks)
}

/** Of a UTF-16 code unit in UTF-8. */
const MOST_BYTES = 3

function makeRoom(chunks: RowChunks, length: number): void {
  if (chunks.used + length <= chunks.buffer.length) return
  if (chunks.used > 0) chunks.full.push(chunks.buffer.subarray(0, chunks.used))
  chunks.buffer = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, length))
  chunks.used = 0
}

function endRow(chunks: RowChunks): void {
  chunks.buffer[chunks.used++] = LINE_FEED
}

/** The chunks that are full, no longer held. */
export function takeFull(chunks: RowChunks): readonly Buffer[] {
  return chunks.full.splice(0)
}

/** The last chunk, when it holds anything. */
export function takeRest(chunks: RowChunks): readonly Buffer[] {
  return chunks.used > 0 ? [chunks.buffer.subarray(0, chunks.used)] : []
}
