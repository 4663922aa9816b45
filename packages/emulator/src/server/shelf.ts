import type { Clock } from '../clock.ts'

/** How long a new thing stays out of sight. */
export interface Lag {
  /** Lists that miss it. */
  readonly lists?: number | undefined
  /** Milliseconds of the emulator's clock during which lists miss it. */
  readonly listMilliseconds?: number | undefined
  /** Looks at it by id that answer "not found". */
  readonly looks?: number | undefined
}

/** Things of one kind of one account, in the order in which they were made. */
export interface Shelf<T> {
  add(id: string, thing: T, lag?: Lag): T
  /** What a client sees that asks for it by id; counts as a look. */
  look(id: string): T | undefined
  /** What a client sees that lists, oldest first; counts as a list. */
  list(): readonly T[]
  /** What is really there. */
  peek(id: string): T | undefined
  all(): readonly T[]
  remove(id: string): boolean
}

/** A store that can lag behind itself, as a vendor's does. */
export function createShelf<T>(clock: Clock): Shelf<T> {
  const slots = new Map<string, Slot<T>>()
  return {
    add(id, thing, { lists = 0, listMilliseconds = 0, looks = 0 } = {}) {
      slots.set(id, { thing, lists, looks, listedFrom: clock.now() + listMilliseconds })
      return thing
    },
    look(id) {
      const slot = slots.get(id)
      if (slot === undefined) return undefined
      return slot.looks-- > 0 ? undefined : slot.thing
    },
    list: () =>
      [...slots.values()]
        .filter((slot) => slot.lists-- <= 0 && slot.listedFrom <= clock.now())
        .map(({ thing }) => thing),
    peek: (id) => slots.get(id)?.thing,
    all: () => [...slots.values()].map(({ thing }) => thing),
    remove: (id) => slots.delete(id),
  }
}

interface Slot<T> {
  readonly thing: T
  /** Counted down, below zero when nothing is hidden any more. */
  lists: number
  looks: number
  readonly listedFrom: number
}
