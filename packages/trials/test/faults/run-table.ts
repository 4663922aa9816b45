import { faultsOf, OPERATIONS } from './operations.ts'
import { type Cell, type Result, runCell } from './run-cell.ts'
import type { Ground, VendorName } from './scene.ts'

/** A cell and what came of it. */
export interface Done {
  readonly cell: Cell
  readonly result: Result
}

/** Every fault at every request of every operation of a vendor. */
export function cellsOf(vendor: VendorName): readonly Cell[] {
  return OPERATIONS.flatMap((operation) =>
    (operation.strikes[vendor] ?? []).flatMap((strike) =>
      faultsOf(operation, strike).flatMap((fault) =>
        fault.times.map((times): Cell => ({ vendor, operation, strike, fault, times })),
      ),
    ),
  )
}

/** Several at a time: much of it is waiting. */
const AT_A_TIME = 8

/** Runs the cells, and gives them in their order. */
export async function runCells(ground: Ground, cells: readonly Cell[]): Promise<readonly Done[]> {
  const results = new Map<Cell, Result>()
  const left = cells.values()
  const work = async () => {
    for (const cell of left) results.set(cell, await runCell(ground, cell))
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return cells.flatMap((cell) => {
    const result = results.get(cell)
    return result === undefined ? [] : [{ cell, result }]
  })
}
