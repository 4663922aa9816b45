import { describe, expectTypeOf, it } from 'vitest'
import { createTuner } from '../src/create-tuner.ts'
import type { Job } from '../src/driver.ts'
import { memory, type MemoryJob } from '../src/memory.ts'

const tuner = createTuner(memory())
const request = { baseModel: 'memory-small', method: 'supervised', training: 'train.jsonl' } as const

describe('the in-memory driver', () => {
  it('has every part and operation', () => {
    expectTypeOf(tuner.jobs.pause).returns.resolves.toEqualTypeOf<Job<MemoryJob>>()
    expectTypeOf(tuner.jobs).toHaveProperty('events')
    expectTypeOf(tuner.models).toHaveProperty('delete')
    expectTypeOf(tuner.deployments).toHaveProperty('delete')
  })

  it('shows its own job as raw', () => {
    expectTypeOf(tuner.jobs.get).returns.resolves.toEqualTypeOf<Job<MemoryJob>>()
  })

  it('refuses what it does not have', () => {
    expectTypeOf(tuner.plan).toBeCallableWith({ ...request, hyperparameters: { epochs: 2 }, suffix: 'x', metadata: {} })
    // @ts-expect-error there is no rank
    void tuner.plan({ ...request, hyperparameters: { loraRank: 8 } })
    // @ts-expect-error beta is for preference training
    void tuner.plan({ ...request, hyperparameters: { beta: 1 } })
    // @ts-expect-error there is no reinforcement training
    void tuner.plan({ ...request, method: 'reinforcement' })
    // @ts-expect-error a typo in its options
    void tuner.plan({ ...request, providerOptions: { memory: { outcom: {} } } })
  })
})
