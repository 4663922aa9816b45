import { lineBatches, type LineOptions } from '../lines.ts'
import { isBlank, readRow } from '../read.ts'
import type { DatasetSource } from '../source.ts'
import { createScanner, type ScanOptions, type ScanReport } from './scanner.ts'

/**
 * Looks for personal data and secrets in every row that is a JSON object, whatever its format and whether or not it can be trained
 * on. Throws DatasetError when the source cannot be read and, once aborted, the signal's reason.
 */
export async function scanDataset(source: DatasetSource, options: ScanOptions & LineOptions = {}): Promise<ScanReport> {
  const scanner = createScanner(options)
  for await (const lines of lineBatches(source, options)) {
    for (const line of lines) {
      if (isBlank(line)) continue
      const read = readRow(line)
      const looking = scanner.look(read.rejection ? undefined : read.text, line.number)
      if (looking) await looking
    }
  }
  return scanner.report()
}
