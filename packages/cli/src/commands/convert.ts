import { resolve } from 'node:path'
import type { FormatId } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'
import { convertFiles, type Converted } from '../convert-files.ts'
import { containerOption, datasetInputs, mapOption, textUnitOption } from '../dataset-inputs.ts'
import { formatNamed } from '../format-named.ts'
import { interruptible } from '../interrupt.ts'
import { readingProgress } from '../output/reading-progress.ts'
import { rejectedText } from '../output/rejections.ts'
import { fields } from '../output/table.ts'
import { bytes, integer } from '../output/units.ts'
import { examples, type Program } from '../program.ts'
import { listingRejections } from '../rejection-file.ts'
import type { Cli, Session } from '../session.ts'
import { standardOutput } from '../standard-output.ts'
import { writingWhole, type WholeFile } from '../whole-files.ts'

/** `anytune convert FILE… --to FORMAT` */
export function addConvert(program: Program, cli: Cli): void {
  convertCommand(program)
    .addHelpText(
      'after',
      examples(
        'anytune convert train.jsonl --to bedrock-conversation-2024 --out bedrock.jsonl',
        'anytune convert faq.csv --map prompt=question,completion=answer --to prompt-completion --out train.jsonl',
        'zstdcat train.jsonl.zst | anytune convert - --to gemini | gzip > gemini.jsonl.gz',
      ) +
        '\nA row is written exactly or rejected. JSONL, JSON, CSV, TSV, Parquet and plain text are read, also within gzip.\n' +
        'Exit codes: 0 done, and with --skip-rejected the rejected rows left out · 2 rows rejected · any other: nothing was written\n',
    )
    .action((files, flags, command) => cli.run(command.optsWithGlobals(), (session) => convert(session, files, flags)))
}

function convertCommand(program: Program) {
  return program
    .command('convert')
    .description('write datasets in another format, one row a line')
    .argument('<file...>', 'dataset files, one after the other; - is standard input')
    .requiredOption('--to <format>', 'format to write')
    .option('--from <format>', 'format of the rows (default: detected)')
    .addOption(containerOption())
    .addOption(mapOption())
    .addOption(textUnitOption())
    .option('--out <file>', 'where the rows go; - is standard output', STANDARD_OUTPUT)
    .option('--skip-rejected', 'leave rejected rows out, and list them; without it they fail the command')
    .option('--rejected <file>', 'list every rejected row in this file, a JSON object a line')
    .option('--overwrite', 'replace files that are there')
}

type ConvertFlags = ReturnType<ReturnType<typeof convertCommand>['opts']>

const STANDARD_OUTPUT = '-'

async function convert(session: Session, files: readonly string[], flags: ConvertFlags): Promise<void> {
  const { streams } = session
  const { out, rejected, skipRejected, overwrite = false } = flags
  if (out === STANDARD_OUTPUT && session.output.json) throw jsonBesideRows()
  const { FORMATS } = await import('@anytune/dataset')
  const to = formatNamed(flags.to, FORMATS)
  const from = flags.from === undefined ? undefined : formatNamed(flags.from, FORMATS)
  const progress = readingProgress(session)
  const target = out === STANDARD_OUTPUT ? undefined : { path: resolve(streams.cwd, out), shown: out }
  const converted = await interruptible(async (signal) => {
    const inputs = await datasetInputs(streams, files, flags, signal)
    const writing = { overwrite, reads: inputs.flatMap(({ source }) => source.path ?? []) }
    const listing = { ...writing, out: rejected, writes: target ? [target.path] : [] }
    return listingRejections(streams, listing, (sink) => {
      const common = { inputs, from, to, sink, progress, signal }
      const into = (file: WholeFile, otherwise: 'fail' | 'stop') =>
        convertFiles(file, { ...common, onRejected: skipRejected ? 'skip' : otherwise })
      if (target === undefined) return into(standardOutput(streams.stdout), 'stop')
      return writingWhole([target], writing, ([file]) => (file ? into(file, 'fail') : noFile()))
    }).catch((error: unknown) => {
      // A stream that the signal ended fails in its own words.
      signal.throwIfAborted()
      throw error
    })
  }).finally(progress.clear)
  tell(session, files, { out, to, converted })
}

/** One target is one file. */
function noFile(): never {
  throw new Error('no file was opened')
}

function jsonBesideRows(): AnytuneError {
  return new AnytuneError(
    'invalid-argument',
    'with --json, standard output is for the result, and cannot take the rows',
    {
      hint: 'name a file: --out FILE',
    },
  )
}

interface Told {
  readonly out: string
  readonly to: FormatId
  readonly converted: Converted
}

function tell({ output }: Session, files: readonly string[], { out, to, converted }: Told): void {
  const { rejected, ...written } = converted
  const text = () => {
    const { rows, sha256 } = written
    const facts = { rows: integer(rows), format: to, size: bytes(written.bytes), sha256 }
    const name = out === STANDARD_OUTPUT ? 'standard output' : out
    return [
      (out === STANDARD_OUTPUT ? output.paintError : output.paint)('bold', name),
      fields(facts, '  '),
      ...rejectedText(rejected),
    ].join('\n')
  }
  if (out === STANDARD_OUTPUT) output.note(text())
  else output.result({ files, out: { file: out, format: to, ...written }, rejected }, text)
}
