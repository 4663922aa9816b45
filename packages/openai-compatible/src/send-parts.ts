import { createHash } from 'node:crypto'
import type { Context, StagingFile } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { identified } from './answers.ts'
import { cutParts, type Part } from './parts.ts'
import { sideBySide } from './side-by-side.ts'
import { TRANSFER_TIMEOUT_MS } from './stage-whole.ts'
import type { UploadState } from './staging-state.ts'

/** All parts of a file, as the service has them. */
export interface SentParts {
  readonly state: UploadState
  /** Ids of the parts in their order. */
  readonly ids: readonly string[]
  /** Of the whole file, in hex. */
  readonly md5: string
}

/**
 * Sends the parts that have not arrived, some at a time, and writes down each that has. Resolves when the stream has ended well and
 * all of it is there; when it throws, nothing is under way any more.
 */
export async function sendParts(
  client: OpenAI,
  file: StagingFile,
  from: UploadState,
  context: Context,
  parallelParts: number,
): Promise<SentParts> {
  const failed = new AbortController()
  const sent = arrivals(from, context)
  const underWay = sideBySide(parallelParts)
  const send = sendingPart(client, from.id, { ...context, signal: AbortSignal.any([context.signal, failed.signal]) })
  const md5 = createHash('md5')
  let count = 0
  try {
    for await (const part of cutParts(file.open(), from.partBytes)) {
      count += 1
      md5.update(part.bytes)
      const sha256 = createHash('sha256').update(part.bytes).digest('hex')
      // A part of an earlier process is kept only if it is the same: that process may have died before its stream was checked.
      if (from.sent[part.index]?.sha256 === sha256) sent.known(part)
      else await underWay.add(send(part).then((id) => sent.arrived(part, { id, sha256 })))
    }
    await underWay.all()
  } catch (error) {
    failed.abort()
    await underWay.settled()
    throw error
  }
  const state = sent.state()
  const ids = Array.from({ length: count }, (_, index) => state.sent[index]?.id ?? '')
  return { state, ids, md5: md5.digest('hex') }
}

function sendingPart(client: OpenAI, upload: string, { signal, retry }: Context) {
  return async ({ index, bytes }: Part): Promise<string> => {
    const data = new File([bytes], `part-${index}`)
    const send = () => client.uploads.parts.create(upload, { data }, { signal, timeout: TRANSFER_TIMEOUT_MS })
    return (await retry(async () => identified(await send()))).id
  }
}

/** What has arrived so far, written down and told. */
function arrivals(from: UploadState, { save, progress }: Context) {
  let state = from
  let bytes = 0
  let saved = Promise.resolve()
  const known = (part: Part) => {
    bytes += part.bytes.length
    progress(bytes)
  }
  return {
    state: () => state,
    known,
    async arrived(part: Part, made: UploadState['sent'][string]) {
      state = { ...state, sent: { ...state.sent, [part.index]: made } }
      // One after the other: a state that knows less must not be written last.
      saved = saved.then(() => save(state))
      await saved
      known(part)
    },
  }
}
