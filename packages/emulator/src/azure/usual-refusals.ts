import type { ErrorWish } from '../server/service.ts'
import { AzureRefusal, type Surface } from './refusal.ts'

/** The error of a status when nothing is wrong but what is asked for, as a fault asks. */
export function usualRefusal({ status, code, message }: ErrorWish, surface: Surface): AzureRefusal {
  const usual = USUAL[status]
  const usualCode = surface === 'arm' ? usual?.arm : usual?.data
  return new AzureRefusal(
    status,
    code ?? usualCode ?? String(status),
    message ?? usual?.message ?? `The request failed with status ${status}.`,
  )
}

interface Usual {
  /** On the v1 and the dated API: the codes of the dated schema where it has one, the gateway's where it has none. */
  readonly data: string
  readonly arm: string
  readonly message: string
}

const USUAL: Readonly<Record<number, Usual | undefined>> = {
  400: { data: 'invalidPayload', arm: 'BadRequest', message: 'The request is invalid.' },
  401: { data: '401', arm: 'InvalidAuthenticationToken', message: 'The credentials are not valid here.' },
  403: { data: 'forbidden', arm: 'AuthorizationFailed', message: 'The operation is forbidden for these credentials.' },
  404: { data: 'notFound', arm: 'ResourceNotFound', message: 'The resource is not found.' },
  409: {
    data: 'conflict',
    arm: 'Conflict',
    message: 'The requested operation conflicts with the current resource state.',
  },
  423: { data: 'Locked', arm: 'ScopeLocked', message: 'The resource is locked.' },
  429: { data: '429', arm: 'TooManyRequests', message: 'Requests have exceeded the rate limit. Please retry later.' },
  500: { data: 'internalFailure', arm: 'InternalServerError', message: 'Internal error. Please retry.' },
  503: { data: 'serviceUnavailable', arm: 'ServiceUnavailable', message: 'The service is currently not available.' },
}
