import { DatasetError } from '../dataset-error.ts'
import { canonicalInstructions, canonicalPrompt } from '../lineage/canonical-row.ts'
import { textHash } from '../lineage/row-hash.ts'
import { largestFirst } from './largest-first.ts'
import { NEXT_PLACE, placeOf } from './place.ts'
import type { DatasetRow, RowObserver, RowSet } from './row-set.ts'

/** Where a row goes. */
export type Side = 'training' | 'validation' | 'test'

/** A part of the rows: more than 0 and less than 1 of them, or a number of rows. */
export type Share = number | { readonly rows: number }

/**
 * What stays together on one side: rows that say the same, rows that ask the same (whatever the answer), or rows with the same
 * instructions at their start (a row without any is on its own).
 */
export type Together = 'row' | 'prompt' | 'instructions'

/** How rows are divided. */
export interface SplitOptions {
  readonly validation?: Share | undefined
  readonly test?: Share | undefined
  /** Another seed divides in another way. Default: `0`. */
  readonly seed?: string | undefined
  /** Default `row`. */
  readonly together?: Together | undefined
}

/** A row and the side it is on. */
export interface SplitRow {
  readonly side: Side
  readonly row: DatasetRow
}

/**
 * Divides rows into training, validation and test, in their order. The side depends on what a row says and on the seed alone:
 * a share of the places from 0 up is validation, one from 1 down is test. So a row keeps its side when rows are appended,
 * removed or reordered, and when the other share changes; a larger share takes rows from training alone.
 *
 * A share is met as chance has it: of n rows, within a few √n. A number of rows is met exactly where no rows belong together,
 * else as soon as it is reached; it reads the rows twice, needs memory for so many rows' hashes, and appended rows can push
 * rows from validation and test back to training, never the other way.
 *
 * Throws RangeError for shares that leave no training; iterating throws DatasetError `too-few-rows`.
 */
export function splitRows(
  rows: RowSet,
  options: SplitOptions,
): { readonly open: (observer?: RowObserver) => AsyncIterable<SplitRow> } {
  assertShares(options)
  return { open: (observer) => divided(rows, options, observer) }
}

async function* divided(
  rows: RowSet,
  options: SplitOptions,
  observer: RowObserver | undefined,
): AsyncGenerator<SplitRow> {
  const place = placing(options)
  const { validationEnd, testStart } = await borders(rows, options, place)
  for await (const row of rows.open(observer)) {
    const at = place(row)
    yield { side: at < validationEnd ? 'validation' : at >= testStart ? 'test' : 'training', row }
  }
}

type PlaceOfRow = (row: DatasetRow) => number

function placing({ seed = '0', together = 'row' }: SplitOptions): PlaceOfRow {
  const identity = IDENTITIES[together]
  return (row) => placeOf(seed, identity(row))
}

const IDENTITIES: Readonly<Record<Together, (row: DatasetRow) => Buffer>> = {
  row: (row) => row.hash(),
  prompt: (row) => textHash(canonicalPrompt(row.example())),
  instructions(row) {
    const canonical = canonicalInstructions(row.example())
    return canonical === undefined ? row.hash() : textHash(canonical)
  },
}

interface Borders {
  readonly validationEnd: number
  readonly testStart: number
}

async function borders(rows: RowSet, { validation = 0, test = 0 }: SplitOptions, place: PlaceOfRow): Promise<Borders> {
  if (typeof validation === 'number' && typeof test === 'number') {
    return { validationEnd: validation, testStart: 1 - test }
  }
  const lowest = typeof validation === 'number' ? undefined : createBorder(validation.rows)
  const highest = typeof test === 'number' ? undefined : createBorder(test.rows)
  let count = 0
  for await (const row of rows.open()) {
    const at = place(row)
    lowest?.add(at)
    // Counted from the other end; exact, because places are multiples of a power of two.
    highest?.add(1 - NEXT_PLACE - at)
    count++
  }
  const validationEnd = typeof validation === 'number' ? validation : lowest?.end()
  const testSize = typeof test === 'number' ? test : highest?.end()
  const testStart = 1 - (testSize ?? 0)
  const nothingLeft = count <= (lowest?.rows() ?? 0) + (highest?.rows() ?? 0)
  if (nothingLeft || validationEnd === undefined || testSize === undefined || validationEnd > testStart) {
    throw tooFewRows(count)
  }
  return { validationEnd, testStart }
}

interface Border {
  readonly add: (place: number) => void
  /** The lowest border that has the wanted number of rows below it; undefined when all of them are fewer. */
  readonly end: () => number | undefined
  /** How many rows are below it. */
  readonly rows: () => number
}

/** Keeps the lowest places, as many as hold the wanted number of rows; rows at one place belong together. */
function createBorder(wanted: number): Border {
  const heap = largestFirst<Group>((one, other) => one.place - other.place)
  const groups = new Map<number, Group>()
  let kept = 0
  return {
    add(place) {
      const known = groups.get(place)
      if (known) known.rows++
      else if (kept >= wanted && place > (heap.largest()?.place ?? 1)) return
      else {
        const group = { place, rows: 1 }
        groups.set(place, group)
        heap.add(group)
      }
      kept++
      for (let last = heap.largest(); last && kept - last.rows >= wanted; last = heap.largest()) {
        kept -= last.rows
        groups.delete(last.place)
        heap.remove()
      }
    },
    end: () => (kept >= wanted ? (heap.largest()?.place ?? 0) + NEXT_PLACE : undefined),
    rows: () => kept,
  }
}

interface Group {
  readonly place: number
  rows: number
}

function assertShares({ validation = 0, test = 0 }: SplitOptions): void {
  for (const share of [validation, test]) {
    const fits =
      typeof share === 'number' ? share >= 0 && share < 1 : Number.isSafeInteger(share.rows) && share.rows > 0
    if (!fits) throw new RangeError('a share must be from 0 to less than 1, or a whole number of rows')
  }
  const ratios = (typeof validation === 'number' ? validation : 0) + (typeof test === 'number' ? test : 0)
  if (ratios >= 1) throw new RangeError('validation and test together must leave rows for training')
}

function tooFewRows(count: number): DatasetError {
  const message = `the numbers of rows asked for leave nothing of ${count} rows for training`
  return new DatasetError('too-few-rows', message, 'ask for fewer rows for validation and test')
}
