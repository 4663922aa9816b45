import type { WholeFile } from './whole-files.ts'

const BLOCK_BYTES = 64 * 1024
const LINE_FEED = Buffer.from('\n')

/** Rows on their way into a file, a line each. */
export interface RowWriter {
  /** The bytes are copied at once. */
  add(row: Uint8Array): Promise<void>
  /** Hands the last ones on. */
  end(): Promise<void>
  readonly rows: () => number
}

export function rowWriter(file: WholeFile): RowWriter {
  const held: Buffer[] = []
  let bytes = 0
  let rows = 0
  const flush = async () => {
    bytes = 0
    await file.write(Buffer.concat(held.splice(0)))
  }
  return {
    async add(row) {
      held.push(Buffer.concat([row, LINE_FEED]))
      bytes += row.byteLength + 1
      rows++
      if (bytes >= BLOCK_BYTES) await flush()
    },
    end: flush,
    rows: () => rows,
  }
}
