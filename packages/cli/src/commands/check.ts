import { Option } from '@commander-js/extra-typings'
import type { CheckReport, FormatId, ScanReport } from '@anytune/dataset'
import { ROWS_REJECTED, SUCCESS, UNEXPECTED } from '../exit-codes.ts'
import { errorData, errorText, understand } from '../failure.ts'
import {
  containerOption,
  datasetInputs,
  mapOption,
  textUnitOption,
  type DatasetInput,
  type LayoutFlags,
} from '../dataset-inputs.ts'
import { formatNamed } from '../format-named.ts'
import { interruptible } from '../interrupt.ts'
import type { Judge, Judgement } from '../offline/judge.ts'
import { assertTarget, judgeFor, type TargetOptions } from '../offline/judge-for.ts'
import { listOption } from '../options.ts'
import { judgementFields, judgementLines } from '../output/judgement-text.ts'
import type { Output } from '../output/output.ts'
import { readingProgress, type ReadingProgress } from '../output/reading-progress.ts'
import { rejectionLines } from '../output/rejections.ts'
import { scanFacts, secretLines } from '../output/scan-text.ts'
import { fields } from '../output/table.ts'
import { bytes, integer } from '../output/units.ts'
import { examples, type Program } from '../program.ts'
import { listingRejections, type RejectionSink } from '../rejection-file.ts'
import type { Cli, Session } from '../session.ts'
import { workersOption } from '../workers.ts'

/** `anytune check FILE…` */
export function addCheck(program: Program, cli: Cli): void {
  program
    .command('check')
    .description(
      'check datasets: which rows can be trained on, which cannot and why; and what they hold of persons and secrets',
    )
    .argument('<file...>', 'dataset files; - is standard input')
    .option('--format <format>', 'format of the rows (default: detected)')
    .addOption(containerOption())
    .addOption(mapOption())
    .addOption(textUnitOption())
    .option('--rejected <file>', 'list every rejected row in this file, a JSON object a line')
    .option('--overwrite', 'replace the file of --rejected')
    .option('--for <provider:model>', 'also judge by the rules on record for training this base model there')
    .option('--method <method>', 'with --for: how it is trained', 'supervised')
    .addOption(
      new Option('--role <role>', 'with --for: what the files are')
        .choices(['training', 'validation'])
        .default('training'),
    )
    .option('--allow <rule>', 'with --for: a rule that shall warn instead of refusing; may be repeated', listOption)
    .addOption(workersOption())
    .addHelpText(
      'after',
      examples(
        'anytune check train.jsonl',
        'anytune check train.jsonl --for bedrock:amazon.nova-lite-v1:0:300k',
        'anytune check train.jsonl validation.jsonl --json | jq .rejected.byRule',
        'zcat train.csv.gz | anytune check - --container csv --map prompt=question,completion=answer',
      ) +
        '\nExit codes: 0 every row accepted · 2 rows rejected, secrets found, a rule of --for broken, or a file that is no dataset, such as one in UTF-16 or cut short · 1 a file could not be read\n',
    )
    .action((files, options, command) =>
      cli.run(command.optsWithGlobals(), (session) => {
        assertTarget(command, ['method', 'role', 'allow'])
        return checkFiles(session, files, options)
      }),
    )
}

interface CheckFilesOptions extends TargetOptions, LayoutFlags {
  readonly format?: string | undefined
  readonly rejected?: string | undefined
  readonly overwrite?: true | undefined
  readonly workers: number
}

/** Checks every file, whatever becomes of the others; the worst result is the exit code. */
async function checkFiles(session: Session, files: readonly string[], options: CheckFilesOptions): Promise<number> {
  const { FORMATS } = await import('@anytune/dataset')
  const format = options.format === undefined ? undefined : formatNamed(options.format, FORMATS)
  const judgeOf = await judgeFor(options)
  const { streams } = session
  const progress = readingProgress(session)
  const codes = await interruptible(async (signal) => {
    const inputs = await datasetInputs(streams, files, options, signal)
    const reads = inputs.flatMap(({ source }) => source.path ?? [])
    const listing = { out: options.rejected, overwrite: options.overwrite === true, reads }
    return listingRejections(streams, listing, async (sink) => {
      const results: number[] = []
      for (const input of inputs) {
        const { workers } = options
        const checking = { format, judge: await judgeOf?.(), sink, progress, workers, signal }
        results.push(await checkFile(session, input, checking))
      }
      return results
    })
  }).finally(progress.clear)
  return codes.includes(UNEXPECTED) ? UNEXPECTED : Math.max(SUCCESS, ...codes)
}

