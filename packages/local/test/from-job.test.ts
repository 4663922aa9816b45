import { describe, expect, it } from 'vitest'
import { fromJob, STARTING_MS, type JobFacts } from '../src/from-job.ts'
import { facts, status } from './example-facts.ts'

const NOW = new Date('2026-01-01T12:00:00.000Z')
const JUST_NOW = '2026-01-01T11:59:59.000Z'

const asked = { version: 1, at: JUST_NOW } as const

const launchedNow = { version: 1, at: JUST_NOW, starter: 1 } as const
const failedBefore = status('failed', { at: '2026-01-01T09:00:00.000Z', failure: { code: 'x', message: 'y' } })

describe('what the files and the lock say together', () => {
  it.each<readonly [string, Partial<JobFacts>, string, string]>([
    ['a runner was just started', { launch: launchedNow }, 'queued', 'starting'],
    ['a started runner never came up', {}, 'paused', 'interrupted'],
    ['a runner holds the lock and has said nothing', { held: true }, 'queued', 'starting'],
    ['a runner reads the rows', { held: true, status: status('validating') }, 'validating', 'validating'],
    ['a runner trains', { held: true, status: status('running') }, 'running', 'running'],
    ['a runner died', { status: status('running') }, 'paused', 'interrupted'],
    ['a pause was asked of a runner', { held: true, status: status('running'), pause: asked }, 'pausing', 'pausing'],
    ['a runner paused', { status: status('running'), pause: asked }, 'paused', 'paused'],
    ['its starter died before the runner came up', { launch: launchedNow, launching: false }, 'paused', 'interrupted'],
    ['a pause was asked before the runner came up', { launch: launchedNow, pause: asked }, 'paused', 'paused'],
    [
      'an end was asked of a runner',
      { held: true, status: status('running'), cancel: asked },
      'cancelling',
      'cancelling',
    ],
    ['an end was asked without a runner', { status: status('running'), cancel: asked }, 'cancelled', 'cancelled'],
    [
      'an end was asked of a paused job',
      { status: status('running'), pause: asked, cancel: asked },
      'cancelled',
      'cancelled',
    ],
    ['the runner ended it', { status: status('cancelled'), cancel: asked }, 'cancelled', 'cancelled'],
    ['it had ended when the end was asked', { status: status('succeeded'), cancel: asked }, 'succeeded', 'succeeded'],
    ['it failed', { status: status('failed') }, 'failed', 'failed'],
    ['it failed and the runner is not gone yet', { held: true, status: status('failed') }, 'failed', 'failed'],
    ['it failed and was started again', { launch: launchedNow, status: failedBefore }, 'queued', 'starting'],
    ['it failed and the new runner never came up', { status: failedBefore }, 'failed', 'failed'],
    ['its status is damaged', { status: 'damaged' }, 'unknown', 'unreadable'],
    ['its status is damaged and an end was asked', { status: 'damaged', cancel: asked }, 'cancelled', 'cancelled'],
    [
      'its record is damaged and a runner trains on',
      { record: undefined, held: true, cancel: asked },
      'unknown',
      'unreadable',
    ],
    ['its record is damaged', { record: undefined, status: status('running') }, 'unknown', 'unreadable'],
  ])('%s', (_what, more, expected, raw) => {
    const job = fromJob(facts(more), NOW)
    expect([job.status, job.rawStatus]).toEqual([expected, raw])
    expect(job.model).toBeUndefined()
  })

  it('waits for a starting runner no longer than its time', () => {
    const launch = { version: 1, at: new Date(NOW.getTime() - STARTING_MS).toISOString(), starter: 1 } as const
    expect(fromJob(facts({ launch }), NOW).rawStatus).toBe('interrupted')
  })

  it('names the model only when the model is there', () => {
    const succeeded = status('succeeded', { finishedAt: JUST_NOW })
    expect(fromJob(facts({ status: succeeded }), NOW).model).toBeUndefined()
    expect(fromJob(facts({ status: succeeded, modelReady: true }), NOW)).toMatchObject({
      model: 'local-scratch-tiny-00000000',
      finishedAt: new Date(JUST_NOW),
    })
  })

  it('invents nothing for a damaged record', () => {
    const job = fromJob(facts({ record: undefined }), NOW)
    expect(job).not.toHaveProperty('baseModel')
    expect(job).not.toHaveProperty('createdAt')
    expect(job.failure?.code).toBe('unreadable')
  })
})
