import type { Rejection } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'

/** Rows that were left out, as results tell them: all counted, the first ones listed. */
export interface Rejected<Listed extends Rejection = Rejection> {
  readonly count: number
  readonly first: readonly Listed[]
  /** Counts by rule id. */
  readonly byRule: Readonly<Record<string, number>>
}

const LISTED = 1000

/** Counts rejections as they come. */
export function rejectionTally<Listed extends Rejection>() {
  const first: Listed[] = []
  const byRule = new Map<string, number>()
  let count = 0
  return {
    add(rejection: Listed): void {
      count++
      byRule.set(rejection.rule, (byRule.get(rejection.rule) ?? 0) + 1)
      if (first.length < LISTED) first.push(rejection)
    },
    result: (): Rejected<Listed> => ({ count, first, byRule: Object.fromEntries(byRule) }),
  }
}

/** The error for a command that has no row to write. */
export function noRows({ count, first }: Rejected): AnytuneError {
  return new AnytuneError('dataset-invalid', 'there is no row to write: nothing was written', {
    hint: count === 0 ? 'the files have no rows' : 'mend the rows listed',
    data: { rejected: { count, first } },
  })
}
