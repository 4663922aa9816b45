import { mergePair, type Merge } from './fit.ts'

const fewestAnswers = 8
const shareOfAnswers = 0.5
/** Ids kept free for phrases. */
export const mostPhrases = 64

/**
 * Merges that join whole tokens across the borders of words, for the wording that at least half of the answers share:
 * a format such as `","urgency":"` becomes one token, so that the model has to learn only what differs between answers.
 */
export function fitPhrases(answers: readonly (readonly number[])[], firstId: number): readonly Merge[] {
  if (answers.length < fewestAnswers) return []
  let sequences = answers
  const phrases: Merge[] = []
  while (phrases.length < mostPhrases) {
    const best = mostShared(sequences)
    if (best === undefined || best.count < answers.length * shareOfAnswers) break
    const [left, right] = best.pair
    sequences = sequences.map((ids) => mergePair(ids, left, right, firstId + phrases.length))
    phrases.push(best.pair)
  }
  return phrases
}

/** The pair that most sequences hold; of equals the one found first. */
function mostShared(
  sequences: readonly (readonly number[])[],
): { readonly pair: Merge; readonly count: number } | undefined {
  const holders = new Map<number, { readonly pair: Merge; last: number; count: number }>()
  for (const [index, ids] of sequences.entries()) {
    for (let position = 0; position + 1 < ids.length; position++) {
      const pair: Merge = [ids[position] ?? 0, ids[position + 1] ?? 0]
      const key = pair[0] * 65_536 + pair[1]
      const known = holders.get(key)
      if (known === undefined) holders.set(key, { pair, last: index, count: 1 })
      else if (known.last !== index) {
        known.last = index
        known.count++
      }
    }
  }
  let best: { readonly pair: Merge; readonly count: number } | undefined
  for (const candidate of holders.values()) if (candidate.count > (best?.count ?? 0)) best = candidate
  return best
}
