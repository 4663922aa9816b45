import { DatasetError } from './dataset-error.ts'
import type { ContainerId, ContainerInput } from './containers/container.ts'
import { CONTAINER_IDS, CONTAINERS } from './containers/containers.ts'
import { mapFields } from './containers/fields.ts'
import { gunzip } from './containers/gunzip.ts'
import { detectContainer, isGzip, isParquet, readHead, textHead, withHead } from './containers/head.ts'
import type { Line, LineOptions } from './containers/line.ts'
import type { DatasetSource } from './source.ts'

export type { Line, LineOptions } from './containers/line.ts'

const DEFAULT_MAXIMUM_LINE_BYTES = 32 * 1024 * 1024

/** Sees a source on its way. */
export interface Watch {
  /** Every chunk as the source gives it. */
  readonly onChunk?: (chunk: Uint8Array) => void
  /** How the rows are packed, once it is known. */
  readonly onContainer?: (container: ContainerId) => void
}

/**
 * The rows of a source, whatever it packs them in: one list per chunk, whose rows must be used before the next list is
 * asked for. Throws DatasetError `encoding`, `container` or `missing-package`, and, once aborted, the signal's reason.
 */
export async function* lineBatches(
  source: DatasetSource,
  options: LineOptions,
  watch: Watch = {},
): AsyncGenerator<readonly Line[]> {
  options.signal?.throwIfAborted()
  const maximum = options.maximumLineBytes ?? DEFAULT_MAXIMUM_LINE_BYTES
  if (!(maximum >= 1)) throw new RangeError('maximumLineBytes must be at least 1')
  const job: Job = { source, layout: source.layout ?? {}, maximum, signal: options.signal, watch, compressed: false }
  yield* unpack(watched(source, options.signal, watch), job)
}

interface Job extends Omit<ContainerInput, 'chunks'> {
  readonly watch: Watch
}

async function* watched(
  source: DatasetSource,
  signal: AbortSignal | undefined,
  { onChunk }: Watch,
): AsyncGenerator<Buffer> {
  for await (const chunk of source.open()) {
    signal?.throwIfAborted()
    onChunk?.(chunk)
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  }
}

async function* unpack(chunks: AsyncIterable<Buffer>, job: Job): AsyncGenerator<readonly Line[]> {
  const iterator = chunks[Symbol.asyncIterator]()
  try {
    const head = await readHead(iterator)
    if (isGzip(head)) {
      if (job.compressed) throw compressedTwice(job.source.name)
      yield* unpack(gunzip(job.source.name, withHead(head, iterator)), { ...job, compressed: true })
    } else yield* readRows(head, iterator, job)
  } finally {
    await iterator.return?.()
  }
}

async function* readRows(head: Buffer, rest: AsyncIterator<Buffer>, job: Job): AsyncGenerator<readonly Line[]> {
  const { source, layout, watch } = job
  const container = requireContainer(layout.container ?? detectContainer(source.name, head))
  const text = isParquet(head) ? head : textHead(source.name, head)
  watch.onContainer?.(container)
  const rows = CONTAINERS[container].rows({ ...job, chunks: withHead(text, rest) })
  yield* layout.fields === undefined ? rows : mapFields(rows, layout.fields)
}

function requireContainer(container: ContainerId): ContainerId {
  if (Object.hasOwn(CONTAINERS, container)) return container
  throw new DatasetError('container', 'the container asked for does not exist', `known: ${CONTAINER_IDS.join(', ')}`)
}

function compressedTwice(name: string): DatasetError {
  return new DatasetError('container', `${name} is compressed twice (gzip within gzip)`, 'decompress the file once')
}
