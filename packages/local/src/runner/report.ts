import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isSystemError, unfinishedPath } from '../files.ts'
import type { JobLayout } from '../layout.ts'
import type { StatusRecord } from '../records.ts'
import { openEventLog, type EventLog, type NewEvent } from './event-log.ts'

type StatusChange = Partial<Omit<StatusRecord, 'version' | 'at' | 'startedAt' | 'finishedAt' | 'checkpoints'>>
type End = StatusChange & { readonly state: 'succeeded' | 'failed' | 'cancelled' }

/** What the runner tells the world: events and the job's status, on disk when a call returns. */
export interface Report {
  event(event: NewEvent): void
  countEvents(prefix: string): number
  /** Makes what was told so far survive a power cut. */
  sync(): void
  status(change: StatusChange): void
  /** `path` is relative to the training directory. */
  checkpoint(step: number, path: string): void
  end(change: End): void
  close(): void
}

/** Enough for a last status when the disk is full. */
const RESERVE_BYTES = 8_192

/** More than the trainer keeps; older ones are only history. */
const NAMED_CHECKPOINTS = 5

/** Opens the report of a job that this runner takes over with this status. */
export async function openReport(files: JobLayout, past: StatusRecord | undefined): Promise<Report> {
  const reserve = unfinishedPath(files.root, 'reserve')
  const log = openEventLog(files.events)
  const now = () => new Date().toISOString()
  let current: StatusRecord = {
    version: 1,
    state: 'validating',
    at: now(),
    startedAt: past?.startedAt ?? now(),
    pid: process.pid,
    ...(past?.progress !== undefined && { progress: past.progress }),
    ...(past?.trainedTokens !== undefined && { trainedTokens: past.trainedTokens }),
    ...(past?.checkpoints !== undefined && { checkpoints: past.checkpoints }),
  }
  const write = (next: StatusRecord, durable: boolean) => {
    current = next
    replaceFileNow(files.status, JSON.stringify(next), durable)
  }
  keepReserve(reserve)
  return {
    event: log.append,
    countEvents: log.count,
    sync: log.sync,
    status: (change) => write({ ...current, ...change, at: now() }, false),
    checkpoint(step, path) {
      const others = (current.checkpoints ?? []).filter((checkpoint) => checkpoint.step !== step)
      const checkpoints = [...others, { step, path }].slice(-NAMED_CHECKPOINTS)
      write({ ...current, checkpoints, at: now() }, false)
    },
    end(change) {
      rmSync(reserve, { force: true })
      trySync(log)
      const at = now()
      write({ ...current, ...change, at, finishedAt: at }, true)
    },
    close() {
      rmSync(reserve, { force: true })
      log.close()
    },
  }
}

/** The end of a job must be told even where its events cannot be made durable. */
function trySync(log: EventLog): void {
  try {
    log.sync()
  } catch (error) {
    if (!isSystemError(error)) throw error
  }
}

function keepReserve(path: string): void {
  try {
    writeFileSync(path, Buffer.alloc(RESERVE_BYTES))
  } catch (error) {
    // A disk that is full already: the first thing written says so.
    if (!isSystemError(error)) throw error
  }
}

/** As `replaceFile`, at once: a runner has nothing else to do meanwhile, and its words must keep their order. */
function replaceFileNow(path: string, text: string, durable: boolean): void {
  const temporary = unfinishedPath(dirname(path), basename(path))
  try {
    const file = openSync(temporary, 'w')
    try {
      writeFileSync(file, text)
      if (durable) fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
