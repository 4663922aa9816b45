import type { Context, PreflightCheck } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { identified } from './answers.ts'
import { classifyApiError } from './classify.ts'
import { statusOf } from './http-error.ts'
import { day } from './models.ts'

const DAY_MS = 86_400_000
/** A base model that ends sooner takes its tuned models with it before they have paid off. */
const SOON_DAYS = 90

/** Reads the base model with the account's key: whether the key works, and whether the model is there and until when. Changes nothing. */
export async function checkBaseModel(
  client: OpenAI,
  baseModel: string,
  { signal, retry }: Context,
): Promise<readonly PreflightCheck[]> {
  try {
    const model = await retry(async () => identified(await client.models.retrieve(baseModel, { signal })))
    return [KEY_WORKS, lifetime(baseModel, day(model.shutdown_date), new Date())]
  } catch (error) {
    signal.throwIfAborted()
    return refused(baseModel, error)
  }
}

const KEY_WORKS: PreflightCheck = { id: 'key', result: 'passed', message: 'the key is accepted' }

function refused(baseModel: string, error: unknown): readonly PreflightCheck[] {
  const { hint, message } = classifyApiError(error, 'preflight')
  const because = { ...(hint !== undefined && { hint }) }
  const status = statusOf(error)
  if (status === 401) return [{ id: 'key', result: 'failed', message: 'the key is not accepted', ...because }]
  if (status === 404) {
    const fault = `the key's project sees no model "${baseModel}"`
    return [KEY_WORKS, { id: 'base-model', result: 'failed', message: fault, ...because }]
  }
  const reason = `whether "${baseModel}" is there could not be read: ${message ?? 'unknown reason'}`
  return [{ id: 'base-model', result: 'could-not-read', message: reason, ...because }]
}

/** What a model's last day means today. */
function lifetime(baseModel: string, end: Date | undefined, now: Date): PreflightCheck {
  const id = 'base-model'
  if (end === undefined) return { id, result: 'passed', message: `"${baseModel}" is there, without a last day` }
  const left = Math.ceil((end.getTime() - now.getTime()) / DAY_MS)
  const on = end.toISOString().slice(0, 10)
  if (left <= 0) {
    // Days move, and the service has just answered for it.
    const message = `"${baseModel}" was to end on ${on}, and is still there`
    return { id, result: 'could-not-read', message, hint: 'choose a base model that lasts, or let the service judge' }
  }
  const message = `"${baseModel}" is there until ${on}, ${left} days`
  if (left > SOON_DAYS) return { id, result: 'passed', message }
  return { id, result: 'passed', message, hint: 'models tuned from it end with it: plan where to go then' }
}
