/** A labelled text. */
export interface LabelledText {
  readonly text: string
  readonly answer: string
}

/** The baseline to beat: the answer of the most similar known text, by the cosine of their TF-IDF word vectors. */
export function createNearestNeighbour(known: readonly LabelledText[]) {
  const documents = new Map<string, number>()
  for (const { text } of known)
    for (const word of new Set(wordsOf(text))) documents.set(word, (documents.get(word) ?? 0) + 1)
  const vectorOf = (text: string): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>()
    for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
    const weighted = Array.from(counts, ([word, count]) => {
      const rarity = Math.log((1 + known.length) / (1 + (documents.get(word) ?? 0))) + 1
      return [word, count * rarity] as const
    })
    const norm = Math.hypot(...weighted.map(([, weight]) => weight))
    return new Map(weighted.map(([word, weight]) => [word, weight / norm]))
  }
  const vectors = known.map(({ text, answer }) => ({ vector: vectorOf(text), answer }))
  return (text: string): string => {
    const wanted = vectorOf(text)
    const similarity = (vector: ReadonlyMap<string, number>) =>
      Array.from(wanted).reduce((sum, [word, weight]) => sum + weight * (vector.get(word) ?? 0), 0)
    const ranked = vectors.map(({ vector, answer }) => ({ answer, score: similarity(vector) }))
    return ranked.reduce((best, other) => (other.score > best.score ? other : best)).answer
  }
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []
}
