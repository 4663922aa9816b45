import { refuse } from './refusal.ts'

export interface Page<Item> {
  readonly data: readonly Item[]
  readonly hasMore: boolean
}

/** A page of items after a cursor; a limit or cursor that the vendor would refuse is refused. */
export function pageOf<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  query: { readonly after?: string | undefined; readonly limit?: string | undefined },
  limits: { readonly usual: number; readonly largest: number },
): Page<Item> {
  const limit = query.limit === undefined ? limits.usual : readLimit(query.limit, limits.largest)
  const start = query.after === undefined ? 0 : startAfter(items, idOf, query.after)
  const data = items.slice(start, start + limit)
  return { data, hasMore: start + data.length < items.length }
}

function readLimit(text: string, largest: number): number {
  const limit = Number(text)
  if (/^\d+$/.test(text) && limit >= 1 && limit <= largest) return limit
  const message = `Invalid 'limit': expected an integer from 1 to ${largest}.`
  throw refuse(400, { message, code: 'invalid_value', param: 'limit' })
}

function startAfter<Item>(items: readonly Item[], idOf: (item: Item) => string, after: string): number {
  const index = items.findIndex((item) => idOf(item) === after)
  if (index !== -1) return index + 1
  throw refuse(400, { message: `Invalid 'after': nothing has this id.`, code: 'invalid_value', param: 'after' })
}
