import type { Attempt } from '@anytune/core/driver'
import { z } from 'zod'

const whole = z.object({ way: z.literal('whole') })

const inParts = z.object({
  way: z.literal('parts'),
  id: z.string(),
  /** By this computer's clock, in milliseconds. */
  expiresAt: z.number(),
  /** The size of every part but the last. */
  partBytes: z.number(),
  /** Parts that arrived, by their index. */
  sent: z.record(z.string(), z.object({ id: z.string(), sha256: z.string() })),
  /** Written before `complete` is sent: until then no file can exist. */
  completing: z.boolean(),
})

const stateSchema = z.discriminatedUnion('way', [whole, inParts])

/** What `context.save` stores while a file is staged: `whole` before its one request, `parts` from the first request on. */
export type StagingState = z.infer<typeof stateSchema>

/** An upload in parts under way. */
export type UploadState = z.infer<typeof inParts>

/** What an earlier process saved of this attempt; undefined when it saved nothing. */
export function stagingState({ resume }: Attempt): StagingState | undefined {
  return resume === undefined || resume === null ? undefined : stateSchema.parse(resume)
}

/** True when the request that makes the file may have been sent. */
export function mayHaveCommitted(attempt: Attempt): boolean {
  const state = stagingState(attempt)
  return state?.way === 'whole' || state?.completing === true
}
