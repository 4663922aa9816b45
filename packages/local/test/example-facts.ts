import type { JobFacts } from '../src/from-job.ts'
import { parseStatus, type JobRecord, type StatusRecord } from '../src/records.ts'

const record: JobRecord = {
  version: 1,
  id: 'a-job',
  createdAt: '2026-01-01T10:00:00.000Z',
  baseModel: 'scratch-tiny',
  training: { id: 'rows', sha256: '00' },
  hyperparameters: { epochs: 1, batchSize: 1, learningRate: 0.01 },
  seed: 1,
  model: 'local-scratch-tiny-00000000',
}

/** A job's facts, those of a job whose runner never came up unless told otherwise. */
export function facts(more: Partial<JobFacts> = {}): JobFacts {
  return {
    id: 'a-job',
    directory: '/data/jobs/a-job',
    record,
    launch: { version: 1, at: record.createdAt, starter: 1 },
    launching: true,
    status: undefined,
    cancel: undefined,
    pause: undefined,
    held: false,
    modelReady: false,
    ...more,
  }
}

/** A runner's own words. */
export function status(state: StatusRecord['state'], more: Partial<StatusRecord> = {}): StatusRecord {
  return { version: 1, state, at: '2026-01-01T11:00:00.000Z', startedAt: record.createdAt, pid: 1, ...more }
}

/** The facts for which the driver says this word; of a word of no runner, those of a status file that holds it. */
export function exampleFacts(word: string): JobFacts {
  const request = { version: 1 } as const
  const running = { held: true, status: status('running') }
  const known: Readonly<Record<string, Partial<JobFacts>>> = {
    starting: { held: true },
    running,
    validating: { held: true, status: status('validating') },
    pausing: { ...running, pause: request },
    cancelling: { ...running, cancel: request },
    paused: { status: status('running'), pause: request },
    interrupted: { status: status('running') },
    unreadable: { record: undefined },
  }
  const said = JSON.stringify({ ...status('running'), state: word })
  return facts(known[word] ?? { status: parseStatus(said) ?? 'damaged' })
}
