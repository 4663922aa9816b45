import { writeFile } from 'node:fs/promises'
import { AnytuneError } from '@anytune/core/driver'

/**
 * Writes a file that the user asked for.
 *
 * @param shown How messages call the file.
 * @throws AnytuneError `invalid-argument` when it cannot be written.
 */
export async function writeText(path: string, text: string, shown: string): Promise<void> {
  await writeFile(path, text).catch((cause: NodeJS.ErrnoException) => {
    throw cannotWrite(shown, cause)
  })
}

/** The error for a file that the operating system does not let be written, or read before it is written anew. */
export function cannotWrite(shown: string, cause: NodeJS.ErrnoException): AnytuneError {
  const { code = 'unknown reason' } = cause
  return new AnytuneError('invalid-argument', `${shown} cannot be written (${code})`, {
    hint: HINTS[code] ?? 'check that this user may write there, or name another place',
    cause,
  })
}

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'make its folder first, or name a file in one that is there',
  EISDIR: 'this is a folder; name a file, or move the folder away',
  ENOTDIR: 'a part of its path is a file; name a file in a folder',
  ENOSPC: 'the disk is full; free some space, or name another place',
}
