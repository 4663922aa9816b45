import type { Line } from '../lines.ts'
import type { Fault } from '../rules.ts'

/** Lines in memory of their own, which can be given to another thread. */
export interface LinePack {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Number, start and end of each line, one after the other. */
  readonly places: Float64Array<ArrayBuffer>
  /** Lines that must not be read, by their index. */
  readonly broken: ReadonlyMap<number, Fault>
}

/** Enough that giving it away costs little beside looking at it. */
const PACK_BYTES = 1024 * 1024
/** What is told of short lines takes more memory than they do. */
const PACK_LINES = 8192

/**
 * The same lines in packs of about 1 MiB and a few thousand lines at most; a longer line is a pack of its own. What came before an
 * error of the lines is given before it is thrown.
 */
export async function* packed(batches: AsyncIterable<readonly Line[]>): AsyncGenerator<LinePack> {
  let packing = startPacking(PACK_BYTES)
  let failure: { readonly reason: unknown } | undefined
  try {
    for await (const lines of batches) {
      for (const line of lines) {
        const length = line.end - line.start
        if (packing.used + length > packing.bytes.length || packing.places.length >= 3 * PACK_LINES) {
          if (packing.places.length > 0) yield finish(packing)
          packing = startPacking(Math.max(PACK_BYTES, length))
        }
        add(packing, line)
      }
    }
  } catch (reason) {
    failure = { reason }
  }
  if (packing.places.length > 0) yield finish(packing)
  if (failure) throw failure.reason
}

/** The lines of a pack. */
export function unpacked({ bytes, places, broken }: LinePack): Line[] {
  const memory = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: places.length / 3 }, (_, index): Line => {
    const [number = 0, start = 0, end = 0] = places.subarray(3 * index)
    const fault = broken.get(index)
    return { number, bytes: memory, start, end, ...(fault && { broken: fault }) }
  })
}

interface Packing {
  readonly bytes: Uint8Array<ArrayBuffer>
  used: number
  readonly places: number[]
  readonly broken: Map<number, Fault>
}

function startPacking(size: number): Packing {
  return { bytes: new Uint8Array(size), used: 0, places: [], broken: new Map() }
}

function add(packing: Packing, { number, bytes, start, end, broken }: Line): void {
  if (broken) packing.broken.set(packing.places.length / 3, broken)
  packing.places.push(number, packing.used, packing.used + end - start)
  packing.bytes.set(bytes.subarray(start, end), packing.used)
  packing.used += end - start
}

function finish({ bytes, used, places, broken }: Packing): LinePack {
  return { bytes: bytes.subarray(0, used), places: Float64Array.from(places), broken }
}
