import type { Page, PageQuery } from './driver.ts'
import { AnytuneError } from './errors.ts'

/** Items a page when the caller does not say. */
const DEFAULT_PAGE_SIZE = 50

/** All items of a paged list, page after page as they are asked for. A cursor that comes back twice ends the list with an error. */
export async function* allPages<T>(
  page: (query: PageQuery) => Promise<Page<T>>,
  pageSize: number = DEFAULT_PAGE_SIZE,
): AsyncGenerator<T, void, undefined> {
  // A page of nothing would look like the end of the list.
  if (!Number.isInteger(pageSize) || pageSize < 1) {
    throw new AnytuneError('invalid-argument', 'pageSize must be a whole number, 1 or more', {
      hint: `leave it out for ${DEFAULT_PAGE_SIZE}`,
    })
  }
  const seen = new Set<string>()
  let after: string | undefined
  do {
    const { items, next } = await page({ limit: pageSize, ...(after !== undefined && { after }) })
    yield* items
    if (next !== undefined && seen.has(next)) throw repeatedCursor('the list repeats its page cursor')
    if (next !== undefined) seen.add(next)
    after = next
  } while (after !== undefined)
}

export function repeatedCursor(what: string): AnytuneError {
  return new AnytuneError('unknown', `${what}; it would never end`, {
    hint: 'report it to the author of the adapter',
  })
}
