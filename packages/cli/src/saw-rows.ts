import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { LineageFinding, RunSummary } from '@anytune/core'
import { datasetInputs, type LayoutFlags } from './dataset-inputs.ts'
import { INCOMPLETE, SUCCESS } from './exit-codes.ts'
import { formatNamed } from './format-named.ts'
import { interruptible } from './interrupt.ts'
import { withTuner } from './open-tuner.ts'
import { rejectionLines } from './output/rejections.ts'
import { safeLine } from './output/safe-text.ts'
import { table } from './output/table.ts'
import { integer } from './output/units.ts'
import type { Session } from './session.ts'

/** How the rows asked about are read, as it was given. */
export interface SawFlags extends LayoutFlags {
  readonly format?: string | undefined
}

/** Tells which runs were given rows of a file; the code says whether it could be told of all. */
export async function tellWhoSaw(session: Session, asked: string, flags: SawFlags): Promise<number> {
  const { FORMATS } = await import('@anytune/dataset')
  const format = flags.format === undefined ? undefined : formatNamed(flags.format, FORMATS)
  const { file, line } = placeOf(session, asked)
  const options = { ...(format && { format }), ...(line !== undefined && { line }) }
  return withTuner(session, (tuner) =>
    interruptible(async (signal) => {
      const [input] = await datasetInputs(session.streams, [file], flags, signal)
      // One file, one input.
      if (input === undefined) throw new Error('no input was opened')
      return tell(session, tuner.lineage.find(input.source, { ...options, signal }))
    }),
  )
}

/** `train.jsonl:17` is a row, unless there is a file of that name. */
function placeOf({ streams }: Session, asked: string): { readonly file: string; readonly line?: number } {
  const [, file, line] = /^(.+):([1-9]\d*)$/.exec(asked) ?? []
  return file === undefined || existsSync(resolve(streams.cwd, asked)) ? { file: asked } : { file, line: Number(line) }
}

type Finding<Type extends LineageFinding['type']> = Extract<LineageFinding, { readonly type: Type }>

/** What is told of one run's dataset. */
interface Told {
  readonly run: RunSummary
  readonly role: string
  rows: number
  readonly places: string[]
}

/** Places shown for one dataset of a run; all are counted, and told with `--json`. */
const SHOWN = 3

async function tell({ output }: Session, findings: AsyncIterable<LineageFinding>): Promise<number> {
  const seen = new Map<string, Told>()
  const unsearched: Finding<'unsearched'>[] = []
  const rejected: Finding<'rejected'>['rejection'][] = []
  let searched: Finding<'searched'> | undefined
  for await (const finding of findings) {
    output.data(asData(finding))
    if (finding.type === 'seen') note(seen, finding)
    else if (finding.type === 'unsearched') unsearched.push(finding)
    else if (finding.type === 'rejected') rejected.push(finding.rejection)
    else searched = finding
  }
  if (!output.json) {
    output.result(undefined, () => sawText([...seen.values()], searched))
    for (const finding of unsearched) output.complaint(unsearchedText(finding))
    if (rejected.length > 0) {
      output.complaint(
        [
          'these rows cannot be read, and were not looked for:',
          ...rejectionLines({ count: rejected.length, first: rejected }),
        ].join('\n'),
      )
    }
  }
  return unsearched.length + rejected.length > 0 ? INCOMPLETE : SUCCESS
}

function note(seen: Map<string, Told>, { run, role, source, line }: Finding<'seen'>): void {
  const key = `${run.id} ${role}`
  const told = seen.get(key) ?? { run, role, rows: 0, places: [] }
  seen.set(key, told)
  told.rows++
  if (told.places.length < SHOWN) told.places.push(`${safeLine(source.name)}:${line}`)
}

/** A finding with of its run what tells it. */
function asData(finding: LineageFinding): object {
  if (!('run' in finding)) return finding
  const { id, reference, state, profile, provider, baseModel, jobId, modelId } = finding.run
  return { ...finding, run: id, reference, state, profile, provider, baseModel, jobId, modelId }
}

function sawText(seen: readonly Told[], searched: Finding<'searched'> | undefined): string {
  const { rows = 0, datasets = 0 } = searched ?? {}
  const what = `${integer(rows)} ${rows === 1 ? 'row' : 'rows'}`
  const where = `looked for among ${integer(datasets)} ${datasets === 1 ? 'dataset' : 'datasets'} that runs were given`
  if (seen.length === 0) return `${what} ${where}: none of them was`
  const lines = seen.map(({ run, role, rows, places }) => [
    run.id,
    run.state,
    run.profile,
    safeLine(run.modelId ?? ''),
    role,
    integer(rows),
    places.join(' ') + (rows > places.length ? ' …' : ''),
  ])
  return `${table(['RUN', 'STATE', 'PROFILE', 'MODEL', 'AS', 'ROWS', 'FROM'], lines)}\n${what} ${where}`
}

const REASONS: Readonly<Record<Finding<'unsearched'>['reason'], string>> = {
  'not-kept': 'what it was given was not written down',
  forgotten: 'what it was given was written down, and removed when asked for',
  missing: 'the file that says what it was given is missing',
  damaged: 'the file that says what it was given is damaged',
  'other-key': 'what it was given was written down with a key that is not here any more',
}

function unsearchedText({ run, role, reason }: Finding<'unsearched'>): string {
  return `of ${run.id} (${role}) it cannot be told: ${REASONS[reason]}`
}
