import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AnytuneError } from '@anytune/core/driver'
import { claimPath } from '../claim-path.ts'
import { cannotWrite } from '../write-text.ts'
import { openLedger, type Ledger, type Owner, type Written } from './ledger.ts'

/** A folder that holds an export: files that are whole or not there, each with a note of what it is and how it was written. */
export interface ExportFolder {
  /** What was written of this source, if the file is there and still as it was written. */
  find(source: string): Promise<Written | undefined>
  /** The text of what `find` finds. */
  text(source: string): Promise<string | undefined>
  /** Everything that is there and as it was written. */
  all(): Promise<readonly Written[]>
  /**
   * Writes a file under its name when all of it is on the disk; one that is there with the same bytes is left as it is.
   *
   * @throws AnytuneError `already-exists` when a file of that name is not as it was written here, `invalid-argument` when the disk
   * cannot take it; or whatever `chunks` throws. No part of a file ever stands under its name.
   */
  write(target: Target, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Written>
  close(): Promise<void>
}

/** Where a copy goes. */
export type Target = Pick<Written, 'source' | 'path' | 'servedAs'>

const LEDGER = '.anytune-export.jsonl'
const IGNORE = '.gitignore'
const UNFINISHED = '.unfinished-'

/**
 * Opens a folder to export into: a new or empty one, or one that holds an export of the same account.
 *
 * @param shown How messages call it.
 * @throws AnytuneError `already-exists` for a folder that holds anything else, `failed-precondition` while another process exports into it,
 * `invalid-argument` when it cannot be written.
 */
export async function openFolder(path: string, shown: string, owner: Owner): Promise<ExportFolder> {
  const unwritable = (cause: unknown): never => {
    throw isSystemError(cause) ? cannotWrite(shown, cause) : cause
  }
  await mkdir(path, { recursive: true, mode: 0o700 }).catch(unwritable)
  const claim = await claimPath('export', path, shown, () => held(shown))
  let ledger: Ledger | undefined
  try {
    const names = await readdir(path).catch(unwritable)
    assertOurs(names, shown)
    ledger = await openLedger(join(path, LEDGER)).catch(unwritable)
    await settleOwner(ledger, owner, names, shown).catch(unwritable)
    // What a process that died left of a file.
    for (const name of names.filter((each) => each.startsWith(UNFINISHED))) await rm(join(path, name), { force: true })
    // These are rows and answers: out of git's sight, wherever the folder lies.
    if (!names.includes(IGNORE)) await writeFile(join(path, IGNORE), '*\n', { mode: 0o600 }).catch(unwritable)
  } catch (error) {
    await ledger?.close()
    await claim.release()
    throw error
  }
  return folderOn(path, shown, ledger, () => claim.release())
}

function folderOn(root: string, shown: string, ledger: Ledger, release: () => Promise<void>): ExportFolder {
  const unwritable = (cause: unknown): never => {
    throw isSystemError(cause) ? cannotWrite(shown, cause) : cause
  }
  const digests = new Map<string, string | undefined>()
  /** The digest of what stands under a name; undefined where nothing does. Read once: nobody else writes here. */
  const digestAt = async (path: string) => {
    if (!digests.has(path)) digests.set(path, await digestOf(join(root, path)))
    return digests.get(path)
  }
  const { noted, latest, note } = indexed(ledger)

  return {
    async find(source) {
      const last = latest(source)
      return last && noted(last.path, await digestAt(last.path))
    },
    async text(source) {
      const entry = await this.find(source)
      return entry && readFile(join(root, entry.path), 'utf8')
    },
    async all() {
      const found: Written[] = []
      for (const path of [...new Set(ledger.entries.map((entry) => entry.path))].toSorted()) {
        const entry = noted(path, await digestAt(path))
        if (entry !== undefined) found.push(entry)
      }
      return found
    },
    async write(target, chunks) {
      const temporary = join(root, `${UNFINISHED}${randomUUID()}`)
      try {
        const written = { ...target, ...(await writeSynced(temporary, chunks, unwritable)) }
        const before = await digestAt(target.path)
        if (before !== undefined && noted(target.path, before) === undefined) throw changed(target.path, shown)
        if (before === written.sha256) return written
        // Noted first: what has a name and no note is somebody else's.
        await note(written).catch(unwritable)
        const name = join(root, target.path)
        await mkdir(dirname(name), { recursive: true, mode: 0o700 }).catch(unwritable)
        await rename(temporary, name).catch(unwritable)
        await syncDirectory(dirname(name))
        digests.set(target.path, written.sha256)
        return written
      } finally {
        await rm(temporary, { force: true })
      }
    },
    async close() {
      try {
        await ledger.close()
      } finally {
        await release()
      }
    },
  }
}

/** What the ledger says, found without reading through it: an account may have tens of thousands of files. */
function indexed(ledger: Ledger) {
  const bySource = new Map<string, Written>()
  const byContent = new Map<string, Written>()
  const contentKey = (path: string, sha256: string) => `${sha256} ${path}`
  const keep = (entry: Written) => {
    bySource.set(entry.source, entry)
    byContent.set(contentKey(entry.path, entry.sha256), entry)
  }
  ledger.entries.forEach(keep)
  return {
    latest: (source: string) => bySource.get(source),
    /** The entry of a file with these bytes; undefined where nothing was written so. */
    noted: (path: string, sha256: string | undefined) =>
      sha256 === undefined ? undefined : byContent.get(contentKey(path, sha256)),
    async note(entry: Written) {
      await ledger.note(entry)
      keep(entry)
    },
  }
}

function assertOurs(names: readonly string[], shown: string): void {
  const strange = names.filter((name) => !name.startsWith(UNFINISHED) && name !== IGNORE)
  if (strange.length === 0 || strange.includes(LEDGER)) return
  throw new AnytuneError('already-exists', `${shown} is not empty, and what is in it is no export of anytune`, {
    hint: 'name a new folder with --to',
  })
}

async function settleOwner(ledger: Ledger, owner: Owner, names: readonly string[], shown: string): Promise<void> {
  const { owner: before } = ledger
  if (before !== undefined) {
    if (before.provider === owner.provider && before.scope === owner.scope) return
    throw new AnytuneError(
      'already-exists',
      `${shown} holds an export of ${before.provider} ${before.scope}, and this is ${owner.provider} ${owner.scope}`,
      { hint: 'name another folder with --to' },
    )
  }
  // A ledger without its first line was begun by a process that died at once; beside other files it is damaged.
  const others = names.filter((name) => !name.startsWith(UNFINISHED) && name !== IGNORE && name !== LEDGER)
  if (others.length === 0) return ledger.own(owner)
  throw new AnytuneError('already-exists', `the list of what was written into ${shown} is damaged`, {
    hint: 'name a new folder with --to',
  })
}

async function writeSynced(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  unwritable: (cause: unknown) => never,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const file = await open(path, 'wx', 0o600).catch(unwritable)
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of chunks) {
      hash.update(chunk)
      bytes += chunk.byteLength
      await file.writeFile(chunk).catch(unwritable)
    }
    await file.sync().catch(unwritable)
  } finally {
    await file.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}

async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk)
    return hash.digest('hex')
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw error
  }
}

/** Makes a new name survive a power cut, where the platform can: Windows cannot open a folder, and keeps its names itself. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined)
  try {
    await directory?.sync().catch(() => undefined)
  } finally {
    await directory?.close()
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}

function changed(path: string, shown: string): AnytuneError {
  return new AnytuneError('already-exists', `${path} in ${shown} is not as it was written`, {
    hint: 'move it away, and run the same command again',
  })
}

function held(shown: string): AnytuneError {
  return new AnytuneError('failed-precondition', `another process is exporting into ${shown}`, {
    hint: 'wait until it has ended, or name another folder with --to',
  })
}
