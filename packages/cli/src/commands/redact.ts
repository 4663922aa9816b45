import { resolve } from 'node:path'
import type { Detector, Kind, KindClass, RedactReport } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'
import { ROWS_REJECTED, SUCCESS } from '../exit-codes.ts'
import { interruptible } from '../interrupt.ts'
import { rejectedText } from '../output/rejections.ts'
import { findingsText } from '../output/scan-text.ts'
import { fields } from '../output/table.ts'
import { bytes, integer } from '../output/units.ts'
import { examples, type Program } from '../program.ts'
import { rejectionTally, type Rejected } from '../rejection-tally.ts'
import type { Cli, Session } from '../session.ts'
import { writingWhole } from '../whole-files.ts'

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
        'Exit codes: 0 done · 2 rows rejected, or findings left in keys and numbers, which are never changed · 1 or 3 nothing written\n',
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

async function redactFile({ streams, output }: Session, file: string, flags: RedactFlags): Promise<number> {
  const { out, overwrite = false, skipRejected } = flags
  const { builtInDetector, fileSource, phoneNumberDetector, redactDataset, KINDS } = await import('@anytune/dataset')
  const kinds = flags.kinds && kindsNamed(flags.kinds, KINDS)
  const detectors = [builtInDetector, ...(await phoneDetectors(flags.phoneRegions, phoneNumberDetector))]
  const path = resolve(streams.cwd, file)
  const rejected = rejectionTally()
  const report = await interruptible((signal) =>
    writingWhole([{ path: resolve(streams.cwd, out), shown: out }], { overwrite, reads: [path] }, async ([target]) => {
      const reports: RedactReport[] = []
      const rows = redactDataset(fileSource(path), {
        detectors,
        kinds,
        signal,
        onRejected: skipRejected ? 'skip' : 'fail',
        onSkipped: rejected.add,
        onFinished: (finished) => void reports.push(finished),
      })
      for await (const chunk of rows) await target?.write(chunk)
      return reports
    }),
  )
  for (const finished of report) tell({ output }, { file, out, report: finished, rejected: rejected.result() })
  return report.some(({ left }) => left.count > 0) ? ROWS_REJECTED : SUCCESS
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
  if (regions.every((region) => /^[A-Za-z]{2}$/.test(region))) return [await make({ regions })]
  throw new AnytuneError('invalid-argument', 'regions are two letters of a country', { hint: 'for instance DE,FR' })
}

interface Told {
  readonly file: string
  readonly out: string
  readonly report: RedactReport
  readonly rejected: Rejected
}

function tell({ output }: Pick<Session, 'output'>, { file, out, report, rejected }: Told): void {
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
