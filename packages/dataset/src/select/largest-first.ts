/** A binary heap whose root is the largest item. */
export interface LargestFirst<Item> {
  readonly size: () => number
  readonly largest: () => Item | undefined
  readonly add: (item: Item) => void
  /** Removes the largest. */
  readonly remove: () => void
  /** All items, in no order. */
  readonly items: () => readonly Item[]
}

/** `compare` is positive when the first is larger. */
export function largestFirst<Item>(compare: (one: Item, other: Item) => number): LargestFirst<Item> {
  const heap: Item[] = []

  function rise(item: Item, from: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || compare(item, above) <= 0) break
      heap[at] = above
      at = parent
    }
    heap[at] = item
  }

  function sink(item: Item): void {
    let at = 0
    for (;;) {
      const child = largerChild(at)
      const below = heap[child]
      if (below === undefined || compare(below, item) <= 0) break
      heap[at] = below
      at = child
    }
    heap[at] = item
  }

  function largerChild(at: number): number {
    const left = heap[2 * at + 1]
    const right = heap[2 * at + 2]
    return left !== undefined && right !== undefined && compare(right, left) > 0 ? 2 * at + 2 : 2 * at + 1
  }

  return {
    size: () => heap.length,
    largest: () => heap[0],
    add: (item) => rise(item, heap.length),
    remove() {
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) sink(last)
    },
    items: () => heap,
  }
}
