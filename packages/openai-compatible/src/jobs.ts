import {
  AnytuneError,
  type Attempt,
  type Job,
  type JobsDriver,
  type JobSpec,
  type JobStatus,
} from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { identified, readPage } from './answers.ts'
import { readEvents } from './events.ts'
import { findJob, SENDING } from './find-job.ts'
import { toJob, type VendorJob } from './from-job.ts'
import { isMissingRoute } from './http-error.ts'

/** What hosts differ in when they train. */
export interface JobsDialect {
  readonly client: OpenAI
  /** The host's words for a job. */
  readonly jobStatuses: Readonly<Record<string, JobStatus>>
  /** The request for a job; see `toCreateBody`. A host's own members may stand beside the SDK's. */
  toBody(spec: JobSpec, attempt: Attempt): OpenAI.FineTuning.JobCreateParams
  /** False where the host's list has no filter by metadata. */
  readonly filterByMetadata: boolean
}

/** All verbs of jobs; the vendor's own object is in `raw`. */
export type CompatibleJobs = JobsDriver & Required<Pick<JobsDriver, 'pause' | 'resume' | 'events'>>

/** Fine-tuning jobs. */
export function jobsOf({ client, jobStatuses, toBody, filterByMetadata }: JobsDialect): CompatibleJobs {
  const { jobs: api } = client.fineTuning
  const read = (raw: VendorJob): Job<VendorJob> => toJob(identified(raw), jobStatuses)
  const act = (verb: 'pause' | 'resume') => async (id: string, signal: AbortSignal) => {
    try {
      identified(await api[verb](id, { signal }))
    } catch (error) {
      if (!isMissingRoute(error)) throw error
      // The job or the route: only one of them can be told apart by asking for the job.
      await api.retrieve(id, { signal })
      throw new AnytuneError('unsupported', `this host cannot ${verb} a job`, {
        operation: `jobs.${verb}`,
        hint: verb === 'pause' ? 'let it run, or cancel it' : 'start it again from the plan',
      })
    }
  }
  const pause = act('pause')
  const resume = act('resume')
  return {
    async create(spec, attempt, { signal, save }) {
      const body = toBody(spec, attempt)
      await save(SENDING)
      return read(await api.create(body, { signal }))
    },
    async find(spec, attempt, context) {
      const found = await findJob(client, spec, attempt, context, filterByMetadata)
      return found.state === 'found' ? { state: 'found', value: read(found.value) } : found
    },
    get: async (id, { signal }) => read(await api.retrieve(id, { signal })),
    async list({ limit, after }, { signal }) {
      const { items, ...next } = await readPage(api.list({ limit, ...(after !== undefined && { after }) }, { signal }))
      return { items: items.map(read), ...next }
    },
    cancel: async (id, { signal }) => void identified(await api.cancel(id, { signal })),
    pause: (id, { signal }) => pause(id, signal),
    resume: (id, { signal }) => resume(id, signal),
    events: (id, cursor, { signal }) => readEvents(client, id, cursor, signal, jobStatuses),
  }
}
