import type { CursorPage, PagePromise } from 'openai/pagination'
import { isObject } from './values.ts'

/**
 * A successful answer that is not what the service promises: HTML of a proxy, half a JSON text, a list without entries.
 * What was asked for may have been done.
 */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError'
}

/**
 * The SDK hands on whatever came; a thing without an id is none.
 *
 * @throws UnexpectedAnswerError
 */
export function identified<T extends { readonly id: string }>(answer: T): T {
  const given: unknown = answer
  if (isObject(given) && typeof given['id'] === 'string' && given['id'] !== '') return answer
  throw new UnexpectedAnswerError('the answer has no id')
}

/** One page of a list, its entries in the service's order. */
export interface ReadPage<T> {
  readonly items: readonly T[]
  /** Id of the last entry, when the service says that there is more. */
  readonly next?: string
}

/**
 * What is gone by the service's word: it says so, or has nothing more to say. A thing that only may be gone is not told as removed.
 *
 * @throws UnexpectedAnswerError
 */
export function confirmed(answer: { readonly deleted: boolean } | null | undefined): void {
  const given: unknown = answer
  // Without a body, which is status 204, the SDK hands on null or nothing.
  if (given === undefined || given === null || (isObject(given) && given['deleted'] === true)) return
  throw new UnexpectedAnswerError('the answer does not say that it was deleted')
}

/**
 * The entries of a page. The SDK takes any answer for an empty list; here it must be a list.
 *
 * @throws UnexpectedAnswerError
 */
export function listed<T>(page: { readonly data: readonly T[] }): readonly T[] {
  // The answer as it came, which the SDK keeps without saying so in its types.
  const body: unknown = Reflect.get(page, 'body')
  if (!isObject(body) || !Array.isArray(body['data'])) throw new UnexpectedAnswerError('the answer is no list')
  return page.data
}

/**
 * One page, as {@link listed}.
 *
 * @throws UnexpectedAnswerError
 */
export async function readPage<T extends { readonly id: string }>(
  asked: PagePromise<CursorPage<T>, T>,
): Promise<ReadPage<T>> {
  const page = await asked
  const items = listed(page).filter((entry) => isObject(entry) && typeof entry.id === 'string')
  const last = items.at(-1)?.id
  return { items, ...(page.has_more && last !== undefined && { next: last }) }
}

/** A host that goes on for ever is left here. */
const MOST_ENTRIES = 1_000_000

/**
 * All pages, in the service's order, each entry once: entries that move to the next page while it is read come again.
 *
 * @throws UnexpectedAnswerError for a list that does not end.
 */
export async function* readPages<T extends { readonly id: string }>(
  ask: (after: string | undefined) => PagePromise<CursorPage<T>, T>,
): AsyncGenerator<readonly T[], void, undefined> {
  const seen = new Set<string>()
  for (let after: string | undefined; seen.size <= MOST_ENTRIES;) {
    const { items, next } = await readPage(ask(after))
    const fresh: T[] = []
    for (const item of items) {
      if (!seen.has(item.id)) fresh.push(item)
      seen.add(item.id)
    }
    yield fresh
    // A host that ignores where to go on gives the same page for ever.
    if (next === undefined || fresh.length === 0) return
    after = next
  }
  throw new UnexpectedAnswerError('the list does not end')
}

/** All entries, as {@link readPages}. */
export async function* readAll<T extends { readonly id: string }>(
  ask: (after: string | undefined) => PagePromise<CursorPage<T>, T>,
): AsyncGenerator<T, void, undefined> {
  for await (const page of readPages(ask)) yield* page
}
