import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CODECS, FORMAT_IDS } from '../../src/formats/formats.ts'
import { fileSource, readExamples, rowHash, type Example } from '../../src/index.ts'
import { parseRow } from '../../src/json-row.ts'

const DATA = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url))
const ROWS_OF_A_FILE = 200

const files = existsSync(DATA) ? readdirSync(DATA).filter((name) => name.endsWith('.jsonl')) : []

/** The hash of an example after it was written in a format and read again; undefined where the format cannot say it. */
function hashIn(format: (typeof FORMAT_IDS)[number], example: Example): string | undefined {
  const { text } = CODECS[format].encode(example)
  if (text === undefined) return undefined
  const parsed = parseRow(text)
  const decoded = 'fault' in parsed ? parsed : CODECS[format].decode(parsed.row)
  if ('fault' in decoded) throw new Error(`${format} refuses what it wrote: ${decoded.fault.rule}`)
  return rowHash(decoded.example).toString('hex')
}

// The folder of real data lies beside a checkout of the project's makers, and nowhere else.
describe.skipIf(files.length === 0)('a row keeps its hash in every format that can say it', () => {
  it.each(files)('%s', async (name) => {
    let rows = 0
    let written = 0
    for await (const { example } of readExamples(fileSource(DATA + name))) {
      if (example === undefined) continue
      const hash = rowHash(example).toString('hex')
      for (const format of FORMAT_IDS) {
        const again = hashIn(format, example)
        if (again === undefined) continue
        expect(again).toBe(hash)
        written++
      }
      if (++rows === ROWS_OF_A_FILE) break
    }
    expect(written).toBeGreaterThanOrEqual(rows)
  })
})
