import { on } from 'node:events'
import { Worker } from 'node:worker_threads'
import { DatasetError } from '../dataset-error.ts'
import type { RandomAccess } from '../source.ts'
import type { ContainerInput } from './container.ts'
import { brokenLine, madeLine, tooLong, type Line } from './line.ts'
import type { FromParquet, ParquetRow, ParquetTask, ToParquet } from './parquet-messages.ts'
import { damaged } from './parquet-reader.ts'

/** A group of rows, the most that is read at once, takes well under a minute. */
const LONGEST_SILENCE_MS = 10 * 60 * 1000
/** Texts of the largest group, and what reading them takes besides. */
const MAXIMUM_HEAP_MEBIBYTES = 4096

/**
 * The rows of a Parquet file, each as JSON text; their number is their place in the file. Columns may hold texts, numbers,
 * true or false, lists and objects of them. A null is an absent key: Parquet does not tell the two apart. Needs the
 * package `hyparquet`. Throws DatasetError `container` or `missing-package`.
 *
 * The package reads in a thread of its own, because a damaged file can keep it busy for ever, or fill the memory.
 */
export async function* parquetRows(input: ContainerInput): AsyncGenerator<readonly Line[]> {
  const { source, maximum, signal } = input
  const parts = await openParts(input)
  const worker = startReader({ name: source.name, bytes: parts.bytes, fields: input.layout.fields })
  // Read alongside, so that whoever watches the source sees all of it.
  const passing = createPassing(input.chunks)
  let row = 0
  try {
    for await (const message of messagesOf(worker, source.name, signal)) {
      if (message.kind === 'read') await answer(worker, parts, message)
      else if (message.kind === 'failed') throw new DatasetError(message.code, message.message, message.hint)
      else if (message.kind === 'rows') {
        await passing.until(message.share * parts.bytes)
        yield message.rows.map((each) => lineOf(++row, each, maximum))
        say(worker, { kind: 'next' })
      } else {
        await passing.until(Infinity)
        return
      }
    }
    throw damaged(source.name)
  } finally {
    await worker.terminate()
    await parts.close()
  }
}

async function openParts({ source, compressed }: ContainerInput): Promise<RandomAccess> {
  if (source.openParts !== undefined && !compressed) return source.openParts()
  const what = compressed ? 'is Parquet within gzip' : 'is Parquet on a stream'
  const hint = 'name the Parquet file itself; it compresses its own columns'
  throw new DatasetError('container', `${source.name} ${what}, and Parquet is read from its end`, hint)
}

function startReader(workerData: ParquetTask): Worker {
  // The conditions of this process must reach the worker; --input-type would be refused there.
  const execArgv = process.execArgv.filter((flag) => !flag.startsWith('--input-type'))
  const resourceLimits = { maxOldGenerationSizeMb: MAXIMUM_HEAP_MEBIBYTES }
  const worker = new Worker(new URL(import.meta.resolve('#parquet')), { workerData, execArgv, resourceLimits })
  // Heard by `messagesOf`; what happens after it has ended must not end the process.
  return worker.on('error', () => {})
}

/** What the reader says until it ends. Throws the signal's reason at once, whatever the reader is doing. */
async function* messagesOf(worker: Worker, name: string, signal: AbortSignal | undefined): AsyncGenerator<FromParquet> {
  const messages = on(worker, 'message', { close: ['exit'], ...(signal && { signal }) })
  try {
    for (;;) {
      const next = await withinTime(messages.next(), name)
      if (next.done) return
      // The worker says nothing else.
      yield next.value[0] as FromParquet
    }
  } catch (error) {
    signal?.throwIfAborted()
    // What broke the thread, such as too little memory, may quote what was read.
    throw error instanceof DatasetError ? error : damaged(name)
  } finally {
    await messages.return?.()
  }
}

async function withinTime<T>(work: Promise<T>, name: string): Promise<T> {
  const silence = Promise.withResolvers<never>()
  const timer = setTimeout(() => silence.reject(damaged(name)), LONGEST_SILENCE_MS)
  try {
    return await Promise.race([work, silence.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function answer(
  worker: Worker,
  { read }: RandomAccess,
  { id, start, end }: Extract<FromParquet, { readonly kind: 'read' }>,
): Promise<void> {
  // Its own memory from the first byte on, as the reader takes it.
  const part = new Uint8Array(await read(start, end)).buffer
  worker.postMessage({ kind: 'part', id, part } satisfies ToParquet, [part])
}

function say(worker: Worker, message: ToParquet): void {
  worker.postMessage(message, [])
}

function lineOf(number: number, row: ParquetRow, maximum: number): Line {
  if (typeof row !== 'string') return brokenLine(number, row)
  const line = madeLine(number, row)
  return line.end > maximum ? tooLong(number) : line
}

function createPassing(chunks: AsyncIterable<Buffer>) {
  const iterator = chunks[Symbol.asyncIterator]()
  let bytes = 0
  return {
    async until(offset: number) {
      while (bytes < offset) {
        const next = await iterator.next()
        if (next.done) return
        bytes += next.value.length
      }
    },
  }
}
