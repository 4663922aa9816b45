import { resolve } from 'node:path'
import type { DatasetSource, Detector, Kind, KindClass, RedactOptions, RedactReport } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'
import { containerOption, datasetInputs, STANDARD_INPUT } from '../dataset-inputs.ts'
import { ROWS_REJECTED, SUCCESS } from '../exit-codes.ts'
import { interruptible } from '../interrupt.ts'
import { readingProgress } from '../output/reading-progress.ts'
import { rejectedText } from '../output/rejections.ts'
import { findingsText } from '../output/scan-text.ts'
import { fields } from '../output/table.ts'
import { bytes, integer } from '../output/units.ts'
import { examples, type Program } from '../program.ts'
import { rejectionTally, type Rejected } from '../rejection-tally.ts'
import type { Cli, Session } from '../session.ts'
import { writingWhole, type WholeFile } from '../whole-files.ts'

/** `anytune redact FILE --out FILE` */
export function addRedact(program: Program, cli: Cli): void {
  redactCommand(program)
    .addHelpText(
      'after',
      examples(
        'anytune redact train.jsonl --out clean.jsonl',
        'anytune redact train.jsonl --out clean.jsonl --kinds secret,email --json',
        'anytune redact train.jsonl --out clean.jsonl --phone-regions DE,FR',
      ) +
        '\nNames and addresses of persons are not looked for. Redacting the result again changes nothing.\n' +
        'Exit codes: 0 done · 2 rows rejected, or findings left in keys and numbers, which are never changed · any other: nothing was written\n',
    )
    .action((file, flags, command) => cli.run(command.optsWithGlobals(), (session) => redactFile(session, file, flags)))
}

function redactCommand(program: Program) {
  return program
    .command('redact')
    .description('write a dataset anew, with placeholders such as <EMAIL_1> for personal data and secrets')
    .argument('<file>', 'dataset file')
    .requiredOption('--out <file>', 'where the redacted rows are written, one a line')
    .option(
      '--kinds <kinds>',
      'what to take out, such as secret,email (default: everything that is found)',
      namesOption,
    )
    .option(
      '--phone-regions <regions>',
      'countries whose telephone numbers to find without +, such as DE,FR',
      namesOption,
    )
    .addOption(containerOption())
    .option(
      '--skip-rejected',
      'leave out rows that are no JSON objects, and list them; without it they stop the command',
    )
    .option('--overwrite', 'replace a file that is there')
}

type RedactFlags = ReturnType<ReturnType<typeof redactCommand>['opts']>

function namesOption(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim())
}

async function redactFile(session: Session, file: string, flags: RedactFlags): Promise<number> {
  const { streams } = session
  const { out, overwrite = false } = flags
  if (file === STANDARD_INPUT) throw readTwice()
  const { builtInDetector, phoneNumberDetector, KINDS } = await import('@anytune/dataset')
  const kinds = flags.kinds && kindsNamed(flags.kinds, KINDS)
  const detectors = [builtInDetector, ...(await phoneDetectors(flags.phoneRegions, phoneNumberDetector))]
  const onRejected = flags.skipRejected ? 'skip' : 'fail'
  const rejected = rejectionTally()
  const progress = readingProgress(session)
  const report = await interruptible(async (signal) => {
    const [input] = await datasetInputs(streams, [file], flags, signal)
    const target = { path: resolve(streams.cwd, out), shown: out }
    return writingWhole([target], { overwrite, reads: [resolve(streams.cwd, file)] }, ([written]) => {
      if (input === undefined || written === undefined) throw new Error('one file is read, and one is written')
      const options = { detectors, kinds, signal, onRejected, onSkipped: rejected.add } as const
      return redactInto(written, progress.watch(input), options)
    })
  }).finally(progress.clear)
  tell(session, { file, out, report, rejected: rejected.result() })
  return report.left.count > 0 ? ROWS_REJECTED : SUCCESS
}

async function redactInto(file: WholeFile, source: DatasetSource, options: RedactOptions): Promise<RedactReport> {
  const { redactDataset } = await import('@anytune/dataset')
  return new Promise((resolve, reject) => {
    const write = async () => {
      for await (const chunk of redactDataset(source, { ...options, onFinished: resolve })) await file.write(chunk)
    }
    write().catch(reject)
  })
}

function readTwice(): AnytuneError {
  return new AnytuneError('invalid-argument', 'standard input can be read once, and redacting reads twice', {
    hint: 'save it in a file and name that',
  })
}

const CLASSES = ['secret', 'possible-secret', 'personal'] as const satisfies readonly KindClass[]

function kindsNamed(wanted: readonly string[], kinds: Readonly<Record<string, unknown>>): readonly Kind[] {
  const known = [...CLASSES, ...Object.keys(kinds)]
  const strange = wanted.find((name) => !known.includes(name))
  if (strange === undefined) return wanted
  throw new AnytuneError('invalid-argument', `there is no kind "${strange}"`, { hint: `kinds: ${known.join(', ')}` })
}

async function phoneDetectors(
  regions: readonly string[] | undefined,
  make: (options: { readonly regions: readonly string[] }) => Promise<Detector>,
): Promise<readonly Detector[]> {
  if (regions === undefined) return []
  try {
    return [await make({ regions })]
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new AnytuneError('invalid-argument', cause.message, { hint: 'for instance --phone-regions DE,FR', cause })
  }
}

interface Told {
  readonly file: string
  readonly out: string
  readonly report: RedactReport
  readonly rejected: Rejected
}

function tell({ output }: Session, { file, out, report, rejected }: Told): void {
  const { name: _name, skipped: _skipped, ...facts } = report
  output.result({ file, out, ...facts, rejected }, () => {
    const { before, after, rows, changedRows, replaced, values, left } = report
    const told = {
      rows: `${integer(rows)}, ${integer(changedRows)} of them changed`,
      'taken out': replaced.count === 0 ? 'nothing' : findingsText(replaced),
      placeholders: values === 0 ? undefined : integer(values),
      left: left.count === 0 ? undefined : output.paint('red', `${findingsText(left)}, in keys and numbers`),
      before: `${bytes(before.bytes)}, sha256 ${before.sha256}`,
      after: `${bytes(after.bytes)}, sha256 ${after.sha256}`,
    }
    const where = left.first
      .slice(0, SHOWN)
      .map(({ line, field, rule }) => `  line ${line}  ${rule}  ${field || '(a key)'}`)
    return [output.paint('bold', out), fields(told, '  '), ...where, ...rejectedText(rejected)].join('\n')
  })
}

const SHOWN = 20
