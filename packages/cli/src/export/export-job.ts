import { hasEnded, type Job, type JobEvent } from '@anytune/core'
import { understand } from '../failure.ts'
import { copyFile, type Copying } from './copy-file.ts'
import { attempt, type Part } from './part.ts'
import { metricsTable } from './metrics.ts'
import { safeName } from './safe-name.ts'
import { withoutSecrets } from './without-secrets.ts'

/** `manifest.json` in the folder of a job: everything that was copied of it, and what was not and why. */
export interface JobManifest {
  readonly version: 1
  readonly job: string
  readonly status: string
  /** The run that submitted it, where the journal knows. */
  readonly run?: string
  /** ISO 8601. */
  readonly readAt: string
  /** Nothing about it will change any more, and all of it is here that the provider still has. */
  readonly final: boolean
  readonly files: readonly (Extract<Part, { state: 'written' }>['written'] & { readonly role: string })[]
  readonly gone: readonly { readonly role: string; readonly id: string }[]
  readonly notOffered: readonly { readonly role: string; readonly id: string }[]
  readonly unreadable: readonly { readonly role: string; readonly id: string; readonly code: string }[]
}

/** A job as it was copied, or as it had been before. */
export interface CopiedJob {
  readonly manifest: JobManifest
  readonly unchanged: boolean
  readonly parts: readonly Part[]
}

/** The source of a job's manifest, by which it is found again. */
export function manifestSource(job: string): string {
  return `job:${job}#manifest`
}

/** Copies all of a job that the provider still has. A job that was copied to its end is not read again. */
export async function exportJob(copying: Copying, listed: Job, run: string | undefined, now: Date): Promise<CopiedJob> {
  const { tuner, folder, signal } = copying
  const { id } = listed
  const before = await finalManifest(copying, id)
  if (before !== undefined) return { manifest: before, unchanged: true, parts: [] }

  // A list may show less of a job than the job itself.
  const job = await tuner.jobs.get(id, { signal }).catch((error: unknown) => {
    if (understand(error).code === 'not-found') return listed
    throw error
  })
  const inFolder = (name: string) => `jobs/${safeName(id)}/${name}`
  const write = (role: string, name: string, text: string) =>
    attempt(role, id, signal, () =>
      folder.write({ source: `job:${id}#${role}`, path: inFolder(name) }, [Buffer.from(text)]),
    )
  const { raw, ...facts } = job
  const parts: Part[] = [
    await write('job', 'job.json', json({ ...facts, ...(run && { run }), raw: withoutSecrets(raw) })),
  ]

  const told = collect()
  const events = await attempt('events', id, signal, () =>
    folder.write({ source: `job:${id}#events`, path: inFolder('events.jsonl') }, told.lines(copying, id)),
  )
  parts.push(events)
  if (events.state === 'written') {
    parts.push(await write('metrics', 'metrics.csv', metricsTable(told.metrics)))
    parts.push(await write('checkpoints', 'checkpoints.json', json(told.checkpoints)))
  }
  for (const file of job.files ?? []) {
    parts.push(await attempt(file.role, file.id, signal, () => copyFile(copying, file.role, file.id)))
  }
  const manifest = manifestOf(job, run, parts, now)
  await folder.write({ source: manifestSource(id), path: inFolder('manifest.json') }, [Buffer.from(json(manifest))])
  return { manifest, unchanged: false, parts }
}

/** Members that are dates are written in ISO 8601. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

/** The manifest of a job that was copied to its end, if all that it names is still there as it was written. */
async function finalManifest({ folder }: Copying, job: string): Promise<JobManifest | undefined> {
  const text = await folder.text(manifestSource(job))
  if (text === undefined) return undefined
  // Written by this module: the folder has compared its digest.
  const manifest = JSON.parse(text) as JobManifest
  if (!manifest.final) return undefined
  for (const { source, sha256 } of manifest.files) if ((await folder.find(source))?.sha256 !== sha256) return undefined
  return manifest
}

/** Lines of events as they are read, with those kept that make tables of their own. */
function collect() {
  const metrics: Extract<JobEvent, { readonly type: 'metrics' }>[] = []
  const checkpoints: Extract<JobEvent, { readonly type: 'checkpoint' }>[] = []
  async function* lines({ tuner, signal }: Copying, job: string): AsyncGenerator<Uint8Array> {
    for await (const event of tuner.jobs.events(job, { signal, follow: false })) {
      if (event.type === 'metrics') metrics.push(event)
      if (event.type === 'checkpoint') checkpoints.push(event)
      yield Buffer.from(`${JSON.stringify(event)}\n`)
    }
  }
  return { metrics, checkpoints, lines }
}

function manifestOf(job: Job, run: string | undefined, parts: readonly Part[], now: Date): JobManifest {
  const left = (state: 'gone' | 'not-offered') =>
    parts.flatMap((part) => (part.state === state ? [{ role: part.role, id: part.id }] : []))
  const unreadable = parts.flatMap((part) =>
    part.state === 'unreadable' ? [{ role: part.role, id: part.id, code: part.error.code }] : [],
  )
  return {
    version: 1,
    job: job.id,
    status: job.status,
    ...(run !== undefined && { run }),
    readAt: now.toISOString(),
    final: hasEnded(job) && job.resumable !== true && unreadable.length === 0,
    files: parts.flatMap(({ role, ...part }) => (part.state === 'written' ? [{ role, ...part.written }] : [])),
    gone: left('gone'),
    notOffered: left('not-offered'),
    unreadable,
  }
}
