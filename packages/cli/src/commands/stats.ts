import { Option } from '@commander-js/extra-typings'
import type { MonthlyUse } from '@anytune/core'
import type { DatasetSource, DatasetStatistics, EncodingId } from '@anytune/dataset'
import {
  containerOption,
  datasetInputs,
  mapOption,
  STANDARD_INPUT,
  textUnitOption,
  type DatasetInput,
  type LayoutFlags,
} from '../dataset-inputs.ts'
import { ROWS_REJECTED, SUCCESS } from '../exit-codes.ts'
import { formatNamed } from '../format-named.ts'
import { interruptible } from '../interrupt.ts'
import type { TargetCost } from '../offline/costs.ts'
import { assertTarget } from '../offline/judge-for.ts'
import type { Target } from '../offline/target.ts'
import { countOption } from '../options.ts'
import { targetCostText } from '../output/cost-text.ts'
import { readingProgress } from '../output/reading-progress.ts'
import { statisticsText } from '../output/statistics-text.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'
import { workersOption } from '../workers.ts'

/** `anytune stats FILE…` */
export function addStats(program: Program, cli: Cli): void {
  program
    .command('stats')
    .description('measure datasets: rows, turns, tokens, repeated rows, and with --for what training on them costs')
    .argument('<file...>', 'training datasets; - is standard input')
    .option('--validation <file>', 'validation dataset; rows of it that are in the training datasets too are told')
    .option('--format <format>', 'format of the rows (default: detected)')
    .addOption(containerOption())
    .addOption(mapOption())
    .addOption(textUnitOption())
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
        .default('o200k_base')
        .conflicts('for'),
    )
    .addOption(workersOption())
    .addHelpText(
      'after',
      examples(
        'anytune stats train.jsonl --validation held-out.jsonl',
        'anytune stats train.jsonl --for openai:gpt-4.1-mini-2025-04-14 --epochs 3',
      ) + '\nExit codes: 0 every row accepted · 2 rows rejected, or no row at all · any other: nothing was measured\n',
    )
    .action((files, options, command) =>
      cli.run(command.optsWithGlobals(), (session) => {
        assertTarget(command, ['method', 'epochs', 'monthlyInput', 'monthlyOutput'])
        return stats(session, files, options)
      }),
    )
}

interface StatsOptions extends LayoutFlags {
  readonly validation?: string | undefined
  readonly format?: string | undefined
  readonly for?: string | undefined
  readonly method: string
  readonly epochs?: number | undefined
  readonly monthlyInput?: number | undefined
  readonly monthlyOutput?: number | undefined
  readonly encoding: string
  readonly workers: number
}

async function stats(session: Session, files: readonly string[], options: StatsOptions): Promise<number> {
  const { output } = session
  const target = await targetOf(options)
  const names = [...files, ...(options.validation === undefined ? [] : [options.validation])]
  const progress = readingProgress(session)
  const { measured, costs } = await interruptible(async (signal) => {
    const inputs = await datasetInputs(session.streams, names, options, signal)
    const sources = inputs.map((input) => progress.watch(input))
    const told = await measure(sources, target, options, signal)
    const training = inputs.map((input, index) => ({ input, told: told[index] })).slice(0, files.length)
    return { measured: told, costs: target && (await costOf(target, options, training, signal)) }
  }).finally(progress.clear)
  for (const [index, told] of measured.entries()) {
    const file = names[index] ?? told.name
    const role = index < files.length ? 'training' : 'validation'
    const { name: _name, ...facts } = told
    output.result({ file, role, ...facts }, () => statisticsText({ file, role, told, names }, output.paint))
  }
  if (target !== undefined && costs !== undefined) tellCosts(session, target, options, costs)
  return measured.some(({ rejected, examples: rows }) => rejected > 0 || rows === 0) ? ROWS_REJECTED : SUCCESS
}

async function measure(
  sources: readonly DatasetSource[],
  target: Target | undefined,
  options: StatsOptions,
  signal: AbortSignal,
): Promise<readonly DatasetStatistics[]> {
  const { FORMATS, measureDatasets, tokenMethod, truncation } = await import('@anytune/dataset')
  return measureDatasets(sources, {
    format: options.format === undefined ? undefined : formatNamed(options.format, FORMATS),
    signal,
    workers: options.workers,
    tokens: tokenMethod(target ? target.encoding?.encoding : encodingNamed(options.encoding)),
    truncatedAt: target && truncation(target.rules),
  })
}

async function targetOf({ for: wanted, method }: StatsOptions): Promise<Target | undefined> {
  if (wanted === undefined) return undefined
  const [{ catalogue }, { targetNamed }] = await Promise.all([
    import('@anytune/catalogue'),
    import('../offline/target.ts'),
  ])
  return targetNamed(catalogue, wanted, method)
}

/** A training dataset and what it holds. */
interface MeasuredInput {
  readonly input: DatasetInput
  readonly told: DatasetStatistics | undefined
}

async function costOf(
  target: Target,
  options: StatsOptions,
  training: readonly MeasuredInput[],
  signal: AbortSignal,
): Promise<readonly TargetCost[] | undefined> {
  const [{ catalogue }, { sumOfTokens, targetCosts }] = await Promise.all([
    import('@anytune/catalogue'),
    import('../offline/costs.ts'),
  ])
  const tokens = sumOfTokens(training.flatMap(({ told }) => told?.tokens ?? []))
  if (tokens === undefined) return undefined
  const bytes = tokens.method.kind === 'exact' ? undefined : await sentBytes(target, training, signal)
  return targetCosts(catalogue, target, { epochs: options.epochs, tokens, bytes, use: useOf(options), now: new Date() })
}

/** Size of the rows in the format of the target; undefined where that format is not on record, or a dataset cannot be read again. */
async function sentBytes(
  { format }: Target,
  training: readonly MeasuredInput[],
  signal: AbortSignal,
): Promise<number | undefined> {
  const { FORMATS, measureEncoding } = await import('@anytune/dataset')
  const again = training.every(({ input }) => input.file !== STANDARD_INPUT)
  if (!again || format === undefined || !Object.hasOwn(FORMATS, format.format)) return undefined
  const to = formatNamed(format.format, FORMATS)
  let sum = 0
  for (const { input, told } of training) {
    const { bytes } = await measureEncoding(input.source, { from: told?.format, to, onRejected: 'skip', signal })
    sum += bytes
  }
  return sum
}

function tellCosts({ output }: Session, target: Target, options: StatsOptions, costs: readonly TargetCost[]): void {
  const { epochs } = options
  const { provider, baseModel, method } = target
  output.result({ for: { provider, baseModel, method }, ...(epochs !== undefined && { epochs }), costs }, () =>
    targetCostText(costs, output.paint),
  )
}

function useOf({ monthlyInput, monthlyOutput }: StatsOptions): MonthlyUse | undefined {
  if (monthlyInput === undefined && monthlyOutput === undefined) return undefined
  return { inputTokens: monthlyInput ?? 0, outputTokens: monthlyOutput ?? 0 }
}

function encodingNamed(name: string): EncodingId {
  return name === 'cl100k_base' ? 'cl100k_base' : 'o200k_base'
}
