/** The wire shape that OpenAI and Azure share; what differs (words, finding, deploying, terms) is in their own files. */
import { createHash } from 'node:crypto'
import type {
  Attempt,
  ChatChunk,
  ChatRequest,
  Context,
  ErrorCode,
  ErrorInfo,
  EventPage,
  Hyperparameters,
  Job,
  JobEvent,
  JobSpec,
  JobStatus,
  StagedDataset,
  StagingFile,
} from '@anytune/core/driver'
import { APIConnectionError, APIError, type OpenAI } from 'openai'
import { z } from 'zod'
import { date, parts, present, word } from './shared.ts'

type VendorJob = OpenAI.FineTuning.FineTuningJob
type Method = NonNullable<OpenAI.FineTuning.JobCreateParams['method']>

/** What `context.save` stores while a file is staged through the Uploads API. */
interface UploadState {
  readonly id: string
  readonly expiresAt: number
  readonly sent: readonly { readonly id: string; readonly sha256: string }[]
  /** Written before `complete` is sent: until then no file can exist. */
  readonly completing?: true
}

/** 64 MB is the most a part may have; smaller ones lose less when a process dies. */
const PART_BYTES = 16 * 1024 * 1024

/** Stages a file in parts, going on after the last one that the journal knows. */
export async function upload(client: OpenAI, file: StagingFile, attempt: Attempt, context: Context) {
  const { signal } = context
  let state = resumable(attempt)
  if (state === undefined) {
    const { name: filename, bytes } = file
    const body = { filename, bytes, purpose: 'fine-tune', mime_type: 'application/jsonl' } as const
    const { id, expires_at } = await client.uploads.create(body, { signal })
    state = { id, expiresAt: expires_at * 1000, sent: [] }
    await context.save(state)
  }
  const { id } = state
  const md5 = createHash('md5')
  for await (const part of parts(file.open(), PART_BYTES)) {
    md5.update(part.bytes)
    // A part of an earlier process is kept only if it is the same part: that process may have died before its stream was checked.
    if (state.sent[part.index]?.sha256 !== part.sha256) {
      const data = new File([part.bytes], `part-${part.index}`)
      const made = await context.retry(() => client.uploads.parts.create(id, { data }, { signal }))
      const sent: UploadState['sent'] = [...state.sent.slice(0, part.index), { id: made.id, sha256: part.sha256 }]
      state = { ...state, sent }
      await context.save(state)
    }
    context.progress(part.offset + part.bytes.length)
  }
  await context.save({ ...state, completing: true })
  const body = { part_ids: state.sent.map((part) => part.id), md5: md5.digest('hex') }
  const { file: made } = await client.uploads.complete(id, body, { signal })
  if (!made) throw new Error('the upload was completed and no file was named')
  return { id: made.id }
}

/** Removes the parts of an unfinished upload. An upload whose id was not saved cannot be named, and expires after an hour. */
export async function abandonUpload(client: OpenAI, attempt: Attempt, { signal }: Context): Promise<void> {
  const state = uploadState(attempt)
  if (state !== undefined && state.expiresAt > Date.now()) await client.uploads.cancel(state.id, { signal })
}

/** True when the request that makes the file may have been sent. */
export function mayHaveCompleted(attempt: Attempt): boolean {
  return uploadState(attempt)?.completing === true
}

function uploadState(attempt: Attempt): UploadState | undefined {
  // Written by `upload` and by nothing else.
  return attempt.resume as UploadState | undefined
}

/** An upload lives for an hour, and takes no part once it was told to complete. */
function resumable(attempt: Attempt): UploadState | undefined {
  const state = uploadState(attempt)
  return state !== undefined && state.completing === undefined && state.expiresAt > Date.now() ? state : undefined
}

/** A file object, read with the vendor's own table of words. */
export function toDataset(
  file: OpenAI.FileObject,
  statuses: Readonly<Record<string, StagedDataset['status']>>,
): StagedDataset {
  const { id, bytes, status, status_details: failure } = file
  const createdAt = date(file.created_at)
  return present({ id, bytes, createdAt, status: word(statuses, status), rawStatus: status, failure, raw: file })
}

/** The method with its hyperparameters; core has refused what the method does not know. */
export function toMethod({ method, hyperparameters }: JobSpec): Method {
  const common = (h: Readonly<Hyperparameters>) =>
    present({ n_epochs: h.epochs, batch_size: h.batchSize, learning_rate_multiplier: h.learningRateMultiplier })
  if (method !== 'preference') return { type: 'supervised', supervised: { hyperparameters: common(hyperparameters) } }
  const { beta } = hyperparameters
  return { type: 'dpo', dpo: { hyperparameters: { ...common(hyperparameters), ...present({ beta }) } } }
}

/** A job object, read with the vendor's own table of words. */
export function toJob(raw: VendorJob, statuses: Readonly<Record<string, JobStatus>>): Job<VendorJob> {
  const { id, model: baseModel, status: rawStatus, error } = raw
  return present({
    id,
    baseModel,
    status: word(statuses, rawStatus),
    rawStatus,
    createdAt: date(raw.created_at),
    finishedAt: date(raw.finished_at),
    estimatedFinishAt: date(raw.estimated_finish),
    model: raw.status === 'succeeded' ? (raw.fine_tuned_model ?? undefined) : undefined,
    // The service sends an error object with null members for a job that is well.
    failure: error?.message ? { code: error.code, message: error.message } : undefined,
    trainedTokens: raw.trained_tokens ?? undefined,
    raw,
  })
}

const cursorSchema = z.object({ event: z.string().optional(), checkpoint: z.string().optional() })

