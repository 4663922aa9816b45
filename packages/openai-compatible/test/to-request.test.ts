import type { Attempt, JobSpec } from '@anytune/core/driver'
import { toCreateBody } from '@anytune/openai-compatible'
import { describe, expect, it } from 'vitest'

const attempt: Attempt = { key: 'run-abc-job', since: new Date(0) }
const FULL = { hyperparametersForm: 'method', metadata: true } as const
const LEGACY = { hyperparametersForm: 'legacy', metadata: false } as const

function spec(given: Partial<JobSpec> = {}): JobSpec {
  return {
    baseModel: 'gpt-4.1-mini-2025-04-14',
    method: 'supervised',
    training: 'file-abc123',
    hyperparameters: {},
    providerOptions: {},
    ...given,
  }
}

// The bodies are written from OpenAI's OpenAPI document 2.3.0: CreateFineTuningJobRequest and its request samples.
describe('the request for a job', () => {
  it('has only the model, the file, the method and our key when nothing else is asked for', () => {
    expect(toCreateBody(spec(), attempt, FULL)).toEqual({
      model: 'gpt-4.1-mini-2025-04-14',
      training_file: 'file-abc123',
      method: { type: 'supervised' },
      metadata: { anytune: 'run-abc-job' },
    })
  })

  it('carries everything of a supervised job', () => {
    const everything = spec({
      validation: 'file-def456',
      suffix: 'support',
      seed: 0,
      metadata: { team: 'billing' },
      hyperparameters: { epochs: 2, batchSize: 8, learningRateMultiplier: 0.5 },
    })
    expect(toCreateBody(everything, attempt, FULL)).toEqual({
      model: 'gpt-4.1-mini-2025-04-14',
      training_file: 'file-abc123',
      validation_file: 'file-def456',
      suffix: 'support',
      seed: 0,
      metadata: { team: 'billing', anytune: 'run-abc-job' },
      method: {
        type: 'supervised',
        supervised: { hyperparameters: { n_epochs: 2, batch_size: 8, learning_rate_multiplier: 0.5 } },
      },
    })
  })

  it('calls preference training dpo, and never sends it as another method (peers’ defect D3)', () => {
    const asked = spec({ method: 'preference', hyperparameters: { beta: 0.1, epochs: 1 } })
    expect(toCreateBody(asked, attempt, FULL).method).toEqual({
      type: 'dpo',
      dpo: { hyperparameters: { n_epochs: 1, beta: 0.1 } },
    })
  })

  it.each(['distillation', 'continued-pretraining'] as const)('refuses %s, for which there is no word', (method) => {
    expect(() => toCreateBody(spec({ method }), attempt, FULL)).toThrow(
      expect.objectContaining({ code: 'unsupported', operation: 'jobs.create' }),
    )
  })

  it('sends hyperparameters beside the model in the legacy form, and no metadata where the host refuses it', () => {
    const asked = spec({ hyperparameters: { epochs: 3 } })
    expect(toCreateBody(asked, attempt, LEGACY)).toEqual({
      model: 'gpt-4.1-mini-2025-04-14',
      training_file: 'file-abc123',
      hyperparameters: { n_epochs: 3 },
    })
  })

  it('refuses preference training in the legacy form instead of making it supervised', () => {
    expect(() => toCreateBody(spec({ method: 'preference' }), attempt, LEGACY)).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
  })
})

describe('a reinforcement job', () => {
  const reinforcement = {
    grader: {
      type: 'multi',
      name: 'both',
      graders: {
        exact: {
          type: 'string_check',
          name: 'exact',
          operation: 'eq',
          input: '{{sample.output_text}}',
          reference: '{{item.answer}}',
        },
      },
      calculate_output: 'exact',
    },
    computeMultiplier: 1.5,
    evalInterval: 10,
    evalSamples: 2,
    reasoningEffort: 'low',
  } as const

  it('carries the grader as it is, several of them by name, and its own numbers', () => {
    const asked = spec({ method: 'reinforcement', hyperparameters: { epochs: 1 } })
    expect(toCreateBody(asked, attempt, FULL, { reinforcement }).method).toEqual({
      type: 'reinforcement',
      reinforcement: {
        grader: reinforcement.grader,
        hyperparameters: {
          n_epochs: 1,
          compute_multiplier: 1.5,
          eval_interval: 10,
          eval_samples: 2,
          reasoning_effort: 'low',
        },
      },
    })
  })

  it('is refused without a grader', () => {
    const asked = () => toCreateBody(spec({ method: 'reinforcement' }), attempt, FULL)
    expect(asked).toThrow(expect.objectContaining({ code: 'invalid-argument', hint: expect.stringMatching(/grader/) }))
  })

  it('is the only one that takes a grader', () => {
    const asked = () => toCreateBody(spec(), attempt, FULL, { reinforcement })
    expect(asked).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})
