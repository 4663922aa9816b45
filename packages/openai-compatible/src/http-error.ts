import { isObject } from './values.ts'

/** The HTTP status that an error of the SDK, of whichever copy of the package, carries; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined
  return typeof error.status === 'number' ? error.status : undefined
}

/** The service's own code of an error answer. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** True when a host has no such route: it answers so for anything under it. */
export function isMissingRoute(error: unknown): boolean {
  const status = statusOf(error)
  return status === 404 || status === 405 || status === 501
}

/** A header of the answer that an error carries. */
export function headerOf(error: unknown, name: string): string | undefined {
  if (!(error instanceof Error) || !('headers' in error) || !isObject(error.headers)) return undefined
  const { get } = error.headers
  if (typeof get !== 'function') return undefined
  const value: unknown = get.call(error.headers, name)
  return typeof value === 'string' ? value : undefined
}

/** An error and its causes, outermost first. */
export function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = []
  for (let cause = error; cause instanceof Error && causes.length < 5; cause = cause.cause) causes.push(cause)
  return causes
}
