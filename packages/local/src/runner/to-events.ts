import type { TrainingEvent } from '@anytune/trainer'
import { checkpointId } from '../checkpoints.ts'
import type { NewEvent } from './event-log.ts'

/** A curve of this many points shows all there is to see; longer trainings are told every n-th step, and the first and the last. */
const METRIC_EVENTS = 2_000

/** What the trainer tells, as events of the job. Ids follow from the step, so that a step trained twice is one event. */
export function toEvents(event: TrainingEvent, model: string, resumedBefore: number): readonly NewEvent[] {
  switch (event.type) {
    case 'started':
      return [startMessage(event, resumedBefore)]
    case 'step':
      return isTold(event.step, event.totalSteps) ? [stepMetrics(event)] : []
    case 'validation': {
      const { step, loss } = event
      return [{ id: `validation-${step}`, type: 'metrics', step, values: { validationLoss: loss } }]
    }
    case 'checkpoint': {
      const { step } = event
      return [{ id: `checkpoint-${step}`, type: 'checkpoint', step, model: checkpointId(model, step) }]
    }
  }
}

/** True for the steps that become an event. */
export function isTold(step: number, totalSteps: number): boolean {
  const every = Math.ceil(totalSteps / METRIC_EVENTS)
  return step === 1 || step === totalSteps || step % every === 0
}

type Started = Extract<TrainingEvent, { readonly type: 'started' }>
type Step = Extract<TrainingEvent, { readonly type: 'step' }>

function startMessage(event: Started, resumedBefore: number): NewEvent {
  const { parameters, totalSteps, epochs, resumedFromStep } = event
  if (resumedFromStep !== undefined) {
    const text = `goes on after step ${resumedFromStep} of ${totalSteps}`
    return { id: `resumed-${resumedBefore + 1}`, type: 'message', level: 'info', text }
  }
  const every = Math.ceil(totalSteps / METRIC_EVENTS)
  const size = parameters.toLocaleString('en')
  const steps = `${counted(totalSteps, 'step')} in ${counted(epochs, 'epoch')}${every > 1 ? `, told one in ${every}` : ''}`
  const text = `a rehearsal on this computer: a toy model of ${size} parameters that knows nothing yet; ${steps}`
  return { id: 'started', type: 'message', level: 'info', text }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function stepMetrics(event: Step): NewEvent {
  const { step, totalSteps, epoch, loss, learningRate, gradientNorm, tokens, tokensPerSecond } = event
  const values = { loss, learningRate, gradientNorm, tokensPerSecond, trainedTokens: tokens, epoch }
  return { id: `step-${step}`, type: 'metrics', step, totalSteps, values }
}
