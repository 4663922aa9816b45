import { readRows, type RowSet } from '../../src/index.ts'
import { source } from '../support.ts'

/** A completion row whose completion tells it apart. */
export function row(completion: string | number, prompt = 'p'): string {
  return JSON.stringify({ prompt, completion: String(completion) })
}

/** The rows of one or several files given as lists of lines. */
export function rowsOf(...files: readonly (readonly string[])[]): RowSet {
  return readRows(
    files.map((lines, index) => source(lines.join('\n'), `file-${index}.jsonl`)),
    { onRejected: 'fail' },
  )
}

/** The texts of all rows. */
export async function texts(rows: RowSet): Promise<string[]> {
  const found: string[] = []
  for await (const { bytes } of rows.open()) found.push(bytes.toString())
  return found
}

/** All that an iteration gives. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

/** So many different rows. */
export function manyRows(count: number): string[] {
  return Array.from({ length: count }, (_, index) => row(index))
}
