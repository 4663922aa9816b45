import { createTuner } from '@anytune/core'
import { local, type LocalJob } from '@anytune/local'
import { expectTypeOf, it } from 'vitest'

const tuner = createTuner(local())
const training = 'train.jsonl'

it('takes what the trainer takes', () => {
  expectTypeOf(tuner.plan).toBeCallableWith({
    baseModel: 'scratch-tiny',
    method: 'supervised',
    training,
    validation: training,
    suffix: 'a',
    seed: 1,
    hyperparameters: { epochs: 1, batchSize: 1, learningRate: 0.01 },
  })
})

it('refuses what the trainer does not have', () => {
  // @ts-expect-error no such method
  void tuner.plan({ baseModel: 'scratch-tiny', method: 'preference', training })
  // @ts-expect-error no such hyperparameter
  void tuner.plan({ baseModel: 'scratch-tiny', method: 'supervised', training, hyperparameters: { loraRank: 8 } })
  // @ts-expect-error no metadata
  void tuner.plan({ baseModel: 'scratch-tiny', method: 'supervised', training, metadata: { team: 'a' } })
  const providerOptions = { local: { speed: 1 } }
  // @ts-expect-error no options of a job
  void tuner.plan({ baseModel: 'scratch-tiny', method: 'supervised', training, providerOptions })
  // @ts-expect-error no deployments
  expectTypeOf(tuner.deployments)
})

it('has every operation of a job, and shows its files', async () => {
  expectTypeOf(tuner.jobs.pause).toBeFunction()
  expectTypeOf(tuner.jobs.resume).toBeFunction()
  expectTypeOf(tuner.jobs.events).toBeFunction()
  expectTypeOf(tuner.models.delete).toBeFunction()
  expectTypeOf((await tuner.jobs.get('x')).raw).toEqualTypeOf<LocalJob>()
})
