import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BaseModelId } from '@anytune/trainer'
import type { Clock } from '../clock.ts'
import type { Life, TrainingOrder } from './life.ts'
import { startLocalLife, type Turn } from './local-life.ts'
import { DEFAULT_SCHEDULE, type Schedule } from './outcome.ts'
import { startScheduledLife } from './scheduled-life.ts'

/**
 * `schedule`: jobs go by the clock, their figures are a documented formula. `local`: supervised jobs on plain text really train the
 * trainer's toy model; other jobs, which the toy cannot learn from, follow the schedule.
 */
export type EngineKind = 'schedule' | 'local'

export interface EngineOptions {
  readonly kind: EngineKind
  readonly clock: Clock
  readonly schedule?: Partial<Schedule> | undefined
  /** The smallest of the trainer's models that the local engine takes. Default `scratch-tiny`. */
  readonly localModel?: BaseModelId | undefined
}

/** Runs jobs. */
export interface TrainingEngine {
  /** Begins a job's life. */
  start(order: TrainingOrder): Life
  /** Stops what is being trained, and removes its files. */
  close(): Promise<void>
}

/** Makes an engine; its files are in a temporary folder that exists from the first local job to the end. */
export function createEngine({
  kind,
  clock,
  schedule = {},
  localModel = 'scratch-tiny',
}: EngineOptions): TrainingEngine {
  const closing = new AbortController()
  const { turn, idle } = createTurns()
  let folder: string | undefined
  let count = 0
  return {
    start(order) {
      const { conversations } = order.training
      if (kind === 'schedule' || order.method !== 'supervised' || conversations === undefined) {
        return startScheduledLife(order, { ...DEFAULT_SCHEDULE, ...schedule, ...order.outcome.schedule }, clock)
      }
      folder ??= mkdtempSync(join(tmpdir(), 'anytune-emulator-'))
      return startLocalLife(order, {
        clock,
        turn,
        directory: join(folder, `job-${++count}`),
        smallest: localModel,
        conversations,
        closing: closing.signal,
      })
    },
    async close() {
      closing.abort(new Error('the emulator closes'))
      await idle()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Work in the order in which it was given, one after the other. */
function createTurns(): { readonly turn: Turn; idle(): Promise<void> } {
  let last: Promise<void> = Promise.resolve()
  return {
    turn(work) {
      const done = last.then(work)
      // What fails is its own caller's to know; the next one's turn comes all the same.
      last = done.catch(() => undefined)
      return done
    },
    idle: () => last,
  }
}
