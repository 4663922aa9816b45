import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import type { Share, Side, SplitRow, Together } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'
import { InvalidArgumentError } from '@commander-js/extra-typings'
import { containerOption, mapOption, STANDARD_INPUT, textUnitOption } from '../dataset-inputs.ts'
import { rejectedText } from '../output/rejections.ts'
import { table } from '../output/table.ts'
import { bytes, integer } from '../output/units.ts'
import { examples, type Program } from '../program.ts'
import { noRows, type Rejected } from '../rejection-tally.ts'
import { rowWriter } from '../row-writer.ts'
import { selecting, type RejectionInFile } from '../selecting.ts'
import type { Cli, Session } from '../session.ts'
import { writingWhole, type Target, type WholeFile } from '../whole-files.ts'

/** `anytune split FILE` */
export function addSplit(program: Program, cli: Cli): void {
  splitCommand(program)
    .addHelpText(
      'after',
      examples(
        'anytune split train.jsonl --validation 0.1',
        'anytune split train.jsonl --validation 500 --test 500 --out parts',
        'anytune split train.jsonl --validation 10% --together prompt --seed 2',
      ) +
        '\nA row keeps its side when rows are appended or reordered; rows that say the same are on one side.\n' +
        'Exit codes: 0 done · 2 rows rejected · any other: nothing was written\n',
    )
    .action((file, flags, command) => cli.run(command.optsWithGlobals(), (session) => splitFile(session, file, flags)))
}

function splitCommand(program: Program) {
  return program
    .command('split')
    .description('divide a dataset into training, validation and test by what its rows say')
    .argument('<file>', 'dataset file; - is standard input')
    .option('--validation <share>', 'share (0.1, 10%) or number of rows (500) for validation', shareOption)
    .option('--test <share>', 'share or number of rows for test', shareOption)
    .option('--seed <text>', 'another seed divides in another way', '0')
    .option('--together <what>', `what stays on one side: ${TOGETHER.join(', ')}`, togetherOption, 'row' as const)
    .option('--out <folder>', 'where the files are written (default: beside the dataset)')
    .option('--from <format>', 'format of the rows (default: detected)')
    .addOption(containerOption())
    .addOption(mapOption())
    .addOption(textUnitOption())
    .option('--skip-rejected', 'leave rejected rows out, and list them; without it they fail the command')
    .option('--rejected <file>', 'list every rejected row in this file, a JSON object a line')
    .option('--overwrite', 'replace files that are there')
}

type SplitFlags = ReturnType<ReturnType<typeof splitCommand>['opts']>

const TOGETHER = ['row', 'prompt', 'instructions'] as const satisfies readonly Together[]

function togetherOption(text: string): Together {
  const found = TOGETHER.find((known) => known === text)
  if (found === undefined) throw new InvalidArgumentError(`It must be one of ${TOGETHER.join(', ')}.`)
  return found
}

/** `0.1` and `10%` are shares; `500` is a number of rows. */
function shareOption(text: string): Share {
  const [, number = '', percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
  const value = Number(number) / (percent === '%' ? 100 : 1)
  if (percent === '' && /^[1-9]\d*$/.test(number)) return { rows: value }
  if (number === '' || value <= 0 || value >= 1) {
    throw new InvalidArgumentError('Write a share such as 0.1 or 10%, or a number of rows such as 500.')
  }
  return value
}

/** What became of one side. */
interface Part {
  readonly side: Side
  readonly file: string
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

async function splitFile(session: Session, file: string, flags: SplitFlags): Promise<void> {
  const { seed, together, validation, test, overwrite = false } = flags
  const sides = wantedSides(flags)
  const targets = sides.map((side) => targetOf(session, file, side, flags.out))
  const writes = targets.map(({ path }) => path)
  const { splitRows } = await import('@anytune/dataset')
  const result = await selecting(session, { files: [file], flags, writes }, (selected) =>
    writingWhole(targets, { overwrite, reads: selected.reads, makesFolder: flags.out !== undefined }, async (files) => {
      const split = splitRows(selected.rows, { validation, test, seed, together })
      const parts = await writeSides(split.open(selected.observer), { ...selected, sides, targets, files })
      const rejected = selected.rejected()
      if (parts.every(({ rows }) => rows === 0)) throw noRows(rejected)
      const empty = parts.find(({ rows }) => rows === 0)
      if (empty !== undefined) throw emptySide(empty.side)
      return { parts, rejected }
    }),
  )
  tell(session, { file, seed, together, ...result })
}

function wantedSides({ validation, test }: SplitFlags): readonly Side[] {
  if (validation === undefined && test === undefined) {
    throw new AnytuneError('invalid-argument', 'nothing to divide by', {
      hint: 'say how many rows are for validation: --validation 0.1',
    })
  }
  const ratio = [validation, test].reduce<number>((sum, share) => sum + (typeof share === 'number' ? share : 0), 0)
  if (ratio >= 1) {
    throw new AnytuneError('invalid-argument', 'validation and test together must leave rows for training', {
      hint: 'ask for smaller shares',
    })
  }
  return ['training', ...(validation ? (['validation'] as const) : []), ...(test ? (['test'] as const) : [])]
}

/** `data/train.csv.gz` becomes `data/train-validation.jsonl`. */
function targetOf({ streams }: Session, file: string, side: Side, out: string | undefined): Target {
  const path = resolve(streams.cwd, file === STANDARD_INPUT ? 'rows' : file)
  const name = basename(path).replace(/\.gz$/i, '')
  const stem = name.slice(0, name.length - extname(name).length)
  const folder = out === undefined ? dirname(path) : resolve(streams.cwd, out)
  const target = join(folder, `${stem}-${side}.jsonl`)
  return { path: target, shown: relative(streams.cwd, target) }
}

async function writeSides(
  rows: AsyncIterable<SplitRow>,
  {
    sides,
    targets,
    files,
    signal,
  }: {
    readonly sides: readonly Side[]
    readonly targets: readonly Target[]
    readonly files: readonly WholeFile[]
    readonly signal: AbortSignal
  },
): Promise<readonly Part[]> {
  const writers = new Map(files.map((file, index) => [sides[index], rowWriter(file)]))
  for await (const { side, row } of rows) {
    signal.throwIfAborted()
    await writers.get(side)?.add(row.bytes)
  }
  const parts: Part[] = []
  for (const [index, side] of sides.entries()) {
    const writer = writers.get(side)
    await writer?.end()
    const { bytes = 0, sha256 = '' } = files[index]?.written() ?? {}
    parts.push({ side, file: targets[index]?.shown ?? '', rows: writer?.rows() ?? 0, bytes, sha256 })
  }
  return parts
}

/** Providers refuse an empty file, and a share of few rows may come out as none. */
function emptySide(side: Side): AnytuneError {
  return new AnytuneError('invalid-argument', `no row falls to ${side}: nothing was written`, {
    hint: 'ask for a larger share or a number of rows, or give another --seed',
    data: { side },
  })
}

interface SplitResult {
  readonly file: string
  readonly seed: string
  readonly together: Together
  readonly parts: readonly Part[]
  readonly rejected: Rejected<RejectionInFile>
}

function tell({ output }: Session, result: SplitResult): void {
  output.result(result, () => {
    const rows = result.parts.map((part) => [
      part.side,
      integer(part.rows),
      bytes(part.bytes),
      part.sha256.slice(0, 12),
      part.file,
    ])
    return [table(['SIDE', 'ROWS', 'SIZE', 'SHA-256', 'FILE'], rows), ...rejectedText(result.rejected)].join('\n')
  })
}
