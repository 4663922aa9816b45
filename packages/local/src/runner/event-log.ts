import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import type { JobEvent } from '@anytune/core/driver'
import { parseEvent } from '../events.ts'

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never
/** An event before it is written down. */
export type NewEvent = WithoutTime<JobEvent>

/** The events of a job on disk; only its runner writes them. */
export interface EventLog {
  /** Appends the event, unless one with its id is there: steps that are trained again after a crash are told once. */
  append(event: NewEvent): void
  /** How many events have an id that starts so. */
  count(prefix: string): number
  /** Waits until all events are on the disk. */
  sync(): void
  close(): void
}

/** Opens the file for appending, after removing a last line that a killed runner left half written. */
export function openEventLog(path: string): EventLog {
  const file = openSync(path, 'a+')
  const bytes = Buffer.alloc(fstatSync(file).size)
  readSync(file, bytes, 0, bytes.length, 0)
  const end = bytes.lastIndexOf('\n') + 1
  if (end < bytes.length) ftruncateSync(file, end)
  const whole = bytes.toString('utf8', 0, end)
  const told = new Set(
    whole
      .split('\n')
      .slice(0, -1)
      .map((line) => parseEvent(line, 0).id),
  )
  return {
    append(event) {
      if (told.has(event.id)) return
      const { id, ...rest } = event
      writeWhole(file, `${JSON.stringify({ id, at: new Date().toISOString(), ...rest })}\n`)
      told.add(id)
    },
    count: (prefix) => [...told].filter((id) => id.startsWith(prefix)).length,
    sync: () => fsyncSync(file),
    close: () => closeSync(file),
  }
}

/** A full disk may take a part of a line before it refuses the rest. */
function writeWhole(file: number, line: string): void {
  const bytes = Buffer.from(line)
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written)
}
