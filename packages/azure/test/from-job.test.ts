import type { JobStatus } from '@anytune/core/driver'
import { describe, expect, it } from 'vitest'
import { takenOtherwise } from '../src/asked.ts'
import { type AzureJob, fromJob, hyperparametersOf, JOB_STATUS_WORDS } from '../src/from-job.ts'

// Members as in the v1 schema, with the nulls and the -1 that the service is reported to send.
function vendorJob(changes: object = {}): AzureJob {
  const job: unknown = {
    object: 'fine_tuning.job',
    id: 'ftjob-1',
    model: 'gpt-4.1-mini-2025-04-14',
    created_at: 1_790_000_000,
    finished_at: null,
    fine_tuned_model: null,
    organization_id: null,
    result_files: null,
    status: 'pending',
    trained_tokens: null,
    training_file: 'file-1',
    validation_file: null,
    error: null,
    estimated_finish: null,
    seed: 7,
    hyperparameters: { n_epochs: -1, batch_size: 'auto', learning_rate_multiplier: null },
    metadata: null,
    ...changes,
  }
  return job as AzureJob // as the service sends it
}

describe('what a word for a job means', () => {
  it.each<[string, JobStatus]>([
    ['created', 'queued'],
    ['pending', 'queued'],
    ['validating_files', 'validating'],
    ['queued', 'queued'],
    ['running', 'running'],
    ['pausing', 'pausing'],
    ['paused', 'paused'],
    ['resuming', 'queued'],
    ['succeeded', 'succeeded'],
    ['cancelled', 'cancelled'],
    ['canceled', 'cancelled'],
    ['failed', 'failed'],
    ['notRunning', 'unknown'],
    ['constructor', 'unknown'],
  ])('%s: %s', (word, status) => {
    expect(fromJob(vendorJob({ status: word }))).toMatchObject({ status, rawStatus: word })
  })

  it.each(['canceling', 'cancelling'])('L5: %s is not cancelled: the job still runs, and is charged', (word) => {
    expect(fromJob(vendorJob({ status: word })).status).toBe('cancelling')
  })

  it('has no word without a test', () => {
    expect(Object.keys(JOB_STATUS_WORDS)).toHaveLength(14)
  })
})

describe('a job', () => {
  it('that has just been made invents nothing', () => {
    const raw = vendorJob()
    expect(fromJob(raw)).toEqual({
      id: 'ftjob-1',
      status: 'queued',
      rawStatus: 'pending',
      baseModel: 'gpt-4.1-mini-2025-04-14',
      createdAt: new Date(1_790_000_000_000),
      files: [{ role: 'training', id: 'file-1' }],
      raw,
    })
  })

  it('that has succeeded names its model, its end and its files', () => {
    const model = `gpt-4.1-mini-2025-04-14.ft-${'0'.repeat(32)}-support`
    const raw = vendorJob({
      status: 'succeeded',
      fine_tuned_model: model,
      finished_at: 1_790_003_600,
      trained_tokens: 1234,
      result_files: ['file-3'],
      validation_file: 'file-2',
    })
    expect(fromJob(raw)).toMatchObject({
      model,
      finishedAt: new Date(1_790_003_600_000),
      trainedTokens: 1234,
      files: [
        { role: 'training', id: 'file-1' },
        { role: 'validation', id: 'file-2' },
        { role: 'result', id: 'file-3' },
      ],
    })
  })

  it('D7: names no model and no end before it has one, whatever the members say', () => {
    const raw = vendorJob({ status: 'running', fine_tuned_model: 'early', finished_at: 1_790_003_600 })
    expect(fromJob(raw)).not.toHaveProperty('model')
    expect(fromJob(raw)).not.toHaveProperty('finishedAt')
  })

  it('that has failed says why; one that is well says nothing in any of the ways that the service has for it', () => {
    const error = { code: 'jsonlValidationFailed', message: 'Line 3 is not valid.', param: 'training_file' }
    expect(fromJob(vendorJob({ status: 'failed', error })).failure).toEqual({
      code: 'jsonlValidationFailed',
      message: 'Line 3 is not valid.',
    })
    for (const nothing of [null, undefined, {}, { code: null, message: null, param: null }]) {
      expect(fromJob(vendorJob({ error: nothing }))).not.toHaveProperty('failure')
    }
  })
})

describe('the numbers a job trains with', () => {
  it('are none as long as the service has yet to choose: -1, auto and null are no numbers', () => {
    expect(hyperparametersOf(vendorJob())).toEqual({})
  })

  it('are those of its method before those of the old place', () => {
    const job = vendorJob({
      hyperparameters: { n_epochs: 3, batch_size: 4 },
      method: { type: 'dpo', dpo: { hyperparameters: { n_epochs: 2, batch_size: null, beta: 0.2 } } },
    })
    expect(hyperparametersOf(job)).toEqual({ epochs: 2, batchSize: 4, beta: 0.2 })
  })
})

describe('openai-python#1276: a job that trains with other numbers than it was asked to', () => {
  const asked = { metadata: { 'anytune-asked': '{"epochs":2,"batchSize":8}' } }

  it('says so', () => {
    const job = vendorJob({ ...asked, status: 'running', hyperparameters: { n_epochs: 2, batch_size: 1 } })
    expect(takenOtherwise(job)).toEqual({ warning: 'Azure trains with batchSize 1 instead of 8' })
  })

  it.each([
    ['as asked', { status: 'running', hyperparameters: { n_epochs: 2, batch_size: 8 } }, 'none'],
    ['not told yet', { status: 'pending' }, 'not-known-yet'],
    [
      'told early, and may still change',
      { status: 'pending', hyperparameters: { n_epochs: 2, batch_size: 8 } },
      'not-known-yet',
    ],
    ['never told', { status: 'succeeded' }, 'none'],
  ])('%s', (_, changes, difference) => {
    expect(takenOtherwise(vendorJob({ ...asked, ...changes }))).toBe(difference)
  })

  it('is not said of what a 32-bit number makes of it', () => {
    const metadata = { 'anytune-asked': '{"learningRateMultiplier":0.1}' }
    const hyperparameters = { learning_rate_multiplier: Math.fround(0.1) }
    expect(takenOtherwise(vendorJob({ metadata, hyperparameters, status: 'running' }))).toBe('none')
  })

  it('is not compared where nothing was asked, or the service kept no metadata, or somebody else wrote there', () => {
    expect(takenOtherwise(vendorJob({ status: 'running' }))).toBe('none')
    expect(takenOtherwise(vendorJob({ metadata: { 'anytune-asked': 'mine' } }))).toBe('none')
  })
})
