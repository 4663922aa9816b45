import { resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import type { MonthlyUse } from '@anytune/core'
import type { DatasetStatistics, EncodingId } from '@anytune/dataset'
import { ROWS_REJECTED, SUCCESS } from '../exit-codes.ts'
import { formatNamed } from '../format-named.ts'
import { interruptible } from '../interrupt.ts'
import type { Target } from '../offline/target.ts'
import { countOption } from '../options.ts'
import { targetCostText } from '../output/cost-text.ts'
import { statisticsText } from '../output/statistics-text.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'

/** `anytune stats FILE…` */
export function addStats(program: Program, cli: Cli): void {
  program
    .command('stats')
    .description('measure datasets: rows, turns, tokens, repeated rows, and with --for what training on them costs')
    .argument('<file...>', 'training datasets')
    .option('--validation <file>', 'validation dataset; rows of it that are in the training datasets too are told')
    .option('--format <format>', 'format of the rows (default: detected)')
    .option(
      '--for <provider:model>',
      'count in this base model’s vocabulary, and estimate the cost, from the catalogue',
    )
    .option('--method <method>', 'with --for: how it is trained', 'supervised')
    .option('--epochs <number>', 'with --for: passes over the training datasets', countOption)
    .option('--monthly-input <tokens>', 'with --for: tokens asked of the result in a month', countOption)
    .option('--monthly-output <tokens>', 'with --for: tokens answered in a month', countOption)
    .addOption(
      new Option('--encoding <name>', 'without --for: the vocabulary to count in')
        .choices(['o200k_base', 'cl100k_base'])
        .default('o200k_base'),
    )
    .addHelpText(
      'after',
      examples(
        'anytune stats train.jsonl --validation held-out.jsonl',
        'anytune stats train.jsonl --for openai:gpt-4.1-mini-2025-04-14 --epochs 3',
      ) + '\nExit codes: 0 every row accepted · 2 rows rejected · 1 a file could not be read\n',
    )
    .action((files, options, command) =>
      cli.run(command.optsWithGlobals(), (session) => stats(session, files, options)),
    )
}

interface StatsOptions {
  readonly validation?: string | undefined
  readonly format?: string | undefined
  readonly for?: string | undefined
  readonly method: string
  readonly epochs?: number | undefined
  readonly monthlyInput?: number | undefined
  readonly monthlyOutput?: number | undefined
  readonly encoding: string
}

async function stats(session: Session, files: readonly string[], options: StatsOptions): Promise<number> {
  const { output, streams } = session
  const target = await targetOf(options)
  const names = [...files, ...(options.validation === undefined ? [] : [options.validation])]
  const paths = names.map((name) => resolve(streams.cwd, name))
  const measured = await interruptible((signal) => measure(paths, target, options, signal))
  for (const [index, told] of measured.entries()) {
    const file = names[index] ?? told.name
    const role = index < files.length ? 'training' : 'validation'
    const { name: _name, ...facts } = told
    output.result({ file, role, ...facts }, () => statisticsText({ file, role, told, names }, output.paint))
  }
  if (target !== undefined) await tellCost(session, target, options, measured.slice(0, files.length), paths)
  return measured.some(({ rejected, examples: rows }) => rejected > 0 || rows === 0) ? ROWS_REJECTED : SUCCESS
}

async function measure(
  paths: readonly string[],
  target: Target | undefined,
  options: StatsOptions,
  signal: AbortSignal,
): Promise<readonly DatasetStatistics[]> {
  const { fileSource, FORMATS, measureDatasets, tokenMethod, truncation } = await import('@anytune/dataset')
  return measureDatasets(
    paths.map((path) => fileSource(path)),
    {
      format: options.format === undefined ? undefined : formatNamed(options.format, FORMATS),
      signal,
      tokens: tokenMethod(target ? target.encoding?.encoding : encodingNamed(options.encoding)),
      truncatedAt: target && truncation(target.rules),
    },
  )
}

async function targetOf({ for: wanted, method }: StatsOptions): Promise<Target | undefined> {
  if (wanted === undefined) return undefined
  const [{ catalogue }, { targetNamed }] = await Promise.all([
    import('@anytune/catalogue'),
    import('../offline/target.ts'),
  ])
  return targetNamed(catalogue, wanted, method)
}

async function tellCost(
  { output }: Session,
  target: Target,
  options: StatsOptions,
  training: readonly DatasetStatistics[],
  paths: readonly string[],
): Promise<void> {
  const [{ catalogue }, { sumOfTokens, targetCosts }] = await Promise.all([
    import('@anytune/catalogue'),
    import('../offline/costs.ts'),
  ])
  const tokens = sumOfTokens(training.flatMap((told) => (told.tokens ? [told.tokens] : [])))
  if (tokens === undefined) return
  const bytes = tokens.method.kind === 'exact' ? undefined : await sentBytes(target, training, paths)
  const { epochs } = options
  const costs = targetCosts(catalogue, target, { epochs, tokens, bytes, use: useOf(options), now: new Date() })
  const { provider, baseModel, method } = target
  output.result({ for: { provider, baseModel, method }, ...(epochs !== undefined && { epochs }), costs }, () =>
    targetCostText(costs, output.paint),
  )
}

/** Size of the rows in the format of the target; undefined where that format is not on record. */
async function sentBytes(
  { format }: Target,
  training: readonly DatasetStatistics[],
  paths: readonly string[],
): Promise<number | undefined> {
  const { fileSource, FORMATS, measureEncoding } = await import('@anytune/dataset')
  if (format === undefined || !Object.hasOwn(FORMATS, format.format)) return undefined
  const to = formatNamed(format.format, FORMATS)
  let sum = 0
  for (const [index, { format: from }] of training.entries()) {
    const source = fileSource(paths[index] ?? '')
    const { bytes } = await interruptible((signal) => measureEncoding(source, { from, to, onRejected: 'skip', signal }))
    sum += bytes
  }
  return sum
}

function useOf({ monthlyInput, monthlyOutput }: StatsOptions): MonthlyUse | undefined {
  if (monthlyInput === undefined && monthlyOutput === undefined) return undefined
  return { inputTokens: monthlyInput ?? 0, outputTokens: monthlyOutput ?? 0 }
}

function encodingNamed(name: string): EncodingId {
  return name === 'cl100k_base' ? 'cl100k_base' : 'o200k_base'
}
