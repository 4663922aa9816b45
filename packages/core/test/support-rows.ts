import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for one test file, under the system's temporary directory. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'anytune-core-'))
}

export function chatRow(question: string, answer: string): string {
  return JSON.stringify({
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
  })
}

/** A JSONL file of chat rows; returns its path. */
export function chatFile(folder: string, name: string, count = 12): string {
  const path = join(folder, name)
  const rows = Array.from({ length: count }, (_, index) => chatRow(`question ${index}`, `answer ${index}`))
  writeFileSync(path, rows.join('\n') + '\n')
  return path
}
