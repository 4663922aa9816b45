import { createCheckTally, type CheckListeners, type CheckReport } from './check-tally.ts'
import { resolveFormat } from './detect.ts'
import { CODECS } from './formats/formats.ts'
import { lineBatches } from './lines.ts'
import { isBlank, judge, type ReadOptions } from './read.ts'
import { changedWhileRead, type DatasetSource } from './source.ts'

export type { CheckReport } from './check-tally.ts'
export type { ExampleCounts } from './example-counts.ts'

/** How a data set is checked. */
export interface CheckOptions extends ReadOptions, CheckListeners {
  /**
   * Sees the text of every row that is not blank, accepted or not, and undefined for a row that is not one JSON object; a promise is
   * waited for. `createScanner().look` is one.
   */
  readonly onRow?: ((json: string | undefined, line: number) => void | Promise<void>) | undefined
}

/**
 * Reads every row once and reports. Throws DatasetError when the source cannot be read or its format is unknown and,
 * once aborted, the signal's reason; a data set without rows is reported with 0 examples.
 */
export async function checkDataset(source: DatasetSource, options: CheckOptions = {}): Promise<CheckReport> {
  const format = await resolveFormat(source, options.format, options)
  const codec = format && CODECS[format]
  const tally = createCheckTally(options)
  for await (const lines of lineBatches(source, options, tally.watch)) {
    for (const line of lines) {
      if (isBlank(line)) tally.addBlank()
      else {
        const judged = judge(line, codec ?? changed(source.name), options.rules)
        if (judged.example) tally.addExample(judged.example)
        else tally.addRejection(judged.rejection)
        const looking = options.onRow?.(judged.text, line.number)
        if (looking) await looking
      }
    }
    tally.tell()
  }
  return tally.report(source.name, format)
}

/** No format means that the source had no row when its format was looked for. */
function changed(name: string): never {
  throw changedWhileRead(name)
}
