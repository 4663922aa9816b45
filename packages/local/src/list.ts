import type { Context, Page, PageQuery } from '@anytune/core/driver'
import { namesIn } from './files.ts'
import { isId } from './layout.ts'
import { LocalError } from './local-error.ts'

/** How the things in a directory are known and read. */
export interface Listing<T> {
  /** The id that a file or directory name stands for; undefined for one that is not a thing's own. */
  idOf(name: string): string | undefined
  /** Undefined for a thing that was removed meanwhile. */
  read(id: string): Promise<T | undefined>
}

/** A page of what lies in a directory, newest first; its cursor names time and id, so nothing made or removed meanwhile shifts it. */
export async function listNewestFirst<T extends { readonly id: string; readonly createdAt?: Date }>(
  directory: string,
  query: PageQuery,
  { signal }: Context,
  { idOf, read }: Listing<T>,
): Promise<Page<T>> {
  signal.throwIfAborted()
  const ids = new Set((await namesIn(directory)).map(idOf))
  const after = query.after === undefined ? undefined : parsePosition(query.after)
  const things: { readonly position: string; readonly thing: T }[] = []
  for (const id of ids) {
    const thing = id !== undefined && isId(id) ? await read(id) : undefined
    if (thing !== undefined) things.push({ position: positionOf(thing), thing })
  }
  const rest = things
    .filter(({ position }) => after === undefined || position < after)
    .sort((one, other) => (one.position < other.position ? 1 : -1))
  const page = rest.slice(0, query.limit)
  const last = page.at(-1)
  return {
    items: page.map(({ thing }) => thing),
    ...(last !== undefined && rest.length > page.length && { next: last.position }),
  }
}

/** Sorts by time, then by id. */
function positionOf({ id, createdAt }: { readonly id: string; readonly createdAt?: Date }): string {
  return `${(createdAt ?? new Date(0)).toISOString()} ${id}`
}

function parsePosition(text: string): string {
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z [a-z][A-Za-z0-9._-]*$/.test(text)) return text
  throw new LocalError('invalid-argument', 'the page cursor is not one of this provider', 'list from the beginning')
}
