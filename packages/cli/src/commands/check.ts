import { resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import type { CheckReport, ScanReport } from '@anytune/dataset'
import { ROWS_REJECTED, SUCCESS, UNEXPECTED } from '../exit-codes.ts'
import { errorText, understand } from '../failure.ts'
import { formatNamed } from '../format-named.ts'
import { interruptible } from '../interrupt.ts'
import type { Judgement } from '../offline/judge.ts'
import { judgeFor, type TargetOptions } from '../offline/judge-for.ts'
import { listOption } from '../options.ts'
import { judgementFields, judgementLines } from '../output/judgement-text.ts'
import type { Output } from '../output/output.ts'
import { rejectionLines } from '../output/rejections.ts'
import { scanFacts, secretLines } from '../output/scan-text.ts'
import { fields } from '../output/table.ts'
import { bytes, integer } from '../output/units.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'

/** `anytune check FILE…` */
export function addCheck(program: Program, cli: Cli): void {
  program
    .command('check')
    .description(
      'check datasets: which rows can be trained on, which cannot and why; and what they hold of persons and secrets',
    )
    .argument('<file...>', 'dataset files')
    .option('--format <format>', 'format of the rows (default: detected)')
    .option('--for <provider:model>', 'also judge by the rules on record for training this base model there')
    .option('--method <method>', 'with --for: how it is trained', 'supervised')
    .addOption(
      new Option('--role <role>', 'with --for: what the files are')
        .choices(['training', 'validation'])
        .default('training'),
    )
    .option('--allow <rule>', 'with --for: a rule that shall warn instead of refusing; may be repeated', listOption)
    .addHelpText(
      'after',
      examples(
        'anytune check train.jsonl',
        'anytune check train.jsonl --for bedrock:amazon.nova-lite-v1:0:300k',
        'anytune check train.jsonl validation.jsonl --json | jq .rejected.byRule',
      ) +
        '\nExit codes: 0 every row accepted · 2 rows rejected, secrets found, or a rule of --for broken · 1 a file could not be read\n',
    )
    .action((files, options, command) =>
      cli.run(command.optsWithGlobals(), (session) => checkFiles(session, files, options)),
    )
}

interface CheckFilesOptions extends TargetOptions {
  readonly format?: string | undefined
}

/** Checks every file, whatever becomes of the others; the worst result is the exit code. */
async function checkFiles(session: Session, files: readonly string[], options: CheckFilesOptions): Promise<number> {
  const { FORMATS, checkDataset, createScanner, fileSource } = await import('@anytune/dataset')
  const format = options.format === undefined ? undefined : formatNamed(options.format, FORMATS)
  const judgeOf = await judgeFor(options)
  const codes = await interruptible(async (signal) => {
    const results: number[] = []
    for (const file of files) {
      const scanner = createScanner()
      const judge = await judgeOf?.()
      const checking = checkDataset(fileSource(resolve(session.streams.cwd, file)), {
        format,
        signal,
        onRow: scanner.look,
        rules: judge?.rules,
      })
      results.push(
        await checking
          .then((report) => {
            const judgement = judge?.judgement(report.accepted)
            return tellReport(session.output, file, { report, scan: scanner.report(), judgement })
          })
          .catch((error) => {
            signal.throwIfAborted()
            return tellFailure(session.output, file, error)
          }),
      )
    }
    return results
  })
  return codes.includes(UNEXPECTED) ? UNEXPECTED : Math.max(SUCCESS, ...codes)
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

function tellFailure(output: Output, file: string, cause: unknown): number {
  const error = understand(cause)
  output.data({ file, error: error.toJSON() })
  output.complaint(errorText(error, output))
  return error.code === 'dataset-invalid' ? ROWS_REJECTED : UNEXPECTED
}

function reportText({ paint }: Output, file: string, { report, scan, judgement }: Checked): string {
  const { accepted, rejected, counts } = report
  const facts = {
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
