import { open } from 'node:fs/promises'
import type { EventPage, JobEvent } from '@anytune/core/driver'
import { z } from 'zod'
import { isMissing } from './files.ts'
import { LocalError } from './local-error.ts'

const named = { id: z.string(), at: z.coerce.date() }
const StoredEvent = z.discriminatedUnion('type', [
  z.object({
    ...named,
    type: z.literal('message'),
    level: z.enum(['info', 'warning', 'error']),
    text: z.string(),
  }),
  z.object({
    ...named,
    type: z.literal('metrics'),
    step: z.number(),
    totalSteps: z.number().exactOptional(),
    values: z.record(z.string(), z.number()),
  }),
  z.object({ ...named, type: z.literal('checkpoint'), step: z.number(), model: z.string() }),
])

const LINE_FEED = 0x0a

/**
 * The events of `events.jsonl` after the cursor, which is the number of bytes read so far.
 * The file only grows, and a line that a killed runner left half written is not read before it is whole.
 */
export async function readEvents(path: string, cursor: string | undefined): Promise<EventPage> {
  const offset = parseCursor(cursor)
  const bytes = await readFrom(path, Math.max(offset - 1, 0))
  // The byte before the cursor ends a line, unless the cursor is of another job.
  const start = offset === 0 ? 0 : 1
  if (offset > 0 && bytes[0] !== LINE_FEED) throw badCursor()
  const end = bytes.lastIndexOf(LINE_FEED) + 1
  if (end <= start) return { events: [], cursor: String(offset) }
  let at = offset
  const events = bytes
    .subarray(start, end - 1)
    .toString('utf8')
    .split('\n')
    .map((line) => {
      const event = parseEvent(line, at)
      at += Buffer.byteLength(line) + 1
      return event
    })
  return { events, cursor: String(offset + end - start) }
}

/** One line as an event; a damaged one is told as such and passed over. */
export function parseEvent(line: string, offset: number): JobEvent {
  try {
    return StoredEvent.parse(JSON.parse(line))
  } catch {
    const text = `an event cannot be read: events.jsonl is damaged at byte ${offset}`
    return { id: `damaged-${offset}`, at: new Date(0), type: 'message', level: 'warning', text }
  }
}

async function readFrom(path: string, offset: number): Promise<Buffer> {
  const file = await open(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (file === undefined) return Buffer.alloc(0)
  try {
    const { size } = await file.stat()
    const buffer = Buffer.alloc(Math.max(size - offset, 0))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function parseCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const offset = /^\d{1,15}$/.test(cursor) ? Number(cursor) : Number.NaN
  if (Number.isNaN(offset)) throw badCursor()
  return offset
}

function badCursor(): LocalError {
  return new LocalError(
    'invalid-argument',
    'the cursor is not one of this job’s events',
    'give the cursor of a page of this job as it was received, or none to start from the beginning',
  )
}
