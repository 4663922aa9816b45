import type { RunEvent } from '@anytune/core'
import stringWidth from 'string-width'
import { safeLine } from './safe-text.ts'
import type { Paint } from './style.ts'
import { decimal, duration, integer, outOf } from './units.ts'

/** What is known of a job while it is watched. */
export interface Progress {
  readonly status: string
  readonly step?: number
  readonly totalSteps?: number
  /** What a vendor without steps counts. */
  readonly epoch?: number
  readonly totalEpochs?: number
  /** The last value of every metric. */
  readonly values: Readonly<Record<string, number>>
  /** The first step seen since the job began to run: what the time left is measured from. */
  readonly first?: { readonly step: number; readonly at: number }
  /** When the last step was made, in milliseconds. */
  readonly lastAt?: number
}

export interface Frame {
  /** The terminal's width, in columns. */
  readonly columns: number
  /** The present, in milliseconds. */
  readonly now: number
  readonly paint: Paint
}

export const NO_PROGRESS: Progress = { status: 'waiting', values: {} }

/** Takes in one event; events that tell nothing of the progress change nothing. */
export function advance(progress: Progress, event: RunEvent): Progress {
  if (event.type === 'status') {
    const began = event.status === 'running' && progress.status !== 'running'
    const { first: _first, ...restarted } = progress
    const next = {
      ...(began ? restarted : progress),
      status: statusText(event.status, event.rawStatus),
    }
    const { step, totalSteps, ...epochs } = event.progress ?? {}
    return { ...(step === undefined ? next : atStep(next, event.at, step, totalSteps)), ...epochs }
  }
  if (event.type === 'job' && event.event.type === 'metrics') {
    const { at, step, totalSteps, values } = event.event
    return { ...atStep(progress, at, step, totalSteps), values: { ...progress.values, ...values } }
  }
  return progress
}

/** The progress as a block of at most three lines, none wider than the terminal. */
export function renderProgress(progress: Progress, { columns, now, paint }: Frame): string {
  // One column stays free: a line of the full width makes some terminals wrap.
  const width = Math.max(1, columns - 1)
  const blocks = [barLine(progress, width, paint), metricsLine(progress.values), timeLine(progress, now)]
  return blocks
    .filter((line) => line !== '')
    .map((line, index) => (index === 0 ? line : paint('dim', shorten(line, width))))
    .join('\n')
}

/** Milliseconds until the last step at the pace so far; undefined while there is no pace to go by. */
export function timeLeft({ first, step, totalSteps, lastAt }: Progress, now: number): number | undefined {
  if (first === undefined || step === undefined || totalSteps === undefined || lastAt === undefined) return undefined
  if (step <= first.step || lastAt <= first.at) return undefined
  const perStep = (lastAt - first.at) / (step - first.step)
  return Math.max(0, (totalSteps - step) * perStep - (now - lastAt))
}

/** Our word for a status, with the vendor's beside it where ours is `unknown`. */
export function statusText(status: string, rawStatus: string): string {
  return status === 'unknown' ? `unknown (${safeLine(rawStatus)})` : status
}

/** Told with `--json` alone: of use to tools and to those who tune the tuning. */
const DETAILS = new Set(['learningRate', 'gradientNorm', 'trainedTokens', 'epoch'])

/** `loss 1.23 · validation loss 1.31 · 1,200 tokens/s`. */
export function metricsLine(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .filter(([name]) => !DETAILS.has(name))
    .map(([name, value]) => metric(name, value))
    .join(' · ')
}

function metric(name: string, value: number): string {
  if (name === 'tokensPerSecond') return `${integer(Math.round(value))} tokens/s`
  return `${safeLine(name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase())} ${decimal(value)}`
}

function atStep(progress: Progress, at: Date, step: number, totalSteps: number | undefined): Progress {
  const time = at.getTime()
  const { first } = progress
  // Who joins late hears the present first and then the past: the pace is that of the past.
  const earlier = first === undefined || time < first.at
  const moved = earlier || progress.step === undefined || step > progress.step
  return {
    ...progress,
    step,
    ...(totalSteps !== undefined && { totalSteps }),
    first: earlier ? { step, at: time } : first,
    ...(moved && { lastAt: time }),
  }
}

const BAR_COLUMNS = 30

function barLine(progress: Progress, width: number, paint: Paint): string {
  const { status, step, totalSteps, epoch, totalEpochs } = progress
  const [unit, count, total] = step === undefined ? ['epoch', epoch, totalEpochs] : ['step', step, totalSteps]
  if (count === undefined) return shorten(status, width)
  if (total === undefined || total <= 0) return shorten(`${status}  ${unit} ${integer(count)}`, width)
  const share = Math.min(1, count / total)
  const after = `${unit} ${outOf(count, total)}  ${Math.floor(share * 100)} %`
  const room = Math.min(BAR_COLUMNS, width - stringWidth(status) - after.length - 4)
  if (room < 5) return shorten(`${status}  ${after}`, width)
  const filled = Math.floor(share * room)
  return `${status}  ${paint('green', '█'.repeat(filled))}${paint('dim', '░'.repeat(room - filled))}  ${after}`
}

function timeLine(progress: Progress, now: number): string {
  const left = timeLeft(progress, now)
  if (progress.first === undefined) return ''
  const spent = `${duration(now - progress.first.at)} so far`
  return left === undefined || progress.status !== 'running' ? spent : `${spent} · about ${duration(left)} left`
}

function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  for (const character of text) {
    if (stringWidth(kept + character) > width - 1) break
    kept += character
  }
  return `${kept}…`
}
