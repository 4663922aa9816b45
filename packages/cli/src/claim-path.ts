import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { isAnytuneError, sqliteJournal, type AnytuneError, type Claim } from '@anytune/core'
import { cannotWrite } from './write-text.ts'

/**
 * Makes this process the only one that works on a file or a folder. The lock is one of the operating system, in its folder for temporary
 * files: it ends with the process, and nothing is left beside what is the user's.
 *
 * @param shown How messages call the path.
 * @param held The error to throw while another process has it.
 * @throws AnytuneError `held`, or `invalid-argument` when the path's folder is not there.
 */
export async function claimPath(
  kind: 'record' | 'export',
  path: string,
  shown: string,
  held: () => AnytuneError,
): Promise<Claim> {
  const folder = await realpath(dirname(path)).catch((cause: NodeJS.ErrnoException) => {
    throw cannotWrite(shown, cause)
  })
  const digest = createHash('sha256')
    .update(join(folder, basename(path)))
    .digest('hex')
    .slice(0, 16)
  const journal = sqliteJournal(join(tmpdir(), `anytune-${userInfo().username}`))
  return journal.claim(`${kind}-${digest}`).catch((error: unknown) => {
    throw isAnytuneError(error) && error.code === 'failed-precondition' ? held() : error
  })
}
