import type { Attempt, EventPage, Found, Job, JobsDriver, JobSpec } from '@anytune/core/driver'
import { date, identified, jobsOf as compatibleJobs, readAll } from '@anytune/openai-compatible'
import type { OpenAI } from 'openai'
import { takenOtherwise } from './asked.ts'
import { type AzureJob, fromJob, JOB_STATUS_WORDS } from './from-job.ts'
import { KEY } from './names.ts'
import type { TrainingType } from './options.ts'
import { toJobRequest } from './to-request.ts'

/** Jobs with all that can be done about them. */
export type AzureJobs = JobsDriver & Required<Pick<JobsDriver, 'pause' | 'resume' | 'events'>>

/** Fine-tuning jobs by the v1 API. */
export function jobsOf(client: OpenAI, trainingType: TrainingType): AzureJobs {
  const compatible = compatibleJobs({
    client,
    jobStatuses: JOB_STATUS_WORDS,
    toBody: (spec, attempt) => toJobRequest(spec, attempt, trainingType),
    // Neither schema has such a filter.
    filterByMetadata: false,
  })
  return {
    ...compatible,
    find: (spec, attempt, { signal }) => findJob(client, spec, attempt, signal),
    async events(id, cursor, context) {
      const { theirs, told } = parseCursor(cursor)
      const page = await compatible.events(id, theirs, context)
      return told ? wrapped(page, true) : withDifference(client, id, page, context.signal)
    },
  }
}

const PAGE = 100

/**
 * The job of an attempt: by its key in the metadata; where the service kept none, by the training file, which was staged for this run
 * alone, with the seed and the time. `absent` only when the request was never about to be sent.
 */
async function findJob(client: OpenAI, spec: JobSpec, attempt: Attempt, signal: AbortSignal): Promise<Found<Job>> {
  const alike: AzureJob[] = []
  const { jobs } = client.fineTuning
  // In no order that the service promises: all of them, and there are a hundred at most.
  for await (const job of readAll((after) => jobs.list({ limit: PAGE, ...(after && { after }) }, { signal }))) {
    const key = job.metadata?.[KEY]
    if (key === attempt.key) return { state: 'found', value: fromJob(job) }
    if (key === undefined && isAlike(job, spec, attempt)) alike.push(job)
  }
  const [only, ...more] = alike
  if (only !== undefined && more.length === 0) return { state: 'found', value: fromJob(only) }
  if (only === undefined && attempt.resume === undefined) return { state: 'absent' }
  return { state: 'unsure', candidates: alike.map(candidate) }
}

function isAlike(job: AzureJob, spec: JobSpec, { since }: Attempt): boolean {
  const createdAt = date(job.created_at)
  const sameSeed = spec.seed === undefined || job.seed === spec.seed
  return job.training_file === spec.training && sameSeed && (createdAt === undefined || createdAt >= since)
}

function candidate({ id, created_at }: AzureJob): { readonly id: string; readonly createdAt?: Date } {
  const createdAt = date(created_at)
  return { id, ...(createdAt && { createdAt }) }
}

/** Begins a cursor once it was told, or need not be, which numbers the job trains with; the rest is where the events were left. */
const TOLD = 'told '

function parseCursor(cursor: string | undefined): { readonly theirs: string | undefined; readonly told: boolean } {
  const told = cursor?.startsWith(TOLD) === true
  return { told, theirs: told ? cursor?.slice(TOLD.length) : cursor }
}

function wrapped({ events, cursor }: EventPage, told: boolean): EventPage {
  return { events, cursor: told ? `${TOLD}${cursor}` : cursor }
}

/** The service's events, and after them a warning when the job trains with other numbers than it was asked to. */
async function withDifference(client: OpenAI, id: string, page: EventPage, signal: AbortSignal): Promise<EventPage> {
  const job = identified(await client.fineTuning.jobs.retrieve(id, { signal }))
  const difference = takenOtherwise(job)
  if (difference === 'not-known-yet') return wrapped(page, false)
  if (difference === 'none') return wrapped(page, true)
  const at = page.events.at(-1)?.at ?? date(job.finished_at) ?? date(job.created_at) ?? new Date()
  const event = {
    id: `${id}-taken-otherwise`,
    at,
    type: 'message',
    level: 'warning',
    text: difference.warning,
  } as const
  return wrapped({ ...page, events: [...page.events, event] }, true)
}