interface Checking {
  readonly format: FormatId | undefined
  readonly judge: Judge | undefined
  readonly sink: RejectionSink
  readonly progress: ReadingProgress
  /** Threads besides this one. */
  readonly workers: number
  readonly signal: AbortSignal
}

async function checkFile(session: Session, input: DatasetInput, checking: Checking): Promise<number> {
  const { judge, sink, progress, signal } = checking
  try {
    const { report, scan } = await (judge === undefined ? inspected(input, checking) : judged(input, judge, checking))
    progress.clear()
    return tellReport(session.output, input.file, { report, scan, judgement: judge?.judgement(report.accepted) })
  } catch (error) {
    signal.throwIfAborted()
    // A list that cannot be written is no trouble of the file that is read.
    await sink.drained()
    progress.clear()
    return tellFailure(session, input.file, error)
  }
}

type Found = Pick<Checked, 'report' | 'scan'>

/** Looks at a file alone or with other threads: what is found is the same. */
async function inspected(input: DatasetInput, { format, sink, progress, workers, signal }: Checking): Promise<Found> {
  const { createScanner, inspectDataset } = await import('@anytune/dataset')
  const { check, scan } = await inspectDataset(progress.watch(input, sink.drained), {
    format,
    signal,
    workers,
    scan: true,
    onRejection: (rejection) => sink.add(input.file, rejection),
  })
  return { report: check, scan: scan ?? createScanner().report() }
}

/** Looks at a file and judges it for a target, whose rules are this thread's alone. */
async function judged(
  input: DatasetInput,
  { rules }: Judge,
  { format, sink, progress, signal }: Checking,
): Promise<Found> {
  const { checkDataset, createScanner } = await import('@anytune/dataset')
  const scanner = createScanner()
  const report = await checkDataset(progress.watch(input, sink.drained), {
    format,
    signal,
    onRow: scanner.look,
    onRejection: (rejection) => sink.add(input.file, rejection),
    rules,
  })
  return { report, scan: scanner.report() }
}

/** What became known of one file. */
interface Checked {
  readonly report: CheckReport
  readonly scan: ScanReport
  /** Of the target, where one was named. */
  readonly judgement: Judgement | undefined
}

function tellReport(output: Output, file: string, checked: Checked): number {
  const { report, scan, judgement } = checked
  const { name: _name, ...facts } = report
  output.result({ file, ...facts, scan, ...(judgement && { for: judgement }) }, () => reportText(output, file, checked))
  const isBroken = judgement?.findings.some(({ severity }) => severity === 'error') ?? false
  const isRefused = report.rejected.count > 0 || report.examples === 0 || scan.secrets.count > 0 || isBroken
  return isRefused ? ROWS_REJECTED : SUCCESS
}

function tellFailure(session: Session, file: string, cause: unknown): number {
  const { output } = session
  const error = understand(cause)
  output.data({ file, error: errorData(error, session) })
  output.complaint(errorText(error, session))
  return error.code === 'dataset-invalid' ? ROWS_REJECTED : UNEXPECTED
}

function reportText({ paint }: Output, file: string, { report, scan, judgement }: Checked): string {
  const { accepted, rejected, counts } = report
  const facts = {
    container: report.container === 'jsonl' ? undefined : report.container,
    format: report.format ?? 'none: the file has no rows',
    examples: integer(report.examples),
    accepted: paint(accepted > 0 ? 'green' : 'reset', integer(accepted)),
    rejected: paint(rejected.count > 0 ? 'red' : 'reset', integer(rejected.count)),
    'blank lines': report.blankLines === 0 ? undefined : integer(report.blankLines),
    messages: counts.messages === 0 ? undefined : messageText(counts),
    ...scanFacts(scan, paint),
    size: bytes(report.bytes),
    sha256: report.sha256,
    ...(judgement && judgementFields(judgement)),
  }
  const rules = Object.entries(rejected.byRule).sort((one, other) => other[1] - one[1])
  return [
    paint('bold', file),
    fields(facts, '  '),
    ...rules.map(([rule, count]) => `  ${rule} ×${integer(count)}`),
    ...rejectionLines(rejected),
    ...(judgement ? judgementLines(judgement, paint) : []),
    ...secretLines(scan.secrets),
  ].join('\n')
}

function messageText(counts: CheckReport['counts']): string {
  const roles = Object.entries(counts.messagesByRole).filter(([, count]) => count > 0)
  const extras = Object.entries({
    'with tools': counts.withTools,
    'tool calls': counts.toolCalls,
    images: counts.images,
  })
  const parts = [...roles, ...extras.filter(([, count]) => count > 0)]
  return `${integer(counts.messages)} (${parts.map(([name, count]) => `${name} ${integer(count)}`).join(', ')})`
}
