import type { Attempt, Context, Found, JobSpec } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { readAll } from './answers.ts'
import { isMissingRoute, statusOf } from './http-error.ts'
import type { VendorJob } from './from-job.ts'
import { ATTEMPT_KEY } from './to-request.ts'
import { date, isObject } from './values.ts'

const PAGE = 100

/** Saved before the request for a job: without it none was ever sent. */
export const SENDING = { sending: true } as const

/**
 * Looks for the job of an attempt: by its key in the metadata, else by the training file, which was staged for this run alone.
 * `absent` only when {@link SENDING} was never saved.
 */
export async function findJob(
  client: OpenAI,
  spec: JobSpec,
  attempt: Attempt,
  { signal }: Context,
  filterByMetadata: boolean,
): Promise<Found<VendorJob>> {
  const { jobs } = client.fineTuning
  const named = (job: VendorJob) => job.metadata?.[ATTEMPT_KEY]
  if (filterByMetadata) {
    for await (const job of filtered(client, attempt.key, signal)) {
      // A host that ignores the filter lists other jobs as well.
      if (named(job) === attempt.key) return { state: 'found', value: job }
      if (isOlder(job, attempt)) break
    }
  }
  const candidates: VendorJob[] = []
  for await (const job of readAll((after) => jobs.list({ limit: PAGE, ...(after && { after }) }, { signal }))) {
    if (named(job) === attempt.key) return { state: 'found', value: job }
    // A job with another key is of another attempt of this run, which was given up.
    if (job.training_file === spec.training && named(job) === undefined) candidates.push(job)
    if (isOlder(job, attempt)) break
  }
  const [only, ...more] = candidates
  if (only !== undefined && more.length === 0) return { state: 'found', value: only }
  if (only === undefined && !isObject(attempt.resume)) return { state: 'absent' }
  return { state: 'unsure', candidates: candidates.map(({ id, created_at }) => candidate(id, date(created_at))) }
}

function isOlder({ created_at }: VendorJob, { since }: Attempt): boolean {
  const createdAt = date(created_at)
  return createdAt !== undefined && createdAt < since
}

function candidate(id: string, createdAt: Date | undefined): { readonly id: string; readonly createdAt?: Date } {
  return createdAt === undefined ? { id } : { id, createdAt }
}

/** The jobs with the key in their metadata; none where the host knows no such filter. */
async function* filtered(client: OpenAI, key: string, signal: AbortSignal): AsyncGenerator<VendorJob> {
  const query = { metadata: { [ATTEMPT_KEY]: key }, limit: PAGE }
  try {
    yield* readAll((after) => client.fineTuning.jobs.list({ ...query, ...(after && { after }) }, { signal }))
  } catch (error) {
    if (!isMissingRoute(error) && statusOf(error) !== 400) throw error
  }
}
