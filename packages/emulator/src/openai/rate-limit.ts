import { Refusal } from '../errors.ts'
import type { Clock } from '../clock.ts'
import { withHeaders } from '../server/answer.ts'
import type { OpenAIAccount } from './account.ts'
import { errorAnswer } from './refusal.ts'

/** Counts a request of the account, and refuses it when there are too many in the window; a refused one does not count. */
export function limitRate({ settings, requestTimes }: OpenAIAccount, clock: Clock): void {
  if (settings.rateLimit === null) return
  const { requests, windowMilliseconds } = settings.rateLimit
  const now = clock.now()
  while (requestTimes[0] !== undefined && requestTimes[0] <= now - windowMilliseconds) requestTimes.shift()
  const [oldest] = requestTimes
  if (oldest === undefined || requestTimes.length < requests) {
    requestTimes.push(now)
    return
  }
  const wait = oldest + windowMilliseconds - now
  const message = `Rate limit reached: limit ${requests} requests in ${windowMilliseconds}ms. Please try again in ${wait}ms.`
  const answer = errorAnswer(429, { message, code: 'rate_limit_exceeded' })
  const headers = { 'retry-after': String(Math.ceil(wait / 1000)), 'retry-after-ms': String(wait) }
  throw new Refusal(withHeaders(answer, { ...headers, 'x-ratelimit-limit-requests': String(requests) }))
}
