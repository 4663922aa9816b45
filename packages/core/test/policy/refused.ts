import type { AnytuneError } from '../../src/index.ts'
import { refusal } from '../config/refusal.ts'

/** A configuration but for its policy; its adapter is never opened. */
export const CONFIG = { providers: { prod: { use: './adapter.ts' } } }

/** The refusal that the work ends with; see `refusal`. */
export async function refused(work: Promise<unknown>): Promise<AnytuneError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return refusal(() => {
    throw error
  })
}
