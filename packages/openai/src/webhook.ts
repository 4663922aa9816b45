import { AnytuneError, type JobStatus } from '@anytune/core/driver'
import { date, isObject, makeClient, present, text } from '@anytune/openai-compatible'

/** What a webhook told of a job: read the job for everything else. */
export interface JobNotice {
  readonly kind: 'job'
  /** Of the notice, the same when it is delivered again. */
  readonly id: string
  readonly job: string
  readonly status: Extract<JobStatus, 'succeeded' | 'failed' | 'cancelled'>
  readonly at?: Date
}

/** What a webhook told of something else. */
export interface OtherNotice {
  readonly kind: 'other'
  readonly type: string
}

export type Notice = JobNotice | OtherNotice

/** Headers as Node.js, fetch or a framework has them. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

const STATUSES: Readonly<Record<string, JobNotice['status']>> = {
  'fine_tuning.job.succeeded': 'succeeded',
  'fine_tuning.job.failed': 'failed',
  'fine_tuning.job.cancelled': 'cancelled',
}

/**
 * Verifies a webhook of OpenAI's and says what it tells. `payload` is the body as it came, before anything has parsed it.
 *
 * @throws AnytuneError `unauthenticated` when it is not from OpenAI, altered, or older than five minutes; `configuration` without a
 * secret, or with one that is none; `invalid-argument` when headers are missing, or a verified body is no notice.
 */
export async function verifyWebhook(
  payload: string,
  headers: WebhookHeaders,
  secret: string | undefined,
): Promise<Notice> {
  if (secret === undefined || secret === '') throw withoutSecret()
  const known = asHeaders(headers)
  const missing = REQUIRED_HEADERS.filter((name) => known.get(name) === null)
  if (missing.length > 0) throw withoutHeaders(missing)
  await verified(payload, known, secret)
  return toNotice(payload)
}

const REQUIRED_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const

async function verified(payload: string, headers: Headers, secret: string): Promise<void> {
  // Nothing is asked with it: the key is never sent.
  const { webhooks } = makeClient({ baseURL: 'https://api.openai.com/v1', apiKey: 'unused' })
  try {
    await webhooks.verifySignature(payload, headers, secret)
  } catch (error) {
    // The class of another copy of the package would not be the same one.
    const forged = error instanceof Error && error.constructor.name === 'InvalidWebhookSignatureError'
    throw forged ? notFromOpenAI(error) : badSecret()
  }
}

function toNotice(payload: string): Notice {
  const notice = parsed(payload)
  const type = isObject(notice) ? text(notice['type']) : undefined
  if (!isObject(notice) || type === undefined) throw noNotice()
  const status = Object.hasOwn(STATUSES, type) ? STATUSES[type] : undefined
  if (status === undefined) return { kind: 'other', type }
  const { data } = notice
  const job = isObject(data) ? text(data['id']) : undefined
  const id = text(notice['id'])
  if (job === undefined || id === undefined) throw noNotice()
  return present({ kind: 'job' as const, id, job, status, at: date(notice['created_at']) })
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return undefined
  }
}

function asHeaders(headers: WebhookHeaders): Headers {
  if (headers instanceof Headers) return headers
  const pairs = Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return []
    return [[name, typeof value === 'string' ? value : value.join(' ')] satisfies [string, string]]
  })
  return new Headers(pairs)
}

function notFromOpenAI(cause: Error): AnytuneError {
  return new AnytuneError('unauthenticated', 'the webhook is not from OpenAI, was altered, or is too old', {
    provider: 'openai',
    operation: 'webhook',
    hint: 'answer it with 400; check that the secret is that of this endpoint, that the body is verified as it came, and this clock',
    cause,
  })
}

function withoutSecret(): AnytuneError {
  return new AnytuneError('configuration', 'openai: there is no secret to verify webhooks with', {
    provider: 'openai',
    operation: 'webhook',
    hint: 'set OPENAI_WEBHOOK_SECRET in the environment, or give webhookSecret',
  })
}

function badSecret(): AnytuneError {
  return new AnytuneError('configuration', 'openai: the webhook secret cannot be used', {
    provider: 'openai',
    operation: 'webhook',
    hint: 'give it as it was shown when the endpoint was made: whsec_ and base64',
  })
}

function withoutHeaders(missing: readonly string[]): AnytuneError {
  return new AnytuneError('invalid-argument', `the webhook has no ${missing.join(', ')}`, {
    provider: 'openai',
    operation: 'webhook',
    hint: 'hand on all headers of the request as they came',
  })
}

function noNotice(): AnytuneError {
  return new AnytuneError('invalid-argument', 'the webhook is verified, and no notice that this version can read', {
    provider: 'openai',
    operation: 'webhook',
    hint: 'hand on the body as it came; if it is, look for a newer version',
  })
}
