/** Work of which several pieces are under way. A piece that failed is thrown to whoever adds or waits next. */
export interface SideBySide {
  /** Resolves when there is room for another one. */
  add(work: Promise<void>): Promise<void>
  all(): Promise<void>
  /** Resolves when nothing is under way any more, whatever came of it. */
  settled(): Promise<void>
}

/** Room for `limit` pieces of work at a time. */
export function sideBySide(limit: number): SideBySide {
  const underWay = new Set<Promise<void>>()
  return {
    async add(work) {
      const done = work.then(() => void underWay.delete(done))
      // Until somebody waits, nobody listens.
      done.catch(() => {})
      underWay.add(done)
      if (underWay.size >= limit) await Promise.race(underWay)
    },
    all: async () => void (await Promise.all(underWay)),
    settled: async () => void (await Promise.allSettled(underWay)),
  }
}
