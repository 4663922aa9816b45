import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Datasets of twelve rows, one of each kind; the folder is removed when they are disposed of. */
export interface DatasetFiles extends Disposable {
  readonly chat: string
  readonly preference: string
  readonly reinforcement: string
}

export function datasetFiles(): DatasetFiles {
  const folder = mkdtempSync(join(tmpdir(), 'anytune-traffic-'))
  const write = (name: string, row: (question: object, answer: string) => object) => {
    const path = join(folder, name)
    const rows = Array.from({ length: 12 }, (_, index) =>
      row({ role: 'user', content: `What is twice ${index}?` }, String(2 * index)),
    )
    writeFileSync(path, rows.map((one) => `${JSON.stringify(one)}\n`).join(''))
    return path
  }
  const says = (content: string) => ({ role: 'assistant', content })
  return {
    chat: write('chat.jsonl', (question, answer) => ({ messages: [question, says(answer)] })),
    preference: write('preference.jsonl', (question, answer) => ({
      input: { messages: [question] },
      preferred_output: [says(answer)],
      non_preferred_output: [says('I do not know.')],
    })),
    reinforcement: write('reinforcement.jsonl', (question, answer) => ({ messages: [question], answer })),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}
