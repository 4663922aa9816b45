/**
 * What a job does over time, computed from what was asked of it: reading it therefore changes nothing,
 * and what has happened never changes afterwards.
 */
import type { JobEvent } from '../driver.ts'
import type { MemoryDurations, MemoryState } from './options.ts'

/** Something asked of a job while it was under way. */
export interface Act {
  readonly type: 'pause' | 'resume' | 'cancel'
  readonly at: Date
}

/** How a job ends when it is left alone. */
export type Outcome =
  | { readonly status: 'succeeded' | 'expired' }
  | { readonly status: 'failed'; readonly code?: string; readonly message: string }

/** What is needed to know a job's whole course. */
export interface Course {
  readonly id: string
  readonly createdAt: Date
  readonly model: string
  readonly epochs: number
  readonly stepsPerEpoch: number
  readonly outcome: Outcome
  /** Set when the training file cannot be used: the job breaks while it is checked. */
  readonly unusable?: string
  readonly acts: readonly Act[]
}

type EventBody<E = JobEvent> = E extends JobEvent ? Omit<E, 'id' | 'at'> : never

/** One thing that happens: a change of state, an event, or both. */
export interface Moment {
  readonly atMs: number
  readonly state?: MemoryState
  readonly event?: EventBody
}

interface Fold {
  /** When the last act was: nothing before it can change any more. */
  readonly settledMs: number
  readonly past: readonly Moment[]
  readonly ahead: readonly Moment[]
  /** What a pause put aside, timed from the moment of the pause. */
  readonly aside: readonly Moment[]
}

/** Every moment of the job, past and to come, oldest first. */
export function timelineOf(course: Course, durations: MemoryDurations): readonly Moment[] {
  const start: Fold = { settledMs: course.createdAt.getTime(), past: [], ahead: planned(course, durations), aside: [] }
  const { past, ahead } = course.acts.reduce((fold, act) => after(fold, act, durations), start)
  return [...past, ...ahead]
}

function after(fold: Fold, act: Act, durations: MemoryDurations): Fold {
  const atMs = act.at.getTime()
  const past = [...fold.past, ...fold.ahead.filter((moment) => moment.atMs <= atMs)]
  const rest = fold.ahead.filter((moment) => moment.atMs > atMs)
  const settled = { settledMs: atMs, past }
  if (act.type === 'resume') {
    return { ...settled, ahead: [said(atMs, 'stepping', 'going on'), ...shifted(fold.aside, atMs)], aside: [] }
  }
  const [during, then, word] = act.type === 'pause' ? PAUSE : CANCEL
  const lasts = act.type === 'pause' ? durations.pausingMs : durations.stoppingMs
  return {
    ...settled,
    ahead: [said(atMs, during, `${word} was asked for`), said(atMs + lasts, then, `the job is ${then}`)],
    aside: act.type === 'pause' ? shifted(rest, -atMs) : [],
  }
}

const PAUSE = ['pausing', 'paused', 'a pause'] as const
const CANCEL = ['stopping', 'stopped', 'a stop'] as const

function shifted(moments: readonly Moment[], byMs: number): readonly Moment[] {
  return moments.map((moment) => ({ ...moment, atMs: moment.atMs + byMs }))
}

function planned(course: Course, durations: MemoryDurations): readonly Moment[] {
  const createdMs = course.createdAt.getTime()
  const checkedMs = createdMs + durations.checkingMs
  const checking = said(createdMs, 'checking', 'checking the training file')
  if (course.unusable !== undefined) return [checking, said(checkedMs, 'broken', course.unusable, 'error')]
  const startMs = checkedMs + durations.waitingMs
  return [
    checking,
    said(checkedMs, 'waiting', 'waiting for its turn'),
    said(startMs, 'stepping', 'stepping through the examples; nothing is trained in memory'),
    ...steps(course, startMs, durations.steppingMs),
    ending(course.outcome, startMs + course.epochs * durations.steppingMs),
  ]
}

/** One progress report and one checkpoint an epoch. There is no loss: nothing is trained, so none could be true. */
function steps(course: Course, startMs: number, epochMs: number): readonly Moment[] {
  const totalSteps = course.epochs * course.stepsPerEpoch
  return Array.from({ length: course.epochs }, (_, index) => index + 1).flatMap((epoch) => {
    const step = epoch * course.stepsPerEpoch
    const atMs = startMs + epochMs * epoch
    return [
      { atMs, event: { type: 'metrics' as const, step, totalSteps, values: { epoch } } },
      { atMs, event: { type: 'checkpoint' as const, step, model: checkpointId(course.model, step) } },
    ]
  })
}

function ending(outcome: Outcome, atMs: number): Moment {
  if (outcome.status === 'failed') return said(atMs, 'broken', outcome.message, 'error')
  if (outcome.status === 'expired') return said(atMs, 'lapsed', 'the job took longer than it may', 'error')
  return said(atMs, 'done', 'the model is ready')
}

function said(atMs: number, state: MemoryState, text: string, level: 'info' | 'error' = 'info'): Moment {
  return { atMs, state, event: { type: 'message', level, text } }
}

/** The id under which a checkpoint answers. */
function checkpointId(model: string, step: number): string {
  return `${model}:step-${step}`
}
