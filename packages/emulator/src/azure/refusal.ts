/** What the service answers instead of doing what was asked; each of its three surfaces writes it in its own words. */
export class AzureRefusal extends Error {
  override readonly name = 'AzureRefusal'
  readonly status: number
  readonly code: string
  /** The field, parameter or resource that is wrong. */
  readonly target: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** Azure's second, finer code, and what belongs to it. */
  readonly inner: Readonly<Record<string, unknown>> | undefined

  constructor(status: number, code: string, message: string, more: AzureRefusalDetail = {}) {
    super(message)
    this.status = status
    this.code = code
    this.target = more.target
    this.headers = more.headers ?? {}
    this.inner = more.inner
  }
}

export interface AzureRefusalDetail {
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly inner?: Readonly<Record<string, unknown>>
}

/** The request is not what the operation takes. */
export const invalidPayload = (message: string, target?: string) =>
  new AzureRefusal(400, 'invalidPayload', message, target === undefined ? {} : { target })

/** There is no such file, job, upload or model. */
export const notFound = (what: string, id: string) =>
  new AzureRefusal(404, 'notFound', `The specified ${what} was not found.`, { target: id })

/** The thing is in a state in which it cannot be acted on so. */
export const unexpectedState = (message: string) => new AzureRefusal(400, 'unexpectedEntityState', message)

/** A limit of the resource is reached. */
export const quotaExceeded = (message: string) => new AzureRefusal(400, 'quotaExceeded', message)

/** No operation answers at this address; what the gateway in front of the service says. */
export const noSuchRoute = () => new AzureRefusal(404, '404', 'Resource not found')

/** The gateway's answer to a missing or wrong key or token of the data plane. */
export const unauthenticated = () =>
  new AzureRefusal(
    401,
    '401',
    'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
  )

/** The three dialects of one error. */
export const errorBodies = {
  /** `AzureErrorResponse` of the v1 API. */
  v1: ({ code, message, target, inner }: Wrong) => ({
    error: {
      code,
      message,
      ...(target !== undefined && { param: target }),
      type: 'error' as const,
      ...(inner !== undefined && { inner_error: inner }),
    },
  }),
  /** `ErrorResponse` of the dated API. */
  dated: ({ code, message, target, inner }: Wrong) => ({
    error: {
      code,
      message,
      ...(target !== undefined && { target }),
      ...(inner !== undefined && { innererror: inner }),
    },
  }),
  /** `ErrorResponse` of Azure Resource Manager. */
  arm: ({ code, message, target }: Wrong) => ({ error: { code, message, ...(target !== undefined && { target }) } }),
}

type Wrong = Pick<AzureRefusal, 'code' | 'message' | 'target' | 'inner'>

/** Which of the three APIs a request addresses. */
export type Surface = keyof typeof errorBodies
