import type { Clock } from '../clock.ts'
import type { Life, TrainingOrder } from './life.ts'
import { startScheduledLife } from './scheduled-life.ts'

/** The same clock, some days behind. */
export function earlier(clock: Clock, days: number): Clock {
  const now = () => clock.now() - days * 86_400_000
  return { now, seconds: () => Math.floor(now() / 1000), advance: (milliseconds) => clock.advance(milliseconds) }
}

/** How a job ended that an account is filled with. */
export type PastEnd = 'succeeded' | 'failed' | 'cancelled'

/** A life that was over as soon as it began; `then` is the clock of that time. */
export function startPastLife(order: Pick<TrainingOrder, 'method' | 'training'>, end: PastEnd, then: Clock): Life {
  const outcome = end === 'failed' ? { end: 'fail' as const } : {}
  const schedule = end === 'cancelled' ? { ...AT_ONCE, queuedMilliseconds: 1 } : AT_ONCE
  const life = startScheduledLife({ ...order, epochs: 1, seed: 1, outcome }, schedule, then)
  if (end === 'cancelled') life.cancel()
  life.look()
  return life
}

/** Ten rows of chat, for a job whose data nobody cares about. */
export const SAMPLE_ROWS = Array.from({ length: 10 }, (_, index) => {
  const messages = [
    { role: 'user', content: `Question ${index}` },
    { role: 'assistant', content: `Answer ${index}` },
  ]
  return `${JSON.stringify({ messages })}\n`
}).join('')

const AT_ONCE = { validatingMilliseconds: 0, queuedMilliseconds: 0, stepMilliseconds: 0, evaluatingMilliseconds: 0 }
