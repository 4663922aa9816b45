import { AnytuneError } from '@anytune/core/driver'
import { z } from 'zod'

/** Up to where a list was told: everything older than the second `at`, and in that second the entries with these ids. */
const positionSchema = z.strictObject({ at: z.number(), ids: z.array(z.string()) })

const cursorSchema = z.strictObject({ events: positionSchema.optional(), checkpoints: positionSchema.optional() })

/** Where a list was left; the service counts in seconds, and many things may happen in one. */
export type Position = z.infer<typeof positionSchema>

/** How far the events and the checkpoints of a job were told. */
export type EventCursor = z.infer<typeof cursorSchema>

/** @throws AnytuneError `invalid-argument` for a text that is no cursor of ours. */
export function parseCursor(text: string | undefined): EventCursor {
  if (text === undefined) return {}
  try {
    return cursorSchema.parse(JSON.parse(text))
  } catch {
    throw new AnytuneError('invalid-argument', 'this is no cursor of events', {
      operation: 'jobs.events',
      hint: 'give the cursor of an earlier event as it was, or none to read from the start',
    })
  }
}

/** The position after these entries, oldest first, were told. */
export function advance(
  position: Position | undefined,
  told: readonly { readonly id: string; readonly created_at: number }[],
): Position | undefined {
  const last = told.at(-1)
  if (last === undefined) return position
  const at = last.created_at
  const ids = told.filter((entry) => entry.created_at === at).map(({ id }) => id)
  return { at, ids: position?.at === at ? [...position.ids, ...ids] : ids }
}

/** True when the entry was told already. */
export function wasTold(
  position: Position | undefined,
  entry: { readonly id: string; readonly created_at: number },
): boolean {
  return position !== undefined && entry.created_at === position.at && position.ids.includes(entry.id)
}
