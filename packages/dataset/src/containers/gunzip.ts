import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, type Gunzip } from 'node:zlib'
import { DatasetError } from '../dataset-error.ts'

const CHUNK_BYTES = 128 * 1024

/**
 * The bytes that were compressed, of one gzip member or of several one after the other, as they come: however much they
 * unpack to, little is held. Throws DatasetError `container` when the file is cut short, damaged, or goes on with
 * anything but zeros, which some tools pad with.
 */
export async function* gunzip(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const engine = createGunzip({ chunkSize: CHUNK_BYTES })
  const input = createInput(chunks)
  const feeding = pipeline(Readable.from(input.feed(), { objectMode: false }), engine).catch(() => {
    // The engine is destroyed with the same error, and whoever reads it hears it.
  })
  try {
    for await (const chunk of engine) yield chunk
    if (await input.goesOn(engine)) throw trailing(name)
  } catch (error) {
    throw damaged(name, error)
  } finally {
    engine.destroy()
    await feeding
  }
}

function createInput(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]()
  /** What the engine was given and has perhaps not taken, with its place in the file. */
  let given: { readonly at: number; readonly bytes: Buffer }[] = []
  let length = 0
  const next = async () => {
    const { value, done } = await iterator.next()
    if (done) return undefined
    // A copy: the engine reads it while the source may already use the memory again.
    const bytes = Buffer.from(value)
    given.push({ at: length, bytes })
    length += bytes.length
    return bytes
  }
  return {
    async *feed() {
      for (let bytes = await next(); bytes !== undefined; bytes = await next()) {
        yield bytes
      }
    },
    /** After the engine's end: true when it left anything but zeros. The engine itself takes zeros for the end of everything. */
    async goesOn({ bytesWritten }: Gunzip) {
      const left = () => {
        const some = given.some(({ at, bytes }) =>
          bytes.subarray(Math.max(0, bytesWritten - at)).some((byte) => byte !== 0),
        )
        given = []
        return some
      }
      if (left()) return true
      while ((await next()) !== undefined) if (left()) return true
      return false
    },
  }
}

function damaged(name: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const { code } = error
  if (code === 'Z_BUF_ERROR') {
    return new DatasetError('container', `${name} ends before its compressed data does`, 'copy or download it again', {
      cause: error,
    })
  }
  if (typeof code !== 'string' || !code.startsWith('Z_')) return error
  const hint = 'copy or download it again; `gzip -t` says whether a file is whole'
  return new DatasetError('container', `${name} is damaged: it cannot be decompressed`, hint, { cause: error })
}

function trailing(name: string): DatasetError {
  const hint = 'decompress it with a tool that shows all of it, and look at its end'
  return new DatasetError('container', `${name} goes on after its compressed data and padding`, hint)
}
