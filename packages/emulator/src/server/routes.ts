/** One operation of a vendor: where it is, and what does it. */
export interface Route<Call> {
  readonly method: string
  /** With parameters in braces: `/v1/files/{id}`. A parameter is one whole segment. */
  readonly path: string
  readonly operation: string
  readonly act: Call
}

export type Match<Call> =
  | { readonly found: 'route'; readonly route: Route<Call>; readonly params: Readonly<Record<string, string>> }
  /** The path exists, the method does not. */
  | { readonly found: 'path'; readonly allowed: readonly string[] }
  | { readonly found: 'nothing' }

/** Finds the route of a request; parameters come percent-decoded. The first of two routes that fit is taken. */
export function matchRoute<Call>(routes: readonly Route<Call>[], method: string, path: string): Match<Call> {
  const segments = path.split('/')
  const fitting = routes.flatMap((route) => {
    const params = matchPath(route.path.split('/'), segments)
    return params === undefined ? [] : [{ route, params }]
  })
  const match = fitting.find(({ route }) => route.method === method)
  if (match !== undefined) return { found: 'route', ...match }
  if (fitting.length > 0) return { found: 'path', allowed: fitting.map(({ route }) => route.method) }
  return { found: 'nothing' }
}

function matchPath(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? ''
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined
      continue
    }
    const value = decode(segment)
    if (value === undefined || value === '') return undefined
    params[part.slice(1, -1)] = value
  }
  return params
}

/** Undefined for what is no percent-encoding. */
function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
