import type { Exchange } from '@anytune/emulator'
import { describe, expect, it } from 'vitest'
import { contractOf, type Contract } from './contract.ts'
import { missing } from './specification.ts'
import { openaiSpecification } from './specifications.ts'

const job = {
  id: 'ftjob-1',
  object: 'fine_tuning.job',
  created_at: 1_760_000_000,
  error: null,
  fine_tuned_model: null,
  finished_at: null,
  hyperparameters: { n_epochs: 'auto' },
  model: 'gpt-4.1-mini-2025-04-14',
  organization_id: 'org-1',
  result_files: [],
  status: 'queued',
  trained_tokens: null,
  training_file: 'file-1',
  validation_file: null,
  seed: 1,
}

function create(request: unknown, response: unknown = job, change: Partial<Exchange> = {}): Exchange {
  return {
    number: 1,
    vendor: 'openai',
    at: '2026-11-25T00:00:00.000Z',
    method: 'POST',
    path: '/v1/fine_tuning/jobs',
    query: '',
    operation: 'jobs.create',
    requestHeaders: {},
    requestBody: { json: request },
    status: 200,
    responseBody: { json: response },
    over: true,
    ...change,
  }
}

const asked = { model: 'gpt-4.1-mini-2025-04-14', training_file: 'file-1' }

describe.skipIf(missing !== undefined)('the contract of a vendor’s description', () => {
  let contract: Contract
  const breaches = (exchange: Exchange) => {
    contract ??= contractOf(openaiSpecification())
    return contract.breaches(exchange).map(({ side, what }) => `${side} ${what}`)
  }

  it('takes what is as described', () => {
    const method = { type: 'dpo', dpo: { hyperparameters: { beta: 0.1, n_epochs: 'auto' } } }
    expect(breaches(create({ ...asked, method, metadata: { anytune: 'run-1' }, seed: 7, suffix: null }))).toEqual([])
  })

  it('finds a member of a request that is not described, at any depth', () => {
    expect(breaches(create({ ...asked, trainingType: 'Standard' }))).toEqual([
      expect.stringContaining('"trainingType"'),
    ])
    const method = { type: 'dpo', dpo: { hyperparameters: { warmup: 1 } } }
    expect(breaches(create({ ...asked, method })).join()).toContain('warmup')
  })

  it('finds a value of a wrong type, and one out of bounds', () => {
    expect(breaches(create({ ...asked, seed: 'one' })).join()).toContain('/seed')
    expect(breaches(create({ ...asked, suffix: 'x'.repeat(65) })).join()).toContain('/suffix')
  })

  it('finds what an answer lacks, and what it has too much', () => {
    const { status: _status, ...lacking } = job
    expect(breaches(create(asked, lacking))).toEqual([expect.stringContaining('"status"')])
    expect(breaches(create(asked, { ...job, progress: 1 }))).toEqual([expect.stringContaining('"progress"')])
  })

  it('finds a query parameter and an operation that are not described', () => {
    const list = { method: 'GET', requestBody: { bytes: 0 }, responseBody: { bytes: 0 } }
    expect(breaches(create(undefined, undefined, { ...list, query: 'order=asc' }))).toEqual([
      'request query order: not described',
    ])
    expect(breaches(create(undefined, undefined, { ...list, query: 'metadata[anytune]=run-1&limit=1' }))).toEqual([])
    expect(breaches(create(undefined, undefined, { ...list, path: '/v1/fine_tuning' }))).toEqual([
      'request no such operation',
    ])
  })
})
