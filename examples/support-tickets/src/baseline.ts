import type { Ticket } from './tickets.ts'

/**
 * The most similar training ticket by cosine of TF-IDF vectors; of equally similar ones, and where no word is known, the first.
 *
 * What a fine-tuned model has to beat: its answers are always well formed, and it takes no training. Weights are the usual ones:
 * counts of words times `ln((1 + tickets) / (1 + tickets with the word)) + 1`.
 */
export function nearestNeighbour(training: readonly Ticket[]): (text: string) => Ticket {
  const [first] = training
  if (first === undefined) throw new RangeError('a nearest neighbour needs at least one training ticket')
  const weigh = weighting(training.map(({ text }) => words(text)))
  const vectors = training.map((ticket) => ({ ticket, vector: weigh(words(ticket.text)) }))
  return (text) => {
    const asked = weigh(words(text))
    let best = { ticket: first, similarity: 0 }
    for (const { ticket, vector } of vectors) {
      const similarity = product(asked, vector)
      if (similarity > best.similarity) best = { ticket, similarity }
    }
    return best.ticket
  }
}

type Vector = ReadonlyMap<string, number>

/** Lower-cased words of two characters or more. */
function words(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? []
}

/** Makes vectors of length 1 in the words that the documents have. */
function weighting(documents: readonly (readonly string[])[]): (document: readonly string[]) => Vector {
  const frequency = new Map<string, number>()
  for (const word of documents.flatMap((document) => [...new Set(document)])) {
    frequency.set(word, (frequency.get(word) ?? 0) + 1)
  }
  const rarity = (word: string) => Math.log((1 + documents.length) / (1 + (frequency.get(word) ?? 0))) + 1
  return (document) => {
    const weights = new Map<string, number>()
    for (const word of document) if (frequency.has(word)) weights.set(word, (weights.get(word) ?? 0) + rarity(word))
    const length = Math.hypot(...weights.values())
    return new Map([...weights].map(([word, weight]) => [word, weight / length]))
  }
}

function product(one: Vector, other: Vector): number {
  let sum = 0
  for (const [word, weight] of one) sum += weight * (other.get(word) ?? 0)
  return sum
}
