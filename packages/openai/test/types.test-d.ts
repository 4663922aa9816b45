import { createTuner } from '@anytune/core'
import { openai } from '@anytune/openai'
import { expectTypeOf, test } from 'vitest'

const tuner = createTuner(openai({ apiKey: 'k' }))
const base = { baseModel: 'gpt-4.1-mini-2025-04-14', training: 'train.jsonl' } as const

test('what OpenAI has can be asked for', () => {
  void tuner.plan({ ...base, method: 'supervised', hyperparameters: { epochs: 2, learningRateMultiplier: 0.5 } })
  void tuner.plan({ ...base, method: 'preference', hyperparameters: { beta: 0.1 }, suffix: 's', seed: 1 })
  void tuner.plan({
    ...base,
    method: 'supervised',
    validation: 'validation.jsonl',
    metadata: { team: 'a' },
    providerOptions: { openai: { weightsAndBiases: { project: 'p' } } },
  })
  const grader = { type: 'python', name: 'g', source: 'def grade(sample, item): return 1.0' } as const
  void tuner.plan({
    ...base,
    method: 'reinforcement',
    validation: 'validation.jsonl',
    providerOptions: { openai: { reinforcement: { grader, reasoningEffort: 'low' } } },
  })
  expectTypeOf(tuner.jobs.pause).toBeFunction()
  expectTypeOf(tuner.jobs.resume).toBeFunction()
  expectTypeOf(tuner.datasets.read).toBeFunction()
  expectTypeOf(tuner.models.delete).toBeFunction()
})

test('what it lacks is a type error', () => {
  // @ts-expect-error no such method
  void tuner.plan({ ...base, method: 'distillation' })
  // @ts-expect-error the multiplier is the only learning rate
  void tuner.plan({ ...base, method: 'supervised', hyperparameters: { learningRate: 0.001 } })
  // @ts-expect-error the service chooses the rank
  void tuner.plan({ ...base, method: 'supervised', hyperparameters: { loraRank: 8 } })
  // @ts-expect-error beta is for preference training
  void tuner.plan({ ...base, method: 'supervised', hyperparameters: { beta: 0.1 } })
  void tuner.plan({
    ...base,
    method: 'reinforcement',
    // @ts-expect-error no such grader
    providerOptions: { openai: { reinforcement: { grader: { type: 'oracle', name: 'g' } } } },
  })
  void tuner.plan({
    ...base,
    method: 'supervised',
    // @ts-expect-error no such option
    providerOptions: { openai: { trainingType: 'Standard' } },
  })
  // @ts-expect-error tuned models answer without a deployment
  expectTypeOf(tuner.deployments)
})

test('a job carries the service’s own object', async () => {
  const job = await tuner.jobs.get('ftjob-1')
  expectTypeOf(job.raw.trained_tokens).toEqualTypeOf<number | null>()
})
