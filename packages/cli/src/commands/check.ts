import { resolve } from 'node:path'
import type { CheckReport, ScanReport } from '@anytune/dataset'
import { ROWS_REJECTED, SUCCESS, UNEXPECTED } from '../exit-codes.ts'
import { errorText, understand } from '../failure.ts'
import { formatNamed } from '../format-named.ts'
import { interruptible } from '../interrupt.ts'
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
    .addHelpText(
      'after',
      examples('anytune check train.jsonl', 'anytune check train.jsonl validation.jsonl --json | jq .rejected.byRule') +
        '\nExit codes: 0 every row accepted · 2 rows rejected, or secrets found · 1 a file could not be read\n',
    )
    .action((files, options, command) =>
      cli.run(command.optsWithGlobals(), (session) => checkFiles(session, files, options.format)),
    )
}

/** Checks every file, whatever becomes of the others; the worst result is the exit code. */
async function checkFiles(session: Session, files: readonly string[], wanted: string | undefined): Promise<number> {
  const { FORMATS, checkDataset, createScanner, fileSource } = await import('@anytune/dataset')
  const format = wanted === undefined ? undefined : formatNamed(wanted, FORMATS)
  const codes = await interruptible(async (signal) => {
    const results: number[] = []
    for (const file of files) {
      const scanner = createScanner()
      const checking = checkDataset(fileSource(resolve(session.streams.cwd, file)), {
        format,
        signal,
        onRow: scanner.look,
      })
      results.push(
        await checking
          .then((report) => tellReport(session.output, file, report, scanner.report()))
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

function tellReport(output: Output, file: string, report: CheckReport, scan: ScanReport): number {
  const { name: _name, ...facts } = report
  output.result({ file, ...facts, scan }, () => reportText(output, file, report, scan))
  const isRefused = report.rejected.count > 0 || report.examples === 0 || scan.secrets.count > 0
  return isRefused ? ROWS_REJECTED : SUCCESS
}

function tellFailure(output: Output, file: string, cause: unknown): number {
  const error = understand(cause)
  output.data({ file, error: error.toJSON() })
  output.complaint(errorText(error, output))
  return error.code === 'dataset-invalid' ? ROWS_REJECTED : UNEXPECTED
}

function reportText({ paint }: Output, file: string, report: CheckReport, scan: ScanReport): string {
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
  }
  const rules = Object.entries(rejected.byRule).sort((one, other) => other[1] - one[1])
  return [
    paint('bold', file),
    fields(facts, '  '),
    ...rules.map(([rule, count]) => `  ${rule} ×${integer(count)}`),
    ...rejectionLines(rejected),
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
