import type { Contender } from './report/facts.ts'

interface Measured {
  readonly base: Contender
  readonly neighbour: Contender
  readonly tuned: Contender
  readonly trained: Contender
  /** When the program began, on the clock of `performance`. */
  readonly began: number
  readonly report: string
  readonly seed: number
  readonly model: string
}

/** The results for programs: shares from 0 to 1, seconds, and the report's absolute path. */
export function resultLine({ base, neighbour, tuned, trained, began, report, seed, model }: Measured) {
  return {
    heldOut: {
      examples: tuned.scores.examples,
      exactBefore: base.scores.exact,
      exactAfter: tuned.scores.exact,
      validJsonAfter: tuned.scores.validJson,
      fieldAccuracyAfter: tuned.scores.fieldAccuracy,
      fields: tuned.scores.fields,
      baselineExact: neighbour.scores.exact,
    },
    train: { examples: trained.scores.examples, exactAfter: trained.scores.exact },
    seconds: Math.round(performance.now() - began) / 1000,
    report,
    seed,
    model,
  }
}
