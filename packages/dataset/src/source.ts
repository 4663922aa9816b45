import { open, stat, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { DatasetError } from './dataset-error.ts'
import type { Example } from './example.ts'
import type { Encoded } from './formats/codec.ts'
import { FEATURES } from './formats/features.ts'
import { CODECS, type FormatId } from './formats/formats.ts'

/** Bytes that can be read again and again; `open` starts from the first byte each time, chunks may have any size. */
export interface DatasetSource {
  /** What people call it; never a remote name, never row content. */
  readonly name: string
  /** Where it lies on this machine, when it is a file. */
  readonly path?: string
  /** Starts reading; throws DatasetError `not-found`, `not-a-file` or `unreadable`. */
  readonly open: () => AsyncIterable<Uint8Array>
}

const CHUNK_BYTES = 256 * 1024

/** A regular file; nothing is opened or checked before `open()` is iterated. */
export function fileSource(path: string): DatasetSource {
  return { name: basename(path), path, open: () => readFileChunks(path) }
}

/** Bytes already in memory, which must not change while they are read. */
export function bytesSource(name: string, bytes: Uint8Array): DatasetSource {
  return { name, open: () => chunksOf(bytes) }
}

/** Examples made in the program, each written in its kind's OpenAI format and then judged like any other row. */
export function rowsSource(name: string, examples: Iterable<Example>): DatasetSource {
  // Copied, because an iterator can be walked once and the source must be re-openable.
  const rows = [...examples]
  return { name, open: () => encodeRows(name, rows) }
}

async function* readFileChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await openFile(path)
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } catch (error) {
    throw fileError(path, error)
  } finally {
    await file.close()
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
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error
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
