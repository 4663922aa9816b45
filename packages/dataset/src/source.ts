import { open, stat, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Layout } from './containers/container.ts'
import { DatasetError } from './dataset-error.ts'
import type { Example } from './example.ts'
import type { Encoded } from './formats/codec.ts'
import { FEATURES } from './formats/features.ts'
import { CODECS, type FormatId } from './formats/formats.ts'

/**
 * Bytes that can be read again and again; `open` starts from the first byte each time. Chunks may have any size, and the
 * memory of one may be used again as soon as the next is asked for: copy it to keep it.
 */
export interface DatasetSource {
  /** What people call it; never a remote name, never row content. */
  readonly name: string
  /** Where it lies on this machine, when it is a file. */
  readonly path?: string
  /** How it is to be read where its name and first bytes do not tell. */
  readonly layout?: Layout
  /** Starts reading; throws DatasetError `not-found`, `not-a-file` or `unreadable`. */
  readonly open: () => AsyncIterable<Uint8Array>
  /** Any part at any time, which Parquet needs; throws as `open` does. */
  readonly openParts?: () => Promise<RandomAccess>
  /** Only of a source that can be read once: `open` starts anew as long as no more bytes than these were read. */
  readonly lookAheadBytes?: number
}

/** Bytes that can be read in any order. */
export interface RandomAccess {
  /** How many there are. */
  readonly bytes: number
  /** The bytes from `start` up to, not including, `end`. */
  readonly read: (start: number, end: number) => Promise<Uint8Array>
  readonly close: () => Promise<void>
}

const CHUNK_BYTES = 256 * 1024

/**
 * A regular file; nothing is opened or checked before `open()` is iterated. One that is written while it is read ends in
 * DatasetError `unreadable`.
 */
export function fileSource(path: string, layout?: Layout): DatasetSource {
  return {
    name: basename(path),
    path,
    ...(layout && { layout }),
    open: () => readFileChunks(path),
    openParts: () => openFileParts(path),
  }
}

/** Bytes already in memory, which must not change while they are read. */
export function bytesSource(name: string, bytes: Uint8Array, layout?: Layout): DatasetSource {
  const parts = {
    bytes: bytes.length,
    read: async (start: number, end: number) => bytes.subarray(start, end),
    close: async () => {},
  }
  return { name, ...(layout && { layout }), open: () => chunksOf(bytes), openParts: async () => parts }
}

/** Examples made in the program, each written in its kind's OpenAI format and then judged like any other row. */
export function rowsSource(name: string, examples: Iterable<Example>): DatasetSource {
  // Copied, because an iterator can be walked once and the source must be re-openable.
  const rows = [...examples]
  return { name, open: () => encodeRows(name, rows) }
}

async function* readFileChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await openFile(path)
  const next = createChunkReader(file)
  let ahead: Promise<Buffer> | undefined
  try {
    const before = await stateOf(file)
    // One chunk is read while the one before it is worked on.
    for (let chunk = await next(); chunk.length > 0; chunk = await ahead) {
      ahead = next()
      // Heard when its turn comes; until then nobody waits for it, and a rejection must not end the process.
      ahead.catch(() => undefined)
      yield chunk
    }
    if ((await stateOf(file)) !== before) throw changedWhileRead(path)
  } catch (error) {
    throw fileError(path, error)
  } finally {
    await ahead?.catch(() => undefined)
    await file.close()
  }
}

/** Reads chunk after chunk into two pieces of memory in turns: fresh memory for each would cost as much as reading it. */
function createChunkReader(file: FileHandle): () => Promise<Buffer> {
  const memory = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)] as const
  let turn: 0 | 1 = 0
  return async () => {
    turn = turn === 0 ? 1 : 0
    const { buffer, bytesRead } = await file.read(memory[turn], 0, CHUNK_BYTES)
    return buffer.subarray(0, bytesRead)
  }
}

/** Size and time of the last writing: differs when anything was written in between. */
async function stateOf(file: FileHandle): Promise<string> {
  const { size, mtimeNs } = await file.stat({ bigint: true })
  return `${size} ${mtimeNs}`
}

/** The error of a source whose bytes are not those they were at the start. */
export function changedWhileRead(name: string): DatasetError {
  return new DatasetError('unreadable', `${name} changed while it was read`, 'run again when nothing writes to it')
}

async function openFileParts(path: string): Promise<RandomAccess> {
  const file = await openFile(path)
  const { size } = await file.stat()
  return {
    bytes: size,
    async read(start, end) {
      const buffer = Buffer.allocUnsafe(end - start)
      try {
        let read = 0
        while (read < buffer.length) {
          const { bytesRead } = await file.read(buffer, read, buffer.length - read, start + read)
          if (bytesRead === 0) throw changedWhileRead(path)
          read += bytesRead
        }
      } catch (error) {
        throw fileError(path, error)
      }
      return buffer
    },
    close: () => file.close(),
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Looked at before it is opened, because opening a pipe waits for its writer.
    if ((await stat(path)).isFile()) return await open(path)
  } catch (error) {
    throw fileError(path, error)
  }
  throw new DatasetError('not-a-file', `${path} is not a regular file`, 'name one file, not a folder, pipe or device')
}

const FILE_ERRORS: ReadonlyMap<string, readonly ['not-found' | 'not-a-file', string, string]> = new Map([
  ['ENOENT', ['not-found', 'does not exist', 'check the path; it is resolved from the working folder']],
  ['ENOTDIR', ['not-found', 'does not exist', 'a part of the path is a file, not a folder']],
  ['EISDIR', ['not-a-file', 'is a folder', 'name one file in it']],
])

function fileError(path: string, error: unknown): unknown {
  if (
    error instanceof DatasetError ||
    !(error instanceof Error) ||
    !('code' in error) ||
    typeof error.code !== 'string'
  )
    return error
  const known = FILE_ERRORS.get(error.code)
  if (known) return new DatasetError(known[0], `${path} ${known[1]}`, known[2], { cause: error })
  const hint = 'check that this user may read the file and that its disk is there'
  return new DatasetError('unreadable', `${path} cannot be read (${error.code})`, hint, { cause: error })
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) yield bytes.subarray(start, start + CHUNK_BYTES)
}

const FORMAT_OF_KIND = {
  chat: 'openai-chat',
  preference: 'openai-preference',
  reinforcement: 'openai-reinforcement',
  completion: 'prompt-completion',
  text: 'text',
} as const satisfies Readonly<Record<Example['kind'], FormatId>>

async function* encodeRows(name: string, rows: readonly Example[]): AsyncGenerator<Uint8Array> {
  for (const [index, example] of rows.entries()) {
    const encoded = encodeRow(example)
    // The cause is left out: such errors quote the value.
    if (encoded === undefined) {
      const hint = `an example is plain JSON data of the kind ${Object.keys(FORMAT_OF_KIND).join(', ')}`
      throw new DatasetError('unreadable', `example ${index + 1} of ${name} cannot be written as JSON`, hint)
    }
    if (encoded.unsaid) {
      const what = `${FEATURES[encoded.unsaid.feature]} cannot be written as ${FORMAT_OF_KIND[example.kind]}`
      throw new DatasetError('unreadable', `example ${index + 1} of ${name}: ${what}`, 'write the rows to a file')
    }
    yield Buffer.from(`${encoded.text}\n`)
  }
}

function encodeRow(example: Example): Encoded | undefined {
  try {
    return CODECS[FORMAT_OF_KIND[example.kind]].encode(example)
  } catch {
    return undefined
  }
}
