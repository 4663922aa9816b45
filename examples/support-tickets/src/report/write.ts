import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ReportFacts } from './facts.ts'
import { renderReport } from './page.ts'

/** Writes the report in the place of an earlier one; whoever reads meanwhile sees one or the other, whole. */
export async function writeReport(path: string, facts: ReportFacts): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const unfinished = `${path}.unfinished`
  await writeFile(unfinished, renderReport(facts))
  await rename(unfinished, path)
}
