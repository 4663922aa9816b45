import { AnytuneError, type Attempt, type Context, type Created, type StagingFile } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { identified, UnexpectedAnswerError } from './answers.ts'
import { statusOf } from './http-error.ts'
import { sendParts } from './send-parts.ts'
import { JSONL, TRANSFER_TIMEOUT_MS } from './stage-whole.ts'
import { stagingState, type UploadState } from './staging-state.ts'
import { seconds } from './values.ts'

/** How an upload is cut. */
export interface PartSettings {
  /** Bytes of a part; the service's limit is 64 MB. */
  readonly partBytes: number
  /** Parts under way at a time. */
  readonly parallelParts: number
}

/** Stages a file in parts, going on with those that arrived before. */
export async function stageInParts(
  client: OpenAI,
  file: StagingFile,
  attempt: Attempt,
  context: Context,
  settings: PartSettings,
): Promise<Created> {
  const earlier = stagingState(attempt)
  if (earlier?.way === 'parts') {
    if (isOpen(earlier)) {
      try {
        return await upload(client, file, earlier, context, settings)
      } catch (error) {
        // The upload is gone: it expired, or somebody cancelled it. Nothing was made of it, and nothing will be.
        if (!GONE.has(statusOf(error) ?? 0)) throw error
      }
    }
    await cancelUpload(client, earlier, context)
  }
  const begun = await begin(client, file, context, settings)
  try {
    return await upload(client, file, begun, context, settings)
  } catch (error) {
    throw GONE.has(statusOf(error) ?? 0) && begun.expiresAt <= Date.now() ? tooSlow(error) : error
  }
}

/** Removes the parts of an unfinished upload. One whose id was not saved cannot be named, and expires after an hour. */
export async function abandonUpload(client: OpenAI, attempt: Attempt, context: Context): Promise<void> {
  const state = stagingState(attempt)
  if (state?.way === 'parts') await cancelUpload(client, state, context)
}

/** How long an upload lives at OpenAI, for a host that does not say. */
const LIFE_SECONDS = 3600

/** What the service answers for an upload that takes no more parts. */
const GONE = new Set([400, 404, 409, 410])

/** An upload takes no part once it was told to complete. */
function isOpen({ completing, expiresAt }: UploadState): boolean {
  return !completing && expiresAt > Date.now()
}

/** An upload that is gone, or complete, needs no cancelling. */
async function cancelUpload(client: OpenAI, { id }: UploadState, { signal }: Context): Promise<void> {
  try {
    identified(await client.uploads.cancel(id, { signal }))
  } catch (error) {
    if (!GONE.has(statusOf(error) ?? 0)) throw error
  }
}

function tooSlow(cause: unknown): AnytuneError {
  return new AnytuneError('failed-precondition', 'the upload expired before all of the file was sent', {
    operation: 'datasets.create',
    hint: 'over a faster line, resume the run: the upload begins anew; over this one, train on a smaller file',
    cause,
  })
}

async function begin(
  client: OpenAI,
  file: StagingFile,
  context: Context,
  { partBytes }: PartSettings,
): Promise<UploadState> {
  const { name: filename, bytes } = file
  const made = identified(
    await client.uploads.create(
      { filename, bytes, purpose: 'fine-tune', mime_type: JSONL },
      { signal: context.signal },
    ),
  )
  // The service's clock may be another: only how long the upload lives is taken from it.
  const from = seconds(made.created_at)
  const to = seconds(made.expires_at)
  const expiresAt = Date.now() + (from === undefined || to === undefined ? LIFE_SECONDS : to - from) * 1000
  const state = { way: 'parts', id: made.id, expiresAt, partBytes, sent: {}, completing: false } satisfies UploadState
  await context.save(state)
  return state
}

async function upload(
  client: OpenAI,
  file: StagingFile,
  from: UploadState,
  context: Context,
  { parallelParts }: PartSettings,
): Promise<Created> {
  const { state, ids, md5 } = await sendParts(client, file, from, context, parallelParts)
  await context.save({ ...state, completing: true } satisfies UploadState)
  const { file: made } = await client.uploads.complete(
    from.id,
    { part_ids: [...ids], md5 },
    { signal: context.signal, timeout: TRANSFER_TIMEOUT_MS },
  )
  if (!made) throw new UnexpectedAnswerError('the upload was completed, and no file was named')
  return { id: identified(made).id }
}
