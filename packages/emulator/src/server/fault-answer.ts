import { once } from 'node:events'
import type { Fault } from '../faults.ts'
import type { Answer, Vendor, VendorRequest } from './service.ts'

/** What a fault answers instead of the vendor; undefined for a connection that breaks. */
export async function faultAnswer(vendor: Vendor, request: VendorRequest, fault: Fault): Promise<Answer | undefined> {
  switch (fault.kind) {
    case 'status': {
      const { status, code, message, headers = {} } = fault
      const answer = vendor.refuse({ status, code, message }, request)
      return { ...answer, headers: { ...answer.headers, ...headers } }
    }
    case 'rate-limit': {
      const answer = vendor.refuse({ status: 429 }, request)
      return { ...answer, headers: { ...answer.headers, 'retry-after': fault.retryAfter ?? '1' } }
    }
    case 'not-json':
      return {
        status: fault.status ?? 502,
        headers: { 'content-type': 'text/html' },
        body: { kind: 'bytes', bytes: Buffer.from('<html><body><h1>502 Bad Gateway</h1></body></html>\n') },
      }
    case 'hang':
      await aborted(request.signal)
      return undefined
    case 'reset':
    case 'slow':
    case 'truncate':
    case 'list-lag':
    case 'get-lag':
      return undefined
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
