import { createSecretKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AnytuneError } from '../errors.ts'

/** Where manifests of staged datasets are kept, beside the journal; see `writeManifest` of `@anytune/dataset`. */
export interface LineageFiles {
  /** The key that rows are hashed with; made at the first use. */
  key(): Promise<KeyObject>
  /** The key, where there is one. */
  existingKey(): Promise<KeyObject | undefined>
  /** Writes a manifest: on disk under its name as a whole, or not at all. Returns the name, which says what is in it. */
  write(dataset: string, pieces: AsyncIterable<Uint8Array>): Promise<string>
  /** Undefined when there is no such file. */
  read(name: string): Promise<AsyncIterable<Uint8Array> | undefined>
  remove(name: string): Promise<void>
}

const KEY_BYTES = 32
const DIGEST_BYTES = 32

/** Keeps manifests in `lineage` of the state directory, for its owner alone. */
export function lineageFiles(stateDirectory: string): LineageFiles {
  const folder = join(stateDirectory, 'lineage')
  const keyPath = join(folder, 'key')
  const guard = <T>(work: () => Promise<T>) => guarded(folder, work)

  async function existingKey(): Promise<KeyObject | undefined> {
    const text = await readFile(keyPath, 'utf8').catch(unlessMissing)
    if (text === undefined) return undefined
    const key = Buffer.from(text.trim(), 'hex')
    if (key.length === KEY_BYTES) return createSecretKey(key)
    throw new AnytuneError('configuration', `${keyPath} does not hold a key`, {
      hint: 'restore it from a backup: without it no row can be looked for among those of earlier runs',
    })
  }

  return {
    existingKey: () => guard(existingKey),
    key: () =>
      guard(async () => {
        const before = await existingKey()
        if (before !== undefined) return before
        const temporary = await writeWhole(folder, [Buffer.from(`${randomBytes(KEY_BYTES).toString('hex')}\n`)], guard)
        // Unlike a rename, a link does not replace the key that another process made meanwhile.
        await link(temporary, keyPath).catch((error: unknown) => {
          if (codeOf(error) !== 'EEXIST') throw error
        })
        await rm(temporary)
        await syncFolder(folder)
        const made = await existingKey()
        if (made === undefined) throw new Error(`${keyPath} was removed while it was made`)
        return made
      }),
    async write(dataset, pieces) {
      let tail = Buffer.alloc(0)
      const watched = async function* () {
        for await (const piece of pieces) {
          tail = Buffer.concat([tail, piece]).subarray(-DIGEST_BYTES)
          yield piece
        }
      }
      const temporary = await writeWhole(folder, watched(), guard)
      // A manifest ends with its digest, so that two of the same content are one file.
      const name = `${dataset}.${tail.toString('hex', 0, 8)}.lineage`
      await guard(() => rename(temporary, join(folder, name)))
      await syncFolder(folder)
      return name
    },
    read: (name) =>
      guard(async () => {
        const file = await open(join(folder, name)).catch(unlessMissing)
        return file && createReadStream('', { fd: file })
      }),
    remove: (name) => guard(() => rm(join(folder, name), { force: true })),
  }
}

/** Writes a file under a name of its own and through to the disk; leaves nothing behind when that fails. */
async function writeWhole(
  folder: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<string> {
  const path = join(folder, `${randomUUID()}.unfinished`)
  const file = await guard(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return open(path, 'wx', 0o600)
  })
  try {
    for await (const piece of pieces) await guard(() => file.writeFile(piece))
    await guard(() => file.sync())
    await file.close()
    return path
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw error
  }
}

/** Makes new names survive a power cut, where the platform can: Windows cannot open a folder, and keeps its names itself. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r').catch(() => undefined)
  try {
    await opened?.sync().catch(() => undefined)
  } finally {
    await opened?.close()
  }
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined
}

/** Errors of the operating system become ours. */
async function guarded<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    throw new AnytuneError('configuration', `the row manifests in ${folder} cannot be used (${code})`, {
      cause: error,
      hint: 'make the folder writable, free some disk space, or set stateDirectory to another place',
    })
  }
}
