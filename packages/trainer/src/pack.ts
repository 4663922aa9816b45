import type { Batch } from './engine/engine.ts'
import type { Encoding } from './encode.ts'
import { special } from './tokenizer/tokens.ts'

/** The fixed shape of every batch of a training: one compiled program serves them all. */
export interface BatchShape {
  readonly rows: number
  readonly length: number
  readonly slots: number
}

/** Examples that share rows: `rows[n]` lists indices into the encodings. */
export type RowPlan = readonly (readonly number[])[]

/** Puts examples into as few rows as first-fit, longest first, finds. */
export function planRows(encodings: readonly Encoding[], chosen: Iterable<number>, length: number): RowPlan {
  const rows: number[][] = []
  const free: number[] = []
  const size = (index: number) => encodings[index]?.ids.length ?? 0
  for (const index of [...chosen].sort((one, other) => size(other) - size(one))) {
    const found = free.findIndex((tokens) => tokens >= size(index))
    const row = found < 0 ? rows.push([]) - 1 : found
    rows[row]?.push(index)
    free[row] = (found < 0 ? length : (free[row] ?? 0)) - size(index)
  }
  return rows
}

/** Prediction slots that one row needs. */
export function slotsOf(encodings: readonly Encoding[], row: readonly number[]): number {
  return row.reduce((total, index) => total + (encodings[index]?.predicts.length ?? 0), 0)
}

/** Fills a batch; `weight` is the share of the loss of each prediction, so a batch split in parts still sums to a mean. */
export function packBatch(encodings: readonly Encoding[], rows: RowPlan, shape: BatchShape, weight: number): Batch {
  const batch = emptyBatch(shape)
  for (const [row, indices] of rows.entries())
    fillRow(
      batch,
      row,
      indices.map((index) => encodings[index]),
      weight,
    )
  return batch
}

function emptyBatch(shape: BatchShape): Batch {
  const tokens = shape.rows * shape.length
  const slots = shape.rows * shape.slots
  // Unused places see only themselves: a softmax over nothing would be NaN and spoil the sums.
  const own = Int32Array.from({ length: tokens }, (_, index) => index % shape.length)
  return {
    ...shape,
    ids: new Int32Array(tokens).fill(special.padding),
    seesFrom: own,
    seesTo: own.slice(),
    positions: new Int32Array(slots),
    targets: new Int32Array(slots),
    weights: new Float32Array(slots),
  }
}

function fillRow(batch: Batch, row: number, encodings: readonly (Encoding | undefined)[], weight: number): void {
  let start = 0
  let slot = row * batch.slots
  for (const encoding of encodings) {
    if (encoding === undefined) continue
    const offset = row * batch.length + start
    batch.ids.set(encoding.ids, offset)
    batch.seesFrom.fill(start, offset, offset + encoding.ids.length)
    for (const [index, seesTo] of encoding.seesTo.entries()) batch.seesTo[offset + index] = start + seesTo
    for (const position of encoding.predicts) {
      batch.positions[slot] = start + position
      batch.targets[slot] = encoding.ids[position + 1] ?? special.padding
      batch.weights[slot] = weight
      slot++
    }
    start += encoding.ids.length
  }
  if (start > batch.length || slot > (row + 1) * batch.slots) throw new RangeError('A row does not fit in its batch.')
}
