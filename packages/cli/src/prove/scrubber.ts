import { hostTemplate, looksLikeApiName, pathTemplate, UNTOLD } from './names.ts'
import type { Exchange } from './tap.ts'

/** Decides which names of what was seen may be told. */
export interface Scrubber {
  /** The name of a member or part, or `*`. */
  name(name: string): string
  /** The name of a query parameter; of `metadata[key]` the key is not told. */
  queryName(name: string): string
}

/** A name is untold when it does not look like an API's, or holds a word that belongs to the account. */
export function createScrubber(exchanges: readonly Exchange[], secrets: readonly string[]): Scrubber {
  const own = new Set(
    [...secrets, ...exchanges.flatMap(wordsOfTheAccount)]
      .map((word) => word.toLowerCase())
      .filter((word) => word.length >= SHORTEST),
  )
  const isTold = (name: string) => {
    const plain = name.toLowerCase()
    return looksLikeApiName(name) && ![...own].some((word) => plain.includes(word))
  }
  const name = (name: string) => (isTold(name) ? name : UNTOLD)
  return {
    name,
    queryName(query) {
      const [, sign = '', plain = '', key = ''] = /^(\$?)([^[]*)(.*)$/s.exec(query) ?? []
      const told = name(plain)
      return `${told === UNTOLD ? '' : sign}${told}${key === '' ? '' : `[${UNTOLD}]`}`
    },
  }
}

/** Shorter words stand in too many names by chance. */
const SHORTEST = 4

/** What the requests say of who sent them: the account's part of the host, ids in the path, keys and organisations in the headers. */
function wordsOfTheAccount({ url, requestHeaders }: Exchange): readonly string[] {
  const host = hostTemplate(url.hostname)
  const hostWords =
    host === '{host}' || host.startsWith('{account}')
      ? url.hostname.split('.').slice(0, host === '{host}' ? -1 : 1)
      : []
  const ids = url.pathname.split('/').filter((segment) => pathTemplate(segment) !== segment)
  const headers = OWN_HEADERS.flatMap((name) => requestHeaders.get(name)?.split(' ') ?? [])
  return [...hostWords, ...ids, ...headers.filter((word) => word.toLowerCase() !== 'bearer')]
}

const OWN_HEADERS: readonly string[] = [
  'authorization',
  'api-key',
  'openai-organization',
  'openai-project',
  'x-api-key',
]
