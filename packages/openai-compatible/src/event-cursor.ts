import { AnytuneError } from '@anytune/core/driver'
import { z } from 'zod'

/**
 * Up to where a list was told: `at` is the latest second of what was. Of the last seconds the entries are named, each with its own;
 * everything before them was told.
 */
const positionSchema = z.strictObject({ at: z.number(), last: z.array(z.tuple([z.string(), z.number()])) })

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

/** An entry of a list, with its time in seconds since 1970. */
export interface Entry {
  readonly id: string
  readonly created_at: number
}

/** A service that keeps its lists in several places shows an entry up to so much later than a younger one. */
const LATE_SECONDS = 5

/** The position after these entries were told. */
export function advance(position: Position | undefined, told: readonly Entry[]): Position | undefined {
  if (told.length === 0) return position
  const at = told.reduce((latest, { created_at }) => Math.max(latest, created_at), position?.at ?? -Infinity)
  const all = [...(position?.last ?? []), ...told.map(({ id, created_at }): [string, number] => [id, created_at])]
  return { at, last: all.filter(([, second]) => second >= at - LATE_SECONDS) }
}

/** Everything that is older was told. */
export function toldBefore(position: Position | undefined): number {
  return position === undefined ? -Infinity : position.at - LATE_SECONDS
}

/** The entries that were not told. */
export function untold<T extends Entry>(position: Position | undefined, entries: readonly T[]): readonly T[] {
  const named = new Set(position?.last.map(([id]) => id))
  const before = toldBefore(position)
  return entries.filter(({ id, created_at }) => created_at >= before && !named.has(id))
}
