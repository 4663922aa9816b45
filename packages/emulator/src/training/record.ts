import type { Clock } from '../clock.ts'
import {
  isOver,
  type Failure,
  type LifeEntry,
  type LifeView,
  type ModelArtifact,
  type Phase,
  type Settings,
} from './life.ts'

/** An entry before it is dated; a plain union does not survive `Omit`. */
export type NewEntry = LifeEntry extends infer Entry ? (Entry extends LifeEntry ? Omit<Entry, 'at'> : never) : never

/** What a life has been so far. */
export interface LifeRecord {
  phase(): Phase
  /** Dated with the clock's now unless told. */
  add(entry: NewEntry, at?: number): void
  enter(phase: Phase, at?: number): void
  end(
    phase: 'succeeded' | 'failed' | 'cancelled',
    result: { readonly failure?: Failure; readonly model?: ModelArtifact; readonly trainedTokens?: number },
    at?: number,
  ): void
  view(): LifeView
}

/** Begins a record; its first entry is that the job is being validated. */
export function createLifeRecord(clock: Clock): LifeRecord {
  const entries: LifeEntry[] = []
  let phase: Phase | undefined
  let settings: Settings | undefined
  let result: Partial<LifeView> = {}
  const record: LifeRecord = {
    phase: () => phase ?? 'validating',
    add(entry, at = clock.now()) {
      if (entry.type === 'settings') settings = entry.settings
      entries.push({ ...entry, at })
    },
    enter(next, at) {
      record.add({ type: 'phase', phase: next, from: phase }, at)
      phase = next
    },
    end(next, ended, at = clock.now()) {
      if (isOver(record.phase())) return
      result = { ...ended, finishedAt: at }
      record.enter(next, at)
    },
    view: () => ({ phase: record.phase(), entries, settings, ...result }),
  }
  record.enter('validating')
  return record
}