/** The vendor tells the newest first: read back to what was seen, then turn round. */
export async function events(
  client: OpenAI,
  id: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<EventPage> {
  const { jobs } = client.fineTuning
  const seen = cursorSchema.parse(cursor === undefined ? {} : JSON.parse(cursor))
  const told = await unseen(jobs.listEvents(id, { limit: 100 }, { signal }), seen.event)
  const checkpoints = await unseen(jobs.checkpoints.list(id, { limit: 100 }, { signal }), seen.checkpoint)
  const all: JobEvent[] = [...told.map(toEvent), ...checkpoints.map(toCheckpoint)]
  const next = { event: told.at(-1)?.id ?? seen.event, checkpoint: checkpoints.at(-1)?.id ?? seen.checkpoint }
  return { events: all.toSorted((a, b) => a.at.getTime() - b.at.getTime()), cursor: JSON.stringify(next) }
}

async function unseen<T extends { readonly id: string }>(newestFirst: AsyncIterable<T>, seen?: string): Promise<T[]> {
  const fresh: T[] = []
  for await (const item of newestFirst) {
    if (item.id === seen) break
    fresh.push(item)
  }
  return fresh.reverse()
}

const METRICS: Readonly<Record<string, string>> = { train_loss: 'loss', valid_loss: 'validationLoss' }

function toEvent(event: OpenAI.FineTuning.FineTuningJobEvent): JobEvent {
  const { id, message: text } = event
  const at = new Date(event.created_at * 1000)
  const data = z.record(z.string(), z.unknown()).safeParse(event.data).data ?? {}
  const numbers = Object.entries(data).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  const { step, total_steps: totalSteps, ...measured } = Object.fromEntries(numbers)
  if (event.type !== 'metrics' || step === undefined) {
    // Azure writes `warning` in full.
    const level = event.level === 'info' || event.level === 'error' ? event.level : 'warning'
    return { id, at, type: 'message', level, text }
  }
  const values = Object.fromEntries(Object.entries(measured).map(([name, value]) => [METRICS[name] ?? name, value]))
  return { id, at, type: 'metrics', step, values, ...present({ totalSteps }) }
}

function toCheckpoint(checkpoint: OpenAI.FineTuning.Jobs.FineTuningJobCheckpoint): JobEvent {
  const { id, step_number: step, fine_tuned_model_checkpoint: model } = checkpoint
  return { id, at: new Date(checkpoint.created_at * 1000), type: 'checkpoint', step, model }
}

type FinishReason = NonNullable<OpenAI.ChatCompletionChunk.Choice['finish_reason']>
const FINISHES: Record<FinishReason, NonNullable<ChatChunk['finish']>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'filtered',
  tool_calls: 'unknown',
  function_call: 'unknown',
}

/** Asks a model (OpenAI) or a deployment by its name (Azure). */
export async function* answer(
  client: OpenAI,
  model: string,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ChatChunk> {
  const { maxTokens: max_completion_tokens, temperature, seed } = request
  const settings = present({ max_completion_tokens, temperature, seed })
  const stream = await client.chat.completions.create(
    { model, messages: [...request.messages], stream: true, stream_options: { include_usage: true }, ...settings },
    { signal },
  )
  let finish: ChatChunk['finish']
  for await (const { choices, usage } of stream) {
    const [choice] = choices
    if (choice?.finish_reason) finish = word(FINISHES, choice.finish_reason)
    const text = choice?.delta.content ?? ''
    // Usage comes in a last piece of its own, after the reason to finish.
    if (usage) {
      const counted = { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens }
      yield { text, finish: finish ?? 'unknown', usage: counted }
    } else if (text !== '') yield { text }
  }
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid-argument',
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  408: 'timeout',
  409: 'failed-precondition',
  422: 'invalid-argument',
  423: 'failed-precondition',
  429: 'rate-limited',
}
const NAMED_CODES: Readonly<Record<string, ErrorCode>> = {
  training_not_available: 'closed-to-new-jobs',
  insufficient_quota: 'quota-exceeded',
  DeploymentNotReady: 'unavailable',
}
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])
const causeSchema = z.object({ cause: z.object({ code: z.string() }) })

/** Names an error of the `openai` package. */
export function classifyApiError(error: unknown, operation: string): ErrorInfo {
  if (error instanceof APIConnectionError) {
    const neverSent = NEVER_SENT.has(causeSchema.safeParse(error.cause).data?.cause.code ?? '')
    return { code: 'unavailable', reached: neverSent ? 'no' : 'maybe' }
  }
  if (!(error instanceof APIError) || error.status === undefined) return { code: 'unknown', reached: 'maybe' }
  const { status, headers, code } = error
  const seconds = Number(headers?.get('retry-after') ?? Number.NaN)
  return present({
    ...named(status, code ?? undefined, operation),
    status,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    // Azure's header is another one, which the SDK does not read.
    requestId: error.requestID ?? headers?.get('apim-request-id') ?? undefined,
  })
}

/** What a status and a vendor's code mean, for answers of the service and of Azure Resource Manager. */
export function named(
  status: number,
  code: string | undefined,
  operation: string,
): Pick<ErrorInfo, 'code' | 'reached'> {
  const ended = status === 400 && operation === 'jobs.cancel' ? 'failed-precondition' : undefined
  const known = NAMED_CODES[code ?? ''] ?? ended ?? CODES[status]
  return {
    code: known ?? (status >= 500 ? 'unavailable' : 'unknown'),
    reached: status >= 500 || status === 408 ? 'maybe' : 'yes',
  }
}
