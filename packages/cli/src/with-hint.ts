import { AnytuneError } from '@anytune/core/driver'

/** The same error with another hint, and with further facts. */
export function withHint(
  error: AnytuneError,
  hint: string | undefined,
  data: Readonly<Record<string, unknown>> = {},
): AnytuneError {
  const { code, message, provider, operation, status, requestId, retryAfterMs } = error
  const details = { hint, provider, operation, status, requestId, retryAfterMs }
  const known = Object.entries(details).filter(([, value]) => value !== undefined && value !== '')
  return new AnytuneError(code, message, {
    ...Object.fromEntries(known),
    cause: error,
    data: { ...error.data, ...data },
  })
}
