import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { isAnytuneError, sqliteJournal, type Claim } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { cannotWrite } from '../write-text.ts'

/**
 * Makes this process the only one that records into the file. The lock is one of the operating system, in its folder for temporary files:
 * it ends with the process, and nothing is left beside the user's file.
 *
 * @throws AnytuneError `failed-precondition` while another process has it, `invalid-argument` when the file's folder is not there.
 */
export async function claimRecording(path: string, shown: string): Promise<Claim> {
  const folder = await realpath(dirname(path)).catch((cause: NodeJS.ErrnoException) => {
    throw cannotWrite(shown, cause)
  })
  const digest = createHash('sha256')
    .update(join(folder, basename(path)))
    .digest('hex')
    .slice(0, 16)
  const journal = sqliteJournal(join(tmpdir(), `anytune-${userInfo().username}`))
  return journal.claim(`record-${digest}`).catch((error: unknown) => {
    throw isAnytuneError(error) && error.code === 'failed-precondition' ? held(shown) : error
  })
}

function held(shown: string): AnytuneError {
  return new AnytuneError('failed-precondition', `another process is recording into ${shown}`, {
    hint: 'wait until it has ended, or name another file with --out',
  })
}
