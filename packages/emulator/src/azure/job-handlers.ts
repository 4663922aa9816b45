import { empty, json } from '../server/answer.ts'
import type { Answer } from '../server/service.ts'
import { createJob } from './create-job.ts'
import { pageAfter, type DataCall } from './data-call.ts'
import { toCheckpoint, toEvent, toJobDated, toJobV1 } from './job-answers.ts'
import { checkpointsOf, eventsOf, isActive, type AzureJob } from './jobs.ts'
import { modelOf } from './models.ts'
import { AzureRefusal, notFound, unexpectedState } from './refusal.ts'

/** Begins a job: 200 on v1, 201 with its location on the dated API. */
export function postJob(call: DataCall): Answer {
  const { account, lag, surface, request } = call
  const job = createJob(call)
  account.jobs.add(job.id, job, lag)
  if (surface === 'v1') return json(200, show(call, job))
  return json(201, show(call, job), { location: `${request.origin}/openai/fine_tuning/jobs/${job.id}` })
}

/** Newest first; neither surface filters by metadata. */
export function listJobs(call: DataCall): Answer {
  const { items, hasMore } = pageAfter(call, call.account.jobs.list().toReversed(), 20)
  return json(200, { object: 'list', data: items.map((job) => show(call, job)), has_more: hasMore })
}

export function getJob(call: DataCall): Answer {
  return json(200, show(call, find(call)))
}

export function cancelJob(call: DataCall): Answer {
  const job = find(call)
  if (!job.life.cancel()) throw unexpectedState('The job is over and cannot be cancelled.')
  return json(200, show(call, job))
}

/** Only a job that runs and has trained a step can be paused. */
export function pauseJob(call: DataCall): Answer {
  const job = find(call)
  const { phase, entries } = job.life.look()
  if (phase !== 'running' || !entries.some(({ type }) => type === 'step') || !job.life.pause()) {
    throw unexpectedState('Only a job that is running and has completed a training step can be paused.')
  }
  return json(200, show(call, job))
}

export function resumeJob(call: DataCall): Answer {
  const job = find(call)
  if (!job.life.resume()) throw unexpectedState('Only a paused job can be resumed.')
  return json(200, show(call, job))
}

/** The dated API alone: deletes a job that is over, with its model, unless that or a checkpoint is deployed. */
export function deleteJob(call: DataCall): Answer {
  const job = find(call)
  if (isActive(job)) throw unexpectedState('A job that is not over cannot be deleted. Cancel it first.')
  const made = new Set([modelOf(job), ...checkpointsOf(job)].map((one) => one?.id))
  const deployed = call.account.deployments.all().filter(({ choice }) => made.has(choice.model.name))
  if (deployed.length > 0) {
    throw new AzureRefusal(
      409,
      'conflict',
      `The customized model cannot be deleted while it has a deployment: ${deployed.map(({ name }) => name).join(', ')}.`,
    )
  }
  call.account.jobs.remove(job.id)
  return empty(204)
}

/** Newest first. */
export function listEvents(call: DataCall): Answer {
  const { items, hasMore } = pageAfter(call, eventsOf(find(call)).toReversed(), 20)
  return json(200, { object: 'list', data: items.map(toEvent), has_more: hasMore })
}

/** Newest first. */
export function listCheckpoints(call: DataCall): Answer {
  const job = find(call)
  const { items, hasMore } = pageAfter(call, checkpointsOf(job).toReversed(), 10)
  const data = items.map((checkpoint) => toCheckpoint(checkpoint, job))
  const ends = call.surface === 'v1' ? { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null } : {}
  return json(200, { object: 'list', data, has_more: hasMore, ...ends })
}

function show({ surface, now }: DataCall, job: AzureJob) {
  return surface === 'v1' ? toJobV1(job, now) : toJobDated(job, now)
}

function find({ account, params }: DataCall): AzureJob {
  const id = params['job'] ?? ''
  const job = account.jobs.look(id)
  if (job === undefined) throw notFound('fine-tuning job', id)
  return job
}
