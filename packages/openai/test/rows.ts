import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Stands in every row: nothing that is told may hold it. */
export const SECRET_OF_ROWS = 'Zanzibar-4711'

export interface Folder {
  readonly path: string
  remove(): void
}

export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'anytune-openai-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A file of chat rows; its path. */
export function rowsFile(folder: Folder, name: string, count: number): string {
  const path = join(folder.path, name)
  const rows = Array.from({ length: count }, (_, index) => ({
    messages: [
      { role: 'user', content: `What is ${SECRET_OF_ROWS} times ${index}?` },
      { role: 'assistant', content: `Nobody knows ${index}.` },
    ],
  }))
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return path
}

/** Everything of a list. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
