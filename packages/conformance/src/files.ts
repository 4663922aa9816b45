import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Part of every dataset's file name: it must never be seen at the vendor. */
export const SECRET_OF_NAMES = 'payroll-of-jane'

/** Dataset files in a folder of the suite's own. */
export interface Files {
  /** The path of a JSONL file with these rows. */
  write(rows: readonly object[]): Promise<string>
  remove(): Promise<void>
}

export function temporaryFiles(): Files {
  let directory: Promise<string> | undefined
  return {
    async write(rows) {
      directory ??= mkdtemp(join(tmpdir(), 'anytune-conformance-'))
      const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 12)
      const path = join(await directory, `${SECRET_OF_NAMES}-${digest}.jsonl`)
      await writeFile(path, text)
      return path
    },
    async remove() {
      if (directory !== undefined) await rm(await directory, { recursive: true, force: true })
    },
  }
}
