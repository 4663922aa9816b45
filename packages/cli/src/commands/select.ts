import { resolve } from 'node:path'
import type { FormatId, Place, RowSet } from '@anytune/dataset'
import { containerOption, mapOption, textUnitOption } from '../dataset-inputs.ts'
import { countOption } from '../options.ts'
import { rejectedText } from '../output/rejections.ts'
import { fields } from '../output/table.ts'
import { bytes, integer } from '../output/units.ts'
import { examples, type Program } from '../program.ts'
import { noRows, type Rejected } from '../rejection-tally.ts'
import { rowWriter } from '../row-writer.ts'
import { selecting, type RejectionInFile } from '../selecting.ts'
import type { Cli, Session } from '../session.ts'
import { writingWhole } from '../whole-files.ts'

/** `anytune select FILE…` */
export function addSelect(program: Program, cli: Cli): void {
  selectCommand(program)
    .addHelpText(
      'after',
      examples(
        'anytune select train.jsonl --dedupe --out clean.jsonl',
        'anytune select train.jsonl --sample 1000 --out small.jsonl',
        'anytune select chats.jsonl more.csv --dedupe --shuffle --to openai-chat --out train.jsonl',
      ) + '\nExit codes: 0 done · 2 rows rejected · any other: nothing was written\n',
    )
    .action((files, flags, command) =>
      cli.run(command.optsWithGlobals(), (session) => selectRows(session, files, flags)),
    )
}

function selectCommand(program: Program) {
  return program
    .command('select')
    .description('write rows of one or several datasets into one: all, without duplicates, a sample, shuffled')
    .argument('<file...>', 'dataset files, one after the other; - is standard input')
    .requiredOption('--out <file>', 'the file to write')
    .option('--dedupe', 'keep the first of rows that say the same, in whatever format')
    .option('--sample <rows>', 'draw exactly so many rows', countOption)
    .option('--shuffle', 'write the rows in an order that depends on what they say and on the seed alone')
    .option('--seed <text>', 'another seed draws and shuffles in another way', '0')
    .option('--to <format>', 'format to write (default: that of the first file)')
    .option('--from <format>', 'format of the files (default: detected for each)')
    .addOption(containerOption())
    .addOption(mapOption())
    .addOption(textUnitOption())
    .option('--skip-rejected', 'leave rejected rows out, and list them; without it they fail the command')
    .option('--rejected <file>', 'list every rejected row in this file, a JSON object a line')
    .option('--overwrite', 'replace files that are there')
}

type SelectFlags = ReturnType<ReturnType<typeof selectCommand>['opts']>

/** A row that was left out because an earlier one says the same. */
interface Duplicate {
  readonly file: string
  readonly line: number
  readonly of: { readonly file: string; readonly line: number }
}

interface SelectResult {
  readonly files: readonly string[]
  readonly out: {
    readonly file: string
    readonly format: FormatId
    readonly rows: number
    readonly bytes: number
    readonly sha256: string
  }
  readonly seed: string
  readonly duplicates: { readonly count: number; readonly first: readonly Duplicate[] }
  readonly rejected: Rejected<RejectionInFile>
}

/** Duplicates that a result lists; all are counted. */
const LISTED = 1000

async function selectRows(session: Session, files: readonly string[], flags: SelectFlags): Promise<void> {
  const { out, seed, overwrite = false } = flags
  const target = { path: resolve(session.streams.cwd, out), shown: out }
  const result = await selecting(
    session,
    { files, flags, writes: [target.path] },
    async ({ rows, reads, signal, observer, rejected }) => {
      const selected = await selection(rows, flags)
      return writingWhole([target], { overwrite, reads }, async ([file]) => {
        // One target, one file.
        if (file === undefined) throw new Error('no file was opened')
        const duplicates = duplicateTally(files)
        const writer = rowWriter(file)
        let format: FormatId | undefined
        for await (const row of selected.open({ ...observer, duplicate: duplicates.add })) {
          signal.throwIfAborted()
          format = row.format
          await writer.add(row.bytes)
        }
        await writer.end()
        const leftOut = rejected()
        if (format === undefined) throw noRows(leftOut)
        const written = { file: out, format, rows: writer.rows(), ...file.written() }
        return { files, out: written, seed, duplicates: duplicates.result(), rejected: leftOut }
      })
    },
  )
  session.output.result(result, () => resultText(result))
}

/** One after the other, as the options are listed. */
async function selection(rows: RowSet, { dedupe, sample, shuffle, seed }: SelectFlags): Promise<RowSet> {
  const { dedupeRows, sampleRows, shuffleRows } = await import('@anytune/dataset')
  const distinct = dedupe ? dedupeRows(rows) : rows
  const drawn = sample === undefined ? distinct : sampleRows(distinct, { rows: sample, seed })
  return shuffle ? shuffleRows(drawn, { seed }) : drawn
}

/** Counts duplicates as they come. */
function duplicateTally(files: readonly string[]) {
  const first: Duplicate[] = []
  let count = 0
  const at = ({ source, line }: Place) => ({ file: files[source] ?? '', line })
  return {
    add(place: Place, of: Place): void {
      count++
      if (first.length < LISTED) first.push({ ...at(place), of: at(of) })
    },
    result: () => ({ count, first }),
  }
}

function resultText({ out, duplicates, rejected }: SelectResult): string {
  const facts = {
    rows: integer(out.rows),
    duplicates: duplicates.count === 0 ? undefined : `${integer(duplicates.count)} left out`,
    format: out.format,
    size: bytes(out.bytes),
    sha256: out.sha256,
  }
  return [out.file, fields(facts, '  '), ...rejectedText(rejected)].join('\n')
}
