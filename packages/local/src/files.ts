import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

/** Names that start so are unfinished work of a process; readers never look at them. */
const UNFINISHED = '.unfinished-'

/** Unfinished work older than this belongs to a process that died. */
const ABANDONED_MS = 24 * 3_600_000

/** A new name for the unfinished work on `thing`; it is renamed when the work is done. */
export function unfinishedPath(directory: string, thing: string): string {
  return join(directory, `${UNFINISHED}${thing}.${randomUUID()}`)
}

/** What processes left unfinished of `thing`. */
export async function unfinishedIn(directory: string, thing: string): Promise<readonly string[]> {
  return (await allNames(directory)).filter((name) => name.startsWith(`${UNFINISHED}${thing}.`))
}

/** Replaces a file as a whole: a reader sees the old or the new text. `durable` also survives a power cut. */
export async function replaceFile(path: string, text: string, options: { readonly durable: boolean }): Promise<void> {
  const temporary = unfinishedPath(dirname(path), basename(path))
  try {
    await writeSynced(temporary, text, options.durable)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  if (options.durable) await syncDirectory(dirname(path))
}

/** Writes a new file and, when durable, waits until it is on disk. */
export async function writeSynced(path: string, text: string, durable = true): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
    if (durable) await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes renames and new files in a directory survive a power cut, where the platform can. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory; its file system journals the entries itself.
  const directory = await open(path, 'r').catch(() => undefined)
  try {
    await directory?.sync().catch(() => undefined)
  } finally {
    await directory?.close()
  }
}

/** The text of a file, or undefined when it is not there. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Names in a directory without unfinished work; none when it is not there. */
export async function namesIn(path: string): Promise<readonly string[]> {
  return (await allNames(path)).filter((name) => !name.startsWith(UNFINISHED))
}

/**
 * Makes a directory of the data directory, for its owner alone and out of git's sight, since what lies there is made of the user's rows;
 * removes what a process that died long ago left unfinished in it.
 */
export async function prepareDirectory(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: 0o700 })
  // Never in the data directory itself: it may be one that the user has other things in.
  if (made !== undefined) await writeFile(join(path, '.gitignore'), '*\n')
  for (const name of await readdir(path)) {
    if (!name.startsWith(UNFINISHED)) continue
    const age = await stat(join(path, name)).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > ABANDONED_MS) await rm(join(path, name), { recursive: true, force: true })
  }
}

async function allNames(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** The real path that `path` has, or will have once it is made: links are resolved as far as it exists. */
export function realPath(path: string): string {
  const absolute = resolve(path)
  if (existsSync(absolute)) return realpathSync(absolute)
  const parent = dirname(absolute)
  return parent === absolute ? absolute : join(realPath(parent), basename(absolute))
}

/** True when there is a directory at this path. */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** True for the error of a file or directory that is not there. */
export function isMissing(error: unknown): boolean {
  return isSystemError(error) && error.code === 'ENOENT'
}

/** True for an error of the operating system, such as ENOSPC; its message names paths of this computer, never file content. */
export function isSystemError(error: unknown): error is Error & { readonly code: string; readonly syscall: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}
