import type { Layout } from './containers/container.ts'
import { DatasetError } from './dataset-error.ts'
import type { DatasetSource } from './source.ts'

/** So many bytes at the start of a stream may be looked at to tell its format, and are then read again. */
const LOOK_AHEAD_BYTES = 16 * 1024 * 1024
/** More than may be looked at, because chunks come whole, and decompression asks for some ahead. */
const KEPT_BYTES = 2 * LOOK_AHEAD_BYTES

/**
 * Bytes that come once, such as those of standard input. They can be read through once; before that, `open` may be begun
 * and left again to look at the first 16 MiB. Throws DatasetError `unreadable` when it is opened later, or when
 * the stream fails.
 */
export function streamSource(name: string, stream: AsyncIterable<Uint8Array>, layout?: Layout): DatasetSource {
  let iterator: AsyncIterator<Uint8Array> | undefined
  /** The chunks from number `first` on that have come. */
  const chunks: Uint8Array[] = []
  let first = 0
  let bytes = 0
  let pulling: Promise<boolean> | undefined
  const pull = async () => {
    iterator ??= stream[Symbol.asyncIterator]()
    const { value, done } = await iterator.next().catch((cause: unknown) => {
      throw new DatasetError('unreadable', `${name} cannot be read`, 'check what writes to it', { cause })
    })
    if (done) return false
    bytes += value.byteLength
    // A copy: the stream may use its memory again.
    chunks.push(Uint8Array.from(value))
    return true
  }
  /** One chunk more, also when a reader that was left still waits for it; false at the end. */
  const more = () =>
    (pulling ??= pull().finally(() => {
      pulling = undefined
    }))
  async function* open() {
    if (first > 0) throw readAlready(name)
    for (let number = 0; ; number++) {
      while (number - first >= chunks.length) if (!(await more())) return
      const chunk = chunks[number - first]
      if (chunk === undefined) throw readAlready(name)
      if (bytes > KEPT_BYTES) {
        chunks.splice(0, number - first + 1)
        first = number + 1
      }
      yield chunk
    }
  }
  return { name, ...(layout && { layout }), open, lookAheadBytes: LOOK_AHEAD_BYTES }
}

function readAlready(name: string): DatasetError {
  const hint = 'save it in a file and name that; or name its format, so that it is read only once'
  return new DatasetError('unreadable', `${name} can be read only once, and was`, hint)
}
