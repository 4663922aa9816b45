import type { Encoding } from './encode.ts'
import { specialCount } from './tokenizer/tokens.ts'
import type { Random } from './random.ts'

/**
 * A copy without some of the tokens that are only read, so that no answer can hang on a single word.
 * The share that is left out differs from copy to copy, around the mean share, so that whole prompts are met in training too.
 */
export function omitTokens(encoding: Encoding, meanShare: number, random: Random): Encoding {
  const share = 2 * meanShare * random.next()
  const answered = new Set(Array.from(encoding.predicts, (position) => position + 1))
  const kept = Array.from(
    encoding.ids,
    (id, position) => id < specialCount || answered.has(position) || random.next() >= share,
  )
  const positions = Array.from(kept.keys()).filter((position) => kept[position])
  // For each old position the new one of the last kept token up to it; the first token is a marker and always kept.
  const moved = new Int32Array(kept.length)
  for (let position = 1; position < kept.length; position++) {
    moved[position] = (moved[position - 1] ?? 0) + (kept[position] === true ? 1 : 0)
  }
  return {
    ids: Int32Array.from(positions, (position) => encoding.ids[position] ?? 0),
    seesTo: Int32Array.from(positions, (position) => moved[encoding.seesTo[position] ?? 0] ?? 0),
    predicts: encoding.predicts.map((position) => moved[position] ?? 0),
  }
}
