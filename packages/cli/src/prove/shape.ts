import { isMapName, isOpaqueName } from './names.ts'

/**
 * The form of a JSON value without the value: a type word; a list with the form of its items; an object with the form of each member,
 * `?` after the name of one that is not always there; or `{ "|": [forms] }` where values of several forms were seen.
 */
export type Shape = string | readonly Shape[] | { readonly [name: string]: Shape }

/** What was seen of the values in one place, to be written as a {@link Shape}. Holds names and types, never a value. */
export interface Seen {
  readonly scalars: Set<string>
  objects: number
  readonly members: Map<string, Seen>
  lists: number
  /** What the items of all lists have in common. */
  items: Seen | undefined
  /** In how many values of the parent it was there. */
  times: number
}

export function nothingSeen(): Seen {
  return { scalars: new Set(), objects: 0, members: new Map(), lists: 0, items: undefined, times: 0 }
}

/** Deeper structure, and more members than this, are somebody's own data. */
const DEEPEST = 12
const MOST_MEMBERS = 200

/** Takes in one JSON value. */
export function see(seen: Seen, value: unknown, depth = 0): void {
  seen.times++
  if (Array.isArray(value)) {
    seen.lists++
    if (depth < DEEPEST) for (const item of value) see((seen.items ??= nothingSeen()), item, depth + 1)
  } else if (typeof value === 'object' && value !== null) {
    seen.objects++
    if (depth < DEEPEST) for (const [name, member] of Object.entries(value)) seeMember(seen, name, member, depth)
  } else seen.scalars.add(scalarOf(value))
}

function seeMember({ members }: Seen, name: string, value: unknown, depth: number): void {
  const known = members.get(name)
  if (known === undefined && members.size === MOST_MEMBERS) return
  const member = known ?? nothingSeen()
  members.set(name, member)
  see(member, value, depth + 1)
}

function scalarOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

/** Writes down what was seen. `nameOf` gives the name that a member may be written under, `*` for one that may not be told. */
export function shapeOf(seen: Seen, nameOf: (name: string) => string, own?: string): Shape {
  const { scalars, objects, lists, items } = seen
  const forms: Shape[] = []
  // An integer is a number that happens to be whole.
  const words = scalars.has('number') ? [...scalars].filter((word) => word !== 'integer') : [...scalars]
  if (words.length > 0) forms.push(words.toSorted().join('|'))
  if (lists > 0) forms.push(items === undefined ? [] : [shapeOf(items, nameOf, own)])
  if (objects > 0) forms.push(own !== undefined && isOpaqueName(own) ? 'object' : objectShape(seen, nameOf, own))
  const [only] = forms
  return forms.length === 1 && only !== undefined ? only : { '|': forms }
}

function objectShape({ members, objects }: Seen, nameOf: (name: string) => string, own: string | undefined): Shape {
  const named = new Map<string, Seen>()
  for (const [raw, member] of members) {
    const name = own !== undefined && isMapName(own) ? '*' : nameOf(raw)
    const shown = name === '*' || member.times === objects ? name : `${name}?`
    const before = named.get(shown)
    named.set(shown, before === undefined ? member : mergeSeen(before, member))
  }
  const entries = [...named].map(([name, member]) => [name, shapeOf(member, nameOf, name.replace('?', ''))] as const)
  return Object.fromEntries(entries)
}

/** What was seen in two places, as if it had been one. */
export function mergeSeen(one: Seen, other: Seen): Seen {
  const members = new Map(one.members)
  for (const [name, member] of other.members) {
    const before = members.get(name)
    members.set(name, before === undefined ? member : mergeSeen(before, member))
  }
  return {
    scalars: new Set([...one.scalars, ...other.scalars]),
    objects: one.objects + other.objects,
    members,
    lists: one.lists + other.lists,
    items:
      one.items === undefined || other.items === undefined
        ? (one.items ?? other.items)
        : mergeSeen(one.items, other.items),
    times: one.times + other.times,
  }
}
