import { lineBatches, type LineOptions } from '../../src/lines.ts'
import type { DatasetSource, Layout } from '../../src/index.ts'
import { chunked, source } from '../support.ts'

/** A row as its container gives it: its line, and its text or the rule against it. */
export type RawRow = readonly [line: number, textOrRule: string]

/** Every row of a source, blank lines left out, each copied before the next list is asked for. */
export async function rawRows(from: DatasetSource, options: LineOptions = {}): Promise<RawRow[]> {
  const rows: RawRow[] = []
  for await (const lines of lineBatches(from, options)) {
    for (const { number, bytes, start, end, broken } of lines) {
      if (broken) rows.push([number, broken.rule])
      else if (start < end) rows.push([number, bytes.toString('utf8', start, end)])
    }
  }
  return rows
}

/** Bytes under a name, read as asked. */
export function file(name: string, content: string | Uint8Array, layout?: Layout): DatasetSource {
  return { ...source(content, name), ...(layout && { layout }) }
}

/** The same in chunks of a fixed size, whose memory is overwritten before the next one. */
export function inChunks(from: DatasetSource, content: string | Uint8Array, size: number): DatasetSource {
  return { ...from, open: chunked(content, size).open }
}

/** The same in two chunks. */
export function cutAt(from: DatasetSource, content: Uint8Array, at: number): DatasetSource {
  async function* open() {
    yield content.subarray(0, at)
    yield content.subarray(at)
  }
  return { ...from, open }
}
