import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { faultsOf, RULES } from './rules.ts'
import { cellsOf, type Done, runCells } from './run-table.ts'
import { openGround, type VendorName } from './scene.ts'
import { toMarkdown, toRows } from './table.ts'

/** Busy machines take their time; nothing here is measured. */
const TIMEOUT_MS = 600_000

/** Tries every fault at every request of a vendor, and compares with what is checked in. */
export function describeTable(vendor: VendorName, title: string): void {
  describe(`${title}, whatever goes wrong`, () => {
    let table: readonly Done[] = []

    beforeAll(async () => {
      await using ground = await openGround()
      table = await runCells(ground, cellsOf(vendor))
    }, TIMEOUT_MS)

    it('tries every operation with every fault', () => {
      expect(table.length).toBeGreaterThan(500)
      expect(table.filter(({ result }) => result.secrets.length < 3)).toEqual([])
    })

    it.each(RULES)('$name', (rule) => {
      expect(faultsOf(rule, table)).toEqual([])
    })

    it('is as checked in', () => {
      const rows = toRows(table)
      const files = {
        [`fault-table.${vendor}.jsonl`]: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
        [`fault-table.${vendor}.md`]: toMarkdown(`${title}: what goes wrong, and what comes of it`, rows),
      }
      for (const [name, content] of Object.entries(files)) expect(checkedIn(name, content)).toBe(content)
    })
  })
}

/** What is checked in under a name; `UPDATE=1` writes it first. */
function checkedIn(name: string, content: string): string {
  const path = new URL(`../../${name}`, import.meta.url)
  if (process.env['UPDATE'] === '1') writeFileSync(path, content)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
