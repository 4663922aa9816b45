import { AnytuneError } from '../errors.ts'

/** Where a watcher is: what it has told already. */
export interface WatchPosition {
  /** Journalled steps of the run told so far. */
  readonly steps: number
  /** The last status told, as status and raw word. */
  readonly status?: string
  /** The driver's cursor of the page that the last event was on. */
  readonly page?: string
  /** The last event of that page that was told. */
  readonly event?: string
}

const START: WatchPosition = { steps: 0 }

/** An opaque text that can be stored. */
export function toCursor(position: WatchPosition): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** @throws AnytuneError `invalid-argument` for a text that is no cursor of ours. */
export function fromCursor(cursor: string | undefined): WatchPosition {
  if (cursor === undefined) return START
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (typeof position === 'object' && position !== null && 'steps' in position) return position as WatchPosition
  } catch {
    // Reported below, with every other text that is not a cursor.
  }
  throw new AnytuneError('invalid-argument', 'this is not a cursor of an event', {
    hint: 'give the cursor of an event as it was received, or none to start from the beginning',
  })
}
