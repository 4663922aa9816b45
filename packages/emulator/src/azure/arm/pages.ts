import type { ArmCall } from './arm-call.ts'
import { AzureRefusal } from '../refusal.ts'

/** One page of a list; `nextLink` leads to the next and is absent on the last. */
export interface ArmPage<Item> {
  readonly value: readonly Item[]
  readonly nextLink?: string
}

/** Cuts the page out of a list that the request's `$skipToken` asks for. */
export function pageOf<Item>({ request }: ArmCall, items: readonly Item[], size: number): ArmPage<Item> {
  const token = request.query.get('$skipToken')
  const start = token === null ? 0 : readToken(token)
  const value = items.slice(start, start + size)
  const next = start + size
  if (next >= items.length) return { value }
  const query = new URLSearchParams(request.query)
  query.set('$skipToken', writeToken(next))
  return { value, nextLink: `${request.origin}${request.path}?${query.toString()}` }
}

/** Opaque to a client, as Azure's are. */
function writeToken(position: number): string {
  return Buffer.from(`position ${position}`).toString('base64url')
}

function readToken(token: string): number {
  const position = /^position (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (position !== undefined) return Number(position)
  throw new AzureRefusal(400, 'InvalidSkipToken', 'The skip token is not one that this service has given.', {
    target: '$skipToken',
  })
}
