import type { JobEvent, RunEvent, StartProgress } from '@anytune/core'
import type { JobProgress } from '@anytune/core/driver'
import { metricsLine, statusText } from './progress.ts'
import { safeLine } from './safe-text.ts'
import { bytes, duration, integer, moment, outOf } from './units.ts'

/** One event as one line. */
export function eventLine(event: RunEvent): string {
  return `${moment(event.at)}  ${textOf(EVENT_TEXTS, event)}`
}

/** A step of the start, or the bytes of it, as one line. */
export function startLine(progress: StartProgress): string {
  if (progress.type === 'step') return `${progress.step}: ${progress.state}`
  return `${progress.step}: ${bytes(progress.sent)} of ${bytes(progress.total)}`
}

type Texts<Told extends { readonly type: string }> = {
  readonly [Type in Told['type']]: (told: Extract<Told, { readonly type: Type }>) => string
}

const EVENT_TEXTS: Texts<RunEvent> = {
  step: ({ step, state }) => `${step}: ${state}`,
  status: ({ status, rawStatus, progress }) => [statusText(status, rawStatus), ...stepText(progress)].join('  '),
  stalled: ({ silentMs }) => `no news for ${duration(silentMs)}; still watching`,
  job: ({ event }) => textOf(JOB_EVENT_TEXTS, event),
}

const JOB_EVENT_TEXTS: Texts<JobEvent> = {
  message: ({ level, text }) => (level === 'info' ? safeLine(text) : `${level}: ${safeLine(text)}`),
  metrics: ({ values, ...at }) => [...stepText(at), metricsLine(values)].join('  '),
  checkpoint: ({ step, model }) => `checkpoint at step ${integer(step)}: ${safeLine(model)}`,
}

function textOf<Told extends { readonly type: string }>(texts: Texts<Told>, told: Told): string {
  // The table has, for each type, the function that takes that type.
  const text = texts[told.type as Told['type']] as (told: Told) => string
  return text(told)
}

function stepText(progress: JobProgress | undefined): string[] {
  const { step, totalSteps, epoch, totalEpochs } = progress ?? {}
  if (step !== undefined) return [`step ${outOf(step, totalSteps)}`]
  return epoch === undefined ? [] : [`epoch ${outOf(epoch, totalEpochs)}`]
}
