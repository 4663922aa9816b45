import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, realpath, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AnytuneError } from '@anytune/core/driver'
import { cannotWrite } from './write-text.ts'

/** A file that a command was asked to write. */
export interface Target {
  readonly path: string
  /** How messages call it. */
  readonly shown: string
}

/** A file being written: nobody sees it under its name before all are done. */
export interface WholeFile {
  write(chunk: Uint8Array): Promise<void>
  /** What was written so far. */
  written(): { readonly bytes: number; readonly sha256: string }
}

export interface WholeFilesOptions {
  /** Replace files that are there. */
  readonly overwrite: boolean
  /** Files that are read meanwhile: none of them is replaced. */
  readonly reads: readonly string[]
  /** Make the folder of the files when it is not there; else that is an error. */
  readonly makesFolder?: boolean
}

/**
 * Writes files of which all get their names, on the disk and complete, when `work` is done; when it fails, none does and nothing is left.
 *
 * @throws AnytuneError `already-exists` before anything is written, `invalid-argument` when a file cannot be written or is no regular file.
 */
export async function writingWhole<T>(
  targets: readonly Target[],
  { overwrite, reads, makesFolder = false }: WholeFilesOptions,
  work: (files: readonly WholeFile[]) => Promise<T>,
): Promise<T> {
  for (const target of targets) await assertFree(target, overwrite, reads)
  const made = makesFolder ? await makeFolders(targets) : []
  const drafts: Draft[] = []
  try {
    for (const target of targets) drafts.push(await openDraft(target))
    const result = await work(drafts)
    for (const draft of drafts) await draft.finish()
    for (const draft of drafts) await draft.publish()
    for (const folder of new Set(targets.map(({ path }) => dirname(path)))) await syncFolder(folder)
    return result
  } finally {
    for (const draft of drafts) await draft.discard()
    // One in which something stands stays.
    for (const folder of made) await rmdir(folder).catch(() => undefined)
  }
}

/** Makes the folders that are not there, in folders that are; gives those that it made. */
async function makeFolders(targets: readonly Target[]): Promise<readonly string[]> {
  const made: string[] = []
  for (const { path, shown } of targets) {
    const folder = dirname(path)
    const isNew = await mkdir(folder).then(
      () => true,
      (cause: NodeJS.ErrnoException) => {
        if (cause.code === 'EEXIST') return false
        throw cannotWrite(shown, cause)
      },
    )
    if (isNew) made.push(folder)
  }
  return made
}

async function assertFree({ path, shown }: Target, overwrite: boolean, reads: readonly string[]): Promise<void> {
  const present = await realpath(path).catch(() => undefined)
  if (present === undefined) return
  // A device or a pipe would be replaced by a file, and a folder cannot be.
  if (!(await stat(present)).isFile()) {
    throw new AnytuneError('invalid-argument', `${shown} is not a regular file`, { hint: 'name a file' })
  }
  const read = await Promise.all(reads.map((name) => realpath(name).catch(() => resolve(name))))
  if (read.includes(present)) {
    throw new AnytuneError('invalid-argument', `${shown} is read, and cannot be written at the same time`, {
      hint: 'name another file',
    })
  }
  if (overwrite) return
  throw new AnytuneError('already-exists', `${shown} is there already`, {
    hint: 'move it away, name another place, or replace it with --overwrite',
  })
}

interface Draft extends WholeFile {
  /** Through to the disk. */
  finish(): Promise<void>
  /** Gives it its name. */
  publish(): Promise<void>
  /** Removes what has no name yet. */
  discard(): Promise<void>
}

async function openDraft({ path, shown }: Target): Promise<Draft> {
  const unwritable = (cause: NodeJS.ErrnoException): never => {
    throw cannotWrite(shown, cause)
  }
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}.unfinished`)
  const file = await open(draft, 'wx').catch(unwritable)
  const hash = createHash('sha256')
  let bytes = 0
  let published = false
  return {
    async write(chunk) {
      hash.update(chunk)
      bytes += chunk.byteLength
      await file.writeFile(chunk).catch(unwritable)
    },
    written: () => ({ bytes, sha256: hash.copy().digest('hex') }),
    async finish() {
      await file.sync().catch(unwritable)
      await file.close()
    },
    async publish() {
      await rename(draft, path).catch(unwritable)
      published = true
    },
    async discard() {
      await file.close().catch(() => undefined)
      if (!published) await rm(draft, { force: true })
    },
  }
}

/** Makes new names survive a power cut, where the platform can: Windows cannot open a folder, and keeps its names itself. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  try {
    await folder?.sync().catch(() => undefined)
  } finally {
    await folder?.close()
  }
}
