import { randomUUID } from 'node:crypto'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatasetError } from '../dataset-error.ts'

/** Where in the file a piece lies. */
export interface Piece {
  readonly offset: number
  readonly length: number
}

/** A temporary file for what does not fit in memory. It loses its name as soon as it is open, and so ends with the process. */
export interface SpillFile {
  readonly append: (bytes: Buffer) => Promise<Piece>
  readonly read: (piece: Piece) => Promise<Buffer>
  readonly close: () => Promise<void>
}

/** Opens the file at the first append, for this user alone. Throws DatasetError `temporary-storage`. */
export function createSpillFile(folder = tmpdir()): SpillFile {
  let file: FileHandle | undefined
  let end = 0
  return {
    async append(bytes) {
      const offset = end
      end += bytes.length
      try {
        file ??= await openNameless(folder)
        await writeAll(file, bytes, offset)
      } catch (error) {
        throw storageError(folder, error)
      }
      return { offset, length: bytes.length }
    },
    async read({ offset, length }) {
      const bytes = Buffer.allocUnsafe(length)
      let filled = 0
      while (filled < length) {
        const { bytesRead = 0 } = (await file?.read(bytes, filled, length - filled, offset + filled)) ?? {}
        if (bytesRead === 0)
          throw storageError(folder, new Error('the temporary file is shorter than what was written'))
        filled += bytesRead
      }
      return bytes
    },
    close: async () => file?.close(),
  }
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `anytune-${randomUUID()}.tmp`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}

async function writeAll(file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, offset + written)
    written += bytesWritten
  }
}

function storageError(folder: string, cause: unknown): DatasetError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  const hint = 'free some space there, or name another folder for temporary files (TMPDIR)'
  return new DatasetError('temporary-storage', `the folder ${folder} takes no temporary file${code}`, hint, { cause })
}
