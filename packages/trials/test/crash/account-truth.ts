import type { Exchange } from '@anytune/emulator'

/** What an account really has of what was asked for, whether an answer came through or not, and whether a list shows it or not. */
export interface Truth {
  /** Jobs ever made: none is ever deleted. */
  readonly jobs: number
  /** Training files ever staged, removed ones included. */
  readonly copies: number
  readonly openUploads: number
  readonly deployments: readonly string[]
}

/** Counts what the vendor did, by the emulator's own log. */
export function truthOf(exchanges: readonly Exchange[]): Truth {
  const acted = exchanges.filter(({ status }) => status !== undefined && status < 300)
  const of = (...operations: readonly string[]) => acted.filter(({ operation }) => operations.includes(operation))
  /** The last or the last but one part of the path, each once. */
  const ids = (from: number, ...operations: readonly string[]) =>
    new Set(of(...operations).map(({ path }) => path.split('/').at(from) ?? ''))
  const gone = ids(-1, 'deployments.delete')
  return {
    jobs: of('jobs.create').length,
    copies: of('files.create', 'uploads.complete').length,
    openUploads: of('uploads.create').length - ids(-2, 'uploads.complete', 'uploads.cancel').size,
    deployments: [...ids(-1, 'deployments.put')].filter((name) => !gone.has(name)),
  }
}

/** Requests that would change one of these things. */
export function changesTo(exchanges: readonly Exchange[], things: readonly string[]): readonly Exchange[] {
  const changing = exchanges.filter(({ method }) => method !== 'GET')
  return changing.filter(({ path, requestBody }) => {
    const asked = `${path} ${JSON.stringify(requestBody)}`
    return things.some((thing) => asked.includes(thing))
  })
}
