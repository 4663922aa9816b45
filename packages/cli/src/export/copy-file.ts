import { setTimeout as sleep } from 'node:timers/promises'
import type { JobFile } from '@anytune/core/driver'
import type { Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { understand } from '../failure.ts'
import type { ExportFolder } from './folder.ts'
import type { Written } from './ledger.ts'
import { decodedResult } from './result-file.ts'
import { safeName } from './safe-name.ts'

/** What copying needs to know. */
export interface Copying {
  readonly tuner: Tuner
  readonly folder: ExportFolder
  readonly signal: AbortSignal
  /** Bytes of one chunk that was read. */
  readonly onBytes: (bytes: number) => void
  /** The pause before a file that broke off is read again, in milliseconds; it doubles. */
  readonly pauseMs: number
}

/** A file that breaks off so often is given up. */
const ATTEMPTS = 5

/** Copies a file of the provider, unless it was copied before; several jobs may name one file. */
export async function copyFile(copying: Copying, role: JobFile['role'], id: string): Promise<Written> {
  const { tuner, folder, signal } = copying
  const source = `file:${id}`
  const before = await folder.find(source)
  if (before !== undefined) return before
  const path = `files/${safeName(id)}`
  // What the provider wrote itself is served in several shapes, and not always as its list says.
  if (role === 'result') return again(copying, () => copyResult(copying, id, source, path))
  const expected = await tuner.datasets.get(id, { signal })
  return again(copying, () =>
    folder.write({ source, path: `${path}.jsonl` }, whole(reading(copying, id), tuner.provider, expected.bytes)),
  )
}

async function copyResult(copying: Copying, id: string, source: string, path: string): Promise<Written> {
  const { chunks, ending, servedAs } = await decodedResult(reading(copying, id))
  return copying.folder.write({ source, path: `${path}${ending}`, ...(servedAs && { servedAs }) }, chunks)
}

async function* reading({ tuner, signal, onBytes }: Copying, id: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of tuner.datasets.read(id, { signal })) {
    onBytes(chunk.byteLength)
    yield chunk
  }
}

/** The same bytes; an error where there are fewer or more than the provider says: a connection may end too early without one. */
async function* whole(
  chunks: AsyncIterable<Uint8Array>,
  provider: string,
  expected: number | undefined,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    yield chunk
  }
  if (expected === undefined || bytes === expected) return
  throw new AnytuneError('unavailable', `${provider} gave ${bytes} bytes of a file that has ${expected}`, {
    provider,
    operation: 'datasets.read',
    hint: 'run the same command again: it goes on with what is missing',
  })
}

/** Reads a file again from its start when it broke off: core has repeated only what came before the first byte. */
async function again({ signal, pauseMs }: Copying, copy: () => Promise<Written>): Promise<Written> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await copy()
    } catch (cause) {
      signal.throwIfAborted()
      const { provider, retryable, retryAfterMs } = understand(cause)
      if (provider === undefined || !retryable || attempt >= ATTEMPTS) throw cause
      await sleep(retryAfterMs ?? pauseMs * 2 ** (attempt - 1), undefined, { signal }).catch((error: unknown) => {
        signal.throwIfAborted()
        throw error
      })
    }
  }
}
