import type { Clock } from '../clock.ts'
import { isOver, type Failure, type Life, type Settings, type TrainingOrder } from './life.ts'
import type { Schedule } from './outcome.ts'
import { createLifeRecord, type LifeRecord } from './record.ts'
import { scheduledMetrics } from './schedule-metrics.ts'

/** A job that goes by the clock alone: each look brings it up to now. */
export function startScheduledLife(order: TrainingOrder, schedule: Schedule, clock: Clock): Life {
  const record = createLifeRecord(clock)
  let coming = [...wholeCourse(order, schedule, record)]
  /** When the last thing happened. */
  let since = clock.now()
  let pausedSince: number | undefined
  const catchUp = () => {
    if (pausedSince !== undefined) return
    for (let next = coming[0]; next !== undefined; next = coming[0]) {
      if (since + next.wait > clock.now()) return
      since += next.wait
      coming.shift()
      next.happen(since)
      if (isOver(record.phase())) coming = []
    }
  }
  return {
    look() {
      catchUp()
      const working = pausedSince === undefined && coming.length > 0
      const estimatedFinish = working ? coming.reduce((time, { wait }) => time + wait, since) : undefined
      return { ...record.view(), estimatedFinish }
    },
    cancel() {
      catchUp()
      if (isOver(record.phase())) return false
      record.end('cancelled', {})
      coming = []
      return true
    },
    pause() {
      catchUp()
      if (record.phase() !== 'running' && record.phase() !== 'queued') return false
      pausedSince = clock.now()
      record.enter('paused')
      return true
    },
    resume() {
      if (pausedSince === undefined || record.phase() !== 'paused') return false
      const now = clock.now()
      // The rest of the step under way is still to come; before it the job waits its turn again.
      const [next] = coming
      if (next !== undefined) coming[0] = { ...next, wait: Math.max(0, next.wait - (pausedSince - since)) }
      coming.unshift({ wait: schedule.queuedMilliseconds, happen: (at) => record.enter('running', at) })
      record.enter('queued', now)
      since = now
      pausedSince = undefined
      return true
    },
  }
}

/** Something that happens a time after what came before it. */
interface Coming {
  readonly wait: number
  readonly happen: (at: number) => void
}

function* wholeCourse(order: TrainingOrder, schedule: Schedule, record: LifeRecord): Generator<Coming> {
  const { outcome } = order
  const settings = chooseSettings(order)
  const fail = (failure: Failure) => (at: number) => record.end('failed', { failure }, at)
  const asked = { code: outcome.code, message: outcome.message }
  const problem =
    order.problem ?? (outcome.end === 'refuse-data' ? { reason: 'refused-data' as const, ...asked } : undefined)
  if (problem !== undefined) return yield { wait: schedule.validatingMilliseconds, happen: fail(problem) }
  yield { wait: schedule.validatingMilliseconds, happen: (at) => record.enter('queued', at) }
  yield {
    wait: schedule.queuedMilliseconds,
    happen(at) {
      record.enter('running', at)
      record.add({ type: 'settings', settings }, at)
    },
  }
  const { totalSteps } = settings
  const stepsPerEpoch = totalSteps / settings.epochs
  const lastStep = outcome.end === 'fail' ? Math.round(totalSteps * (outcome.failAfter ?? 0.5)) : totalSteps
  for (let step = 1; step <= lastStep; step++) {
    const endsEpoch = step % stepsPerEpoch === 0
    yield {
      wait: schedule.stepMilliseconds,
      happen(at) {
        const metrics = scheduledMetrics(order, step, totalSteps, endsEpoch)
        record.add({ type: 'step', ...metrics }, at)
        if (endsEpoch) record.add({ type: 'checkpoint', artifact: {}, ...metrics }, at)
      },
    }
  }
  if (outcome.end === 'fail') return yield { wait: 0, happen: fail({ reason: 'failed', ...asked }) }
  yield { wait: 0, happen: (at) => record.add({ type: 'evaluating' }, at) }
  const refused = outcome.end === 'refuse-model'
  const trainedTokens = Math.ceil(order.training.characters / CHARACTERS_PER_TOKEN) * settings.epochs
  yield {
    wait: schedule.evaluatingMilliseconds,
    happen: refused
      ? fail({ reason: 'refused-model', ...asked })
      : (at) => record.end('succeeded', { model: {}, trainedTokens }, at),
  }
}

/** The usual estimate; the schedule has no tokenizer. */
const CHARACTERS_PER_TOKEN = 4

/** What an untrained vendor would pick for "auto": few passes, and batches of about a five-hundredth of the data. */
function chooseSettings(order: TrainingOrder): Settings {
  const { examples } = order.training
  const epochs = order.epochs ?? 3
  const batchSize = order.batchSize ?? Math.min(256, Math.max(1, Math.round(examples / 500)))
  return {
    epochs,
    batchSize,
    learningRateMultiplier: order.learningRateMultiplier ?? 1,
    totalSteps: epochs * Math.max(1, Math.ceil(examples / batchSize)),
  }
}
