import type { Claim } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { claimPath } from '../claim-path.ts'

/**
 * Makes this process the only one that records into the file.
 *
 * @throws AnytuneError `failed-precondition` while another process has it, `invalid-argument` when the file's folder is not there.
 */
export function claimRecording(path: string, shown: string): Promise<Claim> {
  return claimPath(
    'record',
    path,
    shown,
    () =>
      new AnytuneError('failed-precondition', `another process is recording into ${shown}`, {
        hint: 'wait until it has ended, or name another file with --out',
      }),
  )
}
