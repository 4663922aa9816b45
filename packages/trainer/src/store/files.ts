import { constants } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TrainerError } from '../errors.ts'

/** The one operation through which content reaches the disk, so that tests can make it fail. */
export interface FileWriter {
  /** Writes a whole file and waits until it is on the disk. */
  write(path: string, content: Uint8Array | string): Promise<void>
}

/** The file system itself. */
export const diskWriter: FileWriter = {
  async write(path, content) {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
  },
}

const temporaryPrefix = '.writing-'

/** Makes a directory with these files appear at once or not at all; one that is there already is replaced. */
export async function writeDirectory(
  directory: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  writer: FileWriter,
): Promise<void> {
  const parent = dirname(directory)
  const temporary = join(parent, `${temporaryPrefix}${process.pid}-${Math.random().toString(36).slice(2)}`)
  try {
    await mkdir(temporary, { recursive: true })
    for (const [name, content] of Object.entries(files)) await writer.write(join(temporary, name), content)
    await syncDirectory(temporary)
    await rm(directory, { recursive: true, force: true })
    await rename(temporary, directory)
    await syncDirectory(parent)
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
    throw new TrainerError('write-failed', `Cannot write ${directory}: ${reason(cause)}`, { cause })
  }
}

/** Removes what writers that were killed left half-written. */
export async function removeUnfinished(parent: string): Promise<void> {
  const names = await listNames(parent)
  for (const name of names.filter((name) => name.startsWith(temporaryPrefix))) {
    await rm(join(parent, name), { recursive: true, force: true })
  }
}

/** The entries of a directory, none when it does not exist. */
export async function listNames(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

/** The system's code of an error, such as ENOENT. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** A rename is durable only once its directory is; platforms that cannot open directories order renames themselves. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const advice: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space and start the training again; it goes on from its last checkpoint.',
  EDQUOT:
    'the disk quota is used up. Free some space and start the training again; it goes on from its last checkpoint.',
  EACCES: 'permission denied. Choose a directory that this user may write.',
  EROFS: 'the file system is read-only. Choose another directory.',
}

function reason(cause: unknown): string {
  const code = errorCode(cause)
  return (code !== undefined && advice[code]) || (cause instanceof Error ? cause.message : 'unknown reason')
}
