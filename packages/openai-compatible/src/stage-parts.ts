import { createHash } from 'node:crypto'
import type { Attempt, Context, Created, StagingFile } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { identified, UnexpectedAnswerError } from './answers.ts'
import { statusOf } from './http-error.ts'
import { type Part, cutParts } from './parts.ts'
import { TRANSFER_TIMEOUT_MS } from './stage-whole.ts'
import { stagingState, type UploadState } from './staging-state.ts'

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
        return await sendParts(client, file, earlier, context, settings)
      } catch (error) {
        // The upload is gone: it expired, or somebody cancelled it. Nothing was made of it, and nothing will be.
        if (!GONE.has(statusOf(error) ?? 0)) throw error
      }
    }
    await cancelUpload(client, earlier, context)
  }
  return sendParts(client, file, await begin(client, file, context, settings), context, settings)
}

/** Removes the parts of an unfinished upload. One whose id was not saved cannot be named, and expires after an hour. */
export async function abandonUpload(client: OpenAI, attempt: Attempt, context: Context): Promise<void> {
  const state = stagingState(attempt)
  if (state?.way === 'parts') await cancelUpload(client, state, context)
}

/** What the service answers for an upload that takes no more parts. */
const GONE = new Set([400, 404, 409, 410])

/** An upload takes no part once it was told to complete. */
function isOpen({ completing, expiresAt }: UploadState): boolean {
  return !completing && expiresAt > Date.now()
}

/** An upload that is gone, or complete, needs no cancelling. */
async function cancelUpload(client: OpenAI, { id }: UploadState, { signal }: Context): Promise<void> {
  try {
    await client.uploads.cancel(id, { signal })
  } catch (error) {
    if (!GONE.has(statusOf(error) ?? 0)) throw error
  }
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
      { filename, bytes, purpose: 'fine-tune', mime_type: 'application/jsonl' },
      { signal: context.signal },
    ),
  )
  // The service's clock may be another: only how long the upload lives is taken from it.
  const expiresAt = Date.now() + (made.expires_at - made.created_at) * 1000
  const state = { way: 'parts', id: made.id, expiresAt, partBytes, sent: {}, completing: false } satisfies UploadState
  await context.save(state)
  return state
}

async function sendParts(
  client: OpenAI,
  file: StagingFile,
  from: UploadState,
  context: Context,
  { parallelParts }: PartSettings,
): Promise<Created> {
  const failed = new AbortController()
  const signal = AbortSignal.any([context.signal, failed.signal])
  const underWay = new Set<Promise<void>>()
  let state = from
  let arrived = 0
  let saved = Promise.resolve()

  const told = (bytes: number) => {
    arrived += bytes
    context.progress(arrived)
  }
  const send = async ({ index, bytes }: Part, sha256: string) => {
    const data = new File([bytes], `part-${index}`)
    const made = await context.retry(async () =>
      identified(await client.uploads.parts.create(from.id, { data }, { signal, timeout: TRANSFER_TIMEOUT_MS })),
    )
    state = { ...state, sent: { ...state.sent, [index]: { id: made.id, sha256 } } }
    // One after the other: a state that knows less must not be written last.
    saved = saved.then(() => context.save(state))
    await saved
    told(bytes.length)
  }

  const md5 = createHash('md5')
  let count = 0
  try {
    for await (const part of cutParts(file.open(), from.partBytes)) {
      count += 1
      md5.update(part.bytes)
      const sha256 = createHash('sha256').update(part.bytes).digest('hex')
      // A part of an earlier process is kept only if it is the same: that process may have died before its stream was checked.
      if (from.sent[part.index]?.sha256 === sha256) {
        told(part.bytes.length)
        continue
      }
      // One that failed stays, so that whoever waits next learns of it.
      const sending = send(part, sha256).then(() => void underWay.delete(sending))
      sending.catch(() => {})
      underWay.add(sending)
      if (underWay.size >= parallelParts) await Promise.race(underWay)
    }
    await Promise.all(underWay)
  } catch (error) {
    // Nothing may go on behind the caller's back.
    failed.abort()
    await Promise.allSettled(underWay)
    throw error
  }

  await context.save({ ...state, completing: true } satisfies UploadState)
  const part_ids = Array.from({ length: count }, (_, index) => state.sent[index]?.id ?? '')
  const { file: made } = await client.uploads.complete(
    from.id,
    { part_ids, md5: md5.digest('hex') },
    { signal: context.signal, timeout: TRANSFER_TIMEOUT_MS },
  )
  if (!made) throw new UnexpectedAnswerError('the upload was completed, and no file was named')
  return { id: identified(made).id }
}
