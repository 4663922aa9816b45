/** One part of a stream. */
export interface Part {
  /** From 0. */
  readonly index: number
  /** A copy: the stream may use its own buffer again. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * Cuts a stream in parts of `size` bytes, the last one shorter; an empty stream has no part.
 * A part is cut when the byte after it is there, or the end: the last one comes only after the stream has ended well.
 */
export async function* cutParts(
  stream: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Part, void, undefined> {
  let index = 0
  let filled = 0
  let buffer = new Uint8Array(size)
  const cut = (): Part => {
    const part = { index, bytes: buffer.subarray(0, filled) }
    index += 1
    filled = 0
    buffer = new Uint8Array(size)
    return part
  }
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length;) {
      if (filled === size) yield cut()
      const taken = chunk.subarray(at, at + size - filled)
      buffer.set(taken, filled)
      filled += taken.length
      at += taken.length
    }
  }
  if (filled > 0) yield cut()
}
