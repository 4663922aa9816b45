import type { JobSpec } from '@anytune/core/driver'
import { describe, expect, it } from 'vitest'
import { parseDeploymentOptions, parseJobOptions } from '../src/request-options.ts'
import { toJobRequest } from '../src/to-request.ts'

// What is expected here was written by hand from the v1 schema (CreateFineTuningJobRequest), and from the vendor's documentation for
// trainingType, which is in no schema.

const attempt = { key: 'run-a2b3c4d5e6-job', since: new Date(0) }
const spec: JobSpec = {
  baseModel: 'gpt-4.1-mini-2025-04-14',
  method: 'supervised',
  training: 'file-1',
  hyperparameters: {},
  providerOptions: {},
}

describe('the request for a job', () => {
  it('has the least that is asked for, and the training type always', () => {
    expect(toJobRequest(spec, attempt, 'Standard')).toEqual({
      model: 'gpt-4.1-mini-2025-04-14',
      training_file: 'file-1',
      metadata: { anytune: 'run-a2b3c4d5e6-job' },
      method: { type: 'supervised' },
      trainingType: 'Standard',
    })
  })

  it('openai-python#1276: the batch size is sent, and what was asked for stays with the job', () => {
    const hyperparameters = { epochs: 2, batchSize: 8, learningRateMultiplier: 0.5 }
    const request = toJobRequest({ ...spec, hyperparameters }, attempt, 'Standard')
    expect(request.method).toEqual({
      type: 'supervised',
      supervised: { hyperparameters: { n_epochs: 2, batch_size: 8, learning_rate_multiplier: 0.5 } },
    })
    expect(request.metadata).toEqual({
      anytune: 'run-a2b3c4d5e6-job',
      'anytune-asked': '{"epochs":2,"batchSize":8,"learningRateMultiplier":0.5}',
    })
  })

  it('has everything that can be said', () => {
    const request = toJobRequest(
      {
        ...spec,
        validation: 'file-2',
        suffix: 'support-small',
        seed: 7,
        metadata: { team: 'support' },
        providerOptions: parseJobOptions({
          trainingType: 'GlobalStandard',
          weightsAndBiases: { project: 'tuning', tags: ['first'] },
        }),
      },
      attempt,
      'Standard',
    )
    expect(request).toEqual({
      model: 'gpt-4.1-mini-2025-04-14',
      training_file: 'file-1',
      validation_file: 'file-2',
      suffix: 'support-small',
      seed: 7,
      metadata: { team: 'support', anytune: 'run-a2b3c4d5e6-job' },
      method: { type: 'supervised' },
      integrations: [{ type: 'wandb', wandb: { project: 'tuning', tags: ['first'] } }],
      trainingType: 'GlobalStandard',
    })
  })

  it('D3: preference training is asked for as dpo, with its numbers', () => {
    const request = toJobRequest(
      { ...spec, method: 'preference', hyperparameters: { beta: 0.1, epochs: 1 } },
      attempt,
      'Standard',
    )
    expect(request.method).toEqual({ type: 'dpo', dpo: { hyperparameters: { beta: 0.1, n_epochs: 1 } } })
    expect(request).not.toHaveProperty('hyperparameters')
  })

  it('D3: reinforcement training is asked for as reinforcement, with its grader', () => {
    const grader = {
      type: 'string_check',
      name: 'exact',
      input: '{{sample.output_text}}',
      reference: '{{item.answer}}',
      operation: 'eq',
    }
    const responseFormat = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } }
    const providerOptions = parseJobOptions({ reinforcement: { grader, evalInterval: 5, responseFormat } })
    const request = toJobRequest(
      { ...spec, method: 'reinforcement', hyperparameters: { batchSize: 4 }, providerOptions },
      attempt,
      'Standard',
    )
    expect(request.method).toEqual({
      type: 'reinforcement',
      reinforcement: { grader, hyperparameters: { batch_size: 4, eval_interval: 5 }, response_format: responseFormat },
    })
  })

  it('D3: a method without a word in the API is refused, and never another one instead', () => {
    for (const method of ['distillation', 'continued-pretraining'] as const) {
      expect(() => toJobRequest({ ...spec, method }, attempt, 'Standard')).toThrow(
        expect.objectContaining({ code: 'unsupported' }),
      )
    }
  })
})

describe('options of a job', () => {
  it.each([
    [{ trainingtype: 'Standard' }, 'there is no option "trainingtype"'],
    [{ trainingType: 'global' }, 'trainingType'],
    [{ weightsAndBiases: { projekt: 'x' } }, 'weightsAndBiases'],
    [
      { reinforcement: { grader: { type: 'python', name: 'mine', source: 'def grade(): ...' } } },
      'Azure has no python and no label_model grader',
    ],
  ])('%j is refused', (options, said) => {
    expect(() => parseJobOptions(options)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(said) }),
    )
  })
})

describe('options of a deployment', () => {
  const none = { sku: undefined, capacity: undefined }

  it('L4: a SKU has no default, and what it decides is said', () => {
    expect(() => parseDeploymentOptions({}, none)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('no default') }),
    )
  })

  it('come from the driver where they are silent, the capacity only for the SKU that it is meant for', () => {
    const driver = { sku: 'Standard', capacity: 50 }
    expect(parseDeploymentOptions({}, driver)).toEqual({ sku: 'Standard', capacity: 50 })
    expect(parseDeploymentOptions({ capacity: 5 }, driver)).toEqual({ sku: 'Standard', capacity: 5 })
    expect(parseDeploymentOptions({ sku: 'ProvisionedManaged' }, driver)).toEqual({ sku: 'ProvisionedManaged' })
  })

  it('are refused when a name or a number cannot be', () => {
    for (const bad of [{ name: 'a b' }, { name: 'x' }, { capacity: 0 }, { capacity: 1.5 }, { kind: 'x' }]) {
      expect(() => parseDeploymentOptions({ sku: 'Standard', ...bad }, none)).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      )
    }
  })
})
