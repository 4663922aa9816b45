import type { OpenAI } from 'openai'
import { json } from '../server/answer.ts'
import type { Life } from '../training/life.ts'
import { readQuery, type OpenAICall, type OpenAIHandler } from './call.ts'
import { showMetrics } from './events.ts'
import { showJob } from './job-view.ts'
import { pageOf } from './paging.ts'
import { refuse, refuseViolation } from './refusal.ts'
import { bringJobUpToDate, bringUpToDate, type StoredCheckpoint, type StoredJob } from './stored-job.ts'

export const retrieveJob: OpenAIHandler = (call) => {
  readQuery(call)
  const job = findJob(call)
  return json(200, showJob(call.account, job, call.context.clock))
}

export const listJobs: OpenAIHandler = (call) => {
  const { account, context } = call
  const { filter, rest } = readMetadataFilter(call)
  bringUpToDate(account, context.clock)
  const jobs = account.jobs.list().toReversed().filter(filter)
  const { data, hasMore } = pageOf(jobs, ({ id }) => id, rest, { usual: 20, largest: 100 })
  return json(200, {
    object: 'list',
    data: data.map((job) => showJob(account, job, context.clock)),
    has_more: hasMore,
  })
}

export const listEvents: OpenAIHandler = (call) => {
  const query = readQuery(call, 'after', 'limit')
  const { events } = findJob(call)
  const { data, hasMore } = pageOf(events.toReversed(), ({ id }) => id, query, { usual: 20, largest: 100 })
  return json(200, { object: 'list', data, has_more: hasMore })
}

export const listCheckpoints: OpenAIHandler = (call) => {
  const query = readQuery(call, 'after', 'limit')
  const job = findJob(call)
  const newestFirst = job.checkpoints.toReversed()
  const { data, hasMore } = pageOf(newestFirst, ({ id }) => id, query, { usual: 10, largest: 100 })
  return json(200, {
    object: 'list',
    data: data.map((checkpoint) => showCheckpoint(job, checkpoint)),
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  })
}

export const cancelJob: OpenAIHandler = (call) => change(call, (life) => life.cancel(), 'cancelled')
export const pauseJob: OpenAIHandler = (call) => change(call, (life) => life.pause(), 'paused')
export const resumeJob: OpenAIHandler = (call) => change(call, (life) => life.resume(), 'resumed')

function change(call: OpenAICall, act: (life: Life) => boolean, wanted: string) {
  const { account, context } = call
  readQuery(call)
  const job = findJob(call)
  const { phase } = bringJobUpToDate(account, job, context.clock)
  if (!act(job.life)) {
    const message = `Job ${job.id} cannot be ${wanted}: it is ${phase}.`
    throw refuse(400, { message, code: 'invalid_job_status', param: 'fine_tuning_job_id' })
  }
  return json(200, showJob(account, job, context.clock))
}

/** `metadata[key]=value` for each pair, or `metadata=null` for jobs that have none. */
function readMetadataFilter(call: OpenAICall) {
  const { after, limit, metadata, ...pairs } = Object.fromEntries(call.request.query)
  const wanted = Object.entries(pairs).map(([name, value]) => {
    const key = /^metadata\[(.{1,64})\]$/.exec(name)?.[1]
    if (key === undefined)
      throw refuseViolation({ rule: 'unknown', path: name, expected: '', found: 'string', shape: 'object' })
    return { key, value }
  })
  if (metadata !== undefined && metadata !== 'null') {
    throw refuse(400, { message: "Invalid 'metadata'.", code: 'invalid_value', param: 'metadata' })
  }
  const filter = ({ request }: StoredJob) => {
    const own = request.metadata ?? {}
    if (metadata === 'null' && Object.keys(own).length > 0) return false
    return wanted.every(({ key, value }) => own[key] === value)
  }
  return { filter, rest: { after, limit } }
}

function showCheckpoint(
  { id: fine_tuning_job_id }: StoredJob,
  { id, createdAt, model, metrics }: StoredCheckpoint,
): OpenAI.FineTuning.Jobs.FineTuningJobCheckpoint {
  return {
    object: 'fine_tuning.job.checkpoint',
    id,
    created_at: createdAt,
    fine_tuned_model_checkpoint: model,
    metrics: showMetrics(metrics),
    fine_tuning_job_id,
    step_number: metrics.step,
  }
}

function findJob({ account, params, context }: OpenAICall): StoredJob {
  const id = params['job'] ?? ''
  const job = account.jobs.look(id)
  if (job === undefined) {
    throw refuse(404, {
      message: `Could not find fine tune: ${id}`,
      code: 'fine_tune_not_found',
      param: 'fine_tuning_job_id',
    })
  }
  bringJobUpToDate(account, job, context.clock)
  return job
}
