import { toJob } from '@anytune/openai-compatible'
import { describe, expect, it } from 'vitest'
import { vendorJob } from './vendor-job.ts'

const STATUSES = {
  validating_files: 'validating',
  queued: 'queued',
  running: 'running',
  paused: 'paused',
  succeeded: 'succeeded',
  failed: 'failed',
} as const
const read = (given: object = {}) => toJob(vendorJob(given), STATUSES)

describe('a job as it was made', () => {
  it('is read as far as it tells', () => {
    const raw = vendorJob()
    expect(toJob(raw, STATUSES)).toEqual({
      id: 'ftjob-abc123',
      status: 'queued',
      rawStatus: 'queued',
      baseModel: 'gpt-4o-mini-2024-07-18',
      createdAt: new Date('2024-07-23T20:00:00Z'),
      files: [{ role: 'training', id: 'file-abc123' }],
      raw,
    })
  })

  it('keeps the vendor’s own object as it was', () => {
    const raw = vendorJob()
    expect(toJob(raw, STATUSES).raw).toBe(raw)
  })
})

describe('states', () => {
  it('does not take validating_files for an end (openai-node#2528)', () => {
    const { status, finishedAt } = read({ status: 'validating_files', finished_at: null })
    expect({ status, finishedAt }).toEqual({ status: 'validating', finishedAt: undefined })
  })

  it('knows "paused", which the SDK’s union lacks and the service sends', () => {
    expect(read({ status: 'paused' })).toMatchObject({ status: 'paused', rawStatus: 'paused' })
  })

  it('calls a word that nobody has heard unknown, with the word beside it', () => {
    expect(read({ status: 'levitating' })).toMatchObject({ status: 'unknown', rawStatus: 'levitating' })
  })

  it.each([['constructor'], ['__proto__'], ['toString']])('is not confused by the word "%s"', (status) => {
    expect(read({ status }).status).toBe('unknown')
  })
})

describe('what a job tells (peers’ defect D7)', () => {
  it('names a model only when the job has succeeded', () => {
    const model = 'ft:gpt-4o-mini-2024-07-18:acme:support:abc'
    expect(read({ status: 'running', fine_tuned_model: model }).model).toBeUndefined()
    expect(read({ status: 'failed', fine_tuned_model: model }).model).toBeUndefined()
    expect(read({ status: 'succeeded', fine_tuned_model: model }).model).toBe(model)
    expect(read({ status: 'succeeded', fine_tuned_model: null }).model).toBeUndefined()
  })

  it('counts the vendor’s times in seconds, and knows when it finished only once it has', () => {
    const finished_at = 1_721_768_400
    expect(read({ status: 'running', finished_at }).finishedAt).toBeUndefined()
    expect(read({ status: 'succeeded', finished_at }).finishedAt).toEqual(new Date('2024-07-23T21:00:00Z'))
    const estimated = read({ status: 'running', estimated_finish: finished_at })
    expect(estimated.estimatedFinishAt).toEqual(new Date('2024-07-23T21:00:00Z'))
  })

  it.each([
    ['milliseconds', 1_721_768_400_000, '2024-07-23T21:00:00Z'],
    ['a number in quotation marks', '1721768400', '2024-07-23T21:00:00Z'],
    ['ISO 8601', '2024-07-23T23:00:00+02:00', '2024-07-23T21:00:00Z'],
    ['a time without a zone', '2024-07-23T21:00:00', undefined],
    ['a word', 'yesterday', undefined],
    ['an object', {}, undefined],
  ])('reads %s as what it is', (_, created_at, expected) => {
    const { createdAt } = read({ created_at })
    expect(createdAt).toEqual(expected === undefined ? undefined : new Date(expected))
  })

  it('says which files it was given and which it wrote', () => {
    expect(read({ validation_file: 'file-v', result_files: ['file-r'] }).files).toEqual([
      { role: 'training', id: 'file-abc123' },
      { role: 'validation', id: 'file-v' },
      { role: 'result', id: 'file-r' },
    ])
  })

  it.each([
    ['null', null, undefined],
    ['an empty object', {}, undefined],
    ['an object of nulls', { code: null, message: null, param: null }, undefined],
    ['undefined', undefined, undefined],
    ['a sentence', 'no room left', { message: 'no room left' }],
    ['a code alone', { code: 'server_error' }, { code: 'server_error', message: 'server_error' }],
    [
      'a reason',
      { code: 'invalid_training_file', message: 'Line 4 is not JSON.', param: 'training_file' },
      { code: 'invalid_training_file', message: 'Line 4 is not JSON.' },
    ],
  ])('reads %s as the error of a job', (_, error, failure) => {
    expect(read({ status: 'failed', error }).failure).toEqual(failure)
  })

  it('repeats nothing of a row that the reason quotes', () => {
    const message =
      'Line 4: the key "Anna Schmidt, IBAN DE89" is not known beside "messages"; got {"content": "secret"}'
    expect(read({ status: 'failed', error: { code: 'x', message } }).failure?.message).toBe(
      'Line 4: the key "…" is not known beside "messages"; got {…}',
    )
  })

  it('reads an odd job as far as it goes (peers’ defect D8)', () => {
    const raw = { id: 'ftjob-odd', object: 'fine_tuning.job', created_at: 'yesterday', result_files: null, status: 7 }
    expect(toJob(raw as never, STATUSES)).toEqual({
      id: 'ftjob-odd',
      status: 'unknown',
      rawStatus: 'untold',
      files: [],
      raw,
    })
  })
})
