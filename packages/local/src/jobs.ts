import { mkdir, rename, rm, watch } from 'node:fs/promises'
import type { Context, Job, JobsDriver, Kept } from '@anytune/core/driver'
import { readEvents } from './events.ts'
import { isSystemError, prepareDirectory, syncDirectory, unfinishedPath, writeSynced } from './files.ts'
import { fromJob, type LocalJob } from './from-job.ts'
import { readJobFacts } from './job-facts.ts'
import { isSameRequest, toRecord } from './job-record.ts'
import { cancelJob, pauseJob, resumeJob } from './job-requests.ts'
import { jobLayout, type Layout } from './layout.ts'
import { listNewestFirst } from './list.ts'
import { LocalError } from './local-error.ts'
import type { JobRecord } from './records.ts'
import { launchNow, launchRunner } from './runner/launch.ts'

/** All job operations; jobs show their own files as `raw`. */
export type LocalJobs = Omit<Required<JobsDriver>, 'get' | 'list'> & Pick<Kept<Job<LocalJob>>, 'get' | 'list'>

/** Jobs as directories; each is trained by a process of its own, which goes on when this one ends. */
export function jobsOf(layout: Layout): LocalJobs {
  const read = async (id: string) => {
    const facts = await readJobFacts(layout, id)
    return facts && fromJob(facts, new Date())
  }
  const get = async (id: string, { signal }: Context) => {
    signal.throwIfAborted()
    const job = await read(id)
    if (job === undefined) throw jobNotFound(id)
    return job
  }
  const change = (act: (job: Job<LocalJob>) => Promise<void>) => async (id: string, context: Context) =>
    act(await get(id, context))
  return {
    async create(spec, { key }, { signal }) {
      signal.throwIfAborted()
      const record = await toRecord(layout, key, spec)
      const known = await read(key)
      if (known === undefined) await makeJob(layout, record)
      else await takeUp(known, record)
      return { id: key }
    },
    async find(_spec, { key }, { signal }) {
      signal.throwIfAborted()
      const job = await read(key)
      return job === undefined ? { state: 'absent' } : { state: 'found', value: job }
    },
    get,
    list: (query, context) => listNewestFirst(layout.jobs, query, context, { idOf: (name) => name, read }),
    cancel: change(cancelJob),
    pause: change(pauseJob),
    resume: change(resumeJob),
    async events(id, cursor, context) {
      await get(id, context)
      return readEvents(layout.job(id).events, cursor)
    },
    async changed(id, context) {
      await directoryChange(layout.job(id).root, context)
    },
  }
}

/** Makes the whole directory under another name first: a job is there with all its files, or not at all. */
async function makeJob(layout: Layout, record: JobRecord): Promise<void> {
  await prepareDirectory(layout.jobs)
  const temporary = unfinishedPath(layout.jobs, record.id)
  const files = jobLayout(temporary)
  const launch = launchNow()
  try {
    await mkdir(temporary, { mode: 0o700 })
    await writeSynced(files.job, JSON.stringify(record, undefined, 2))
    await writeSynced(files.launch, JSON.stringify(launch))
    for (const path of [files.events, files.lock, files.log]) await writeSynced(path, '')
    await syncDirectory(temporary)
    await rename(temporary, layout.job(record.id).root)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    // Another process made the same job in this moment, and starts it.
    if (isSystemError(error) && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')) return
    throw error
  }
  await syncDirectory(layout.jobs)
  await launchRunner(layout.job(record.id), launch)
}

/** The same attempt once more: the job is there, and only its runner may be missing. */
async function takeUp(known: Job<LocalJob>, record: JobRecord): Promise<void> {
  if (known.raw.record === undefined || !isSameRequest(known.raw.record, record)) {
    throw new LocalError('already-exists', `the job ${record.id} exists and asks for something else`)
  }
  if (known.rawStatus === 'interrupted' && known.raw.status === undefined) await resumeJob(known)
}

/** Resolves at the next change in the directory. Where it cannot be watched, core's own schedule has to do. */
async function directoryChange(directory: string, { signal }: Context): Promise<void> {
  try {
    for await (const _ of watch(directory, { signal })) return
  } catch {
    await aborted(signal)
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function jobNotFound(id: string): LocalError {
  return new LocalError('not-found', `there is no job ${id}`, 'list the jobs to see which there are', {
    next: [{ do: 'list', what: 'jobs' }],
  })
}
