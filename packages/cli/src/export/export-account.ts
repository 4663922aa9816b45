import type { Job, Run, RunSummary } from '@anytune/core'
import type { AnytuneError } from '@anytune/core/driver'
import { understand } from '../failure.ts'
import { ownRuns } from '../own-runs.ts'
import { copyFile, type Copying } from './copy-file.ts'
import { exportJob, json, type JobManifest } from './export-job.ts'
import type { Written } from './ledger.ts'
import { attempt, whyNot, type Part } from './part.ts'
import { safeName } from './safe-name.ts'
import type { Targets } from './targets.ts'
import { withoutSecrets } from './without-secrets.ts'

/** Said while it goes on. */
export type ExportNews =
  | { readonly type: 'begun'; readonly things: number }
  | Copied
  | { readonly type: 'unread'; readonly what: string; readonly error: AnytuneError }

/** One thing of the account, after the export has come to it. */
export interface Copied {
  readonly type: 'copied'
  readonly kind: 'job' | 'run' | 'model' | 'deployment' | 'dataset'
  readonly id: string
  /** `unchanged`: all of it had been copied before, and nothing was written. */
  readonly state: 'written' | 'unchanged' | 'incomplete'
  readonly files: readonly Written[]
  readonly gone: readonly Missing[]
  readonly notOffered: readonly Missing[]
  readonly unreadable: readonly (Missing & { readonly error: AnytuneError })[]
}

export interface ExportOptions extends Copying {
  readonly wanted: Targets | 'all'
  readonly now: () => Date
  readonly onNews: (news: ExportNews) => void
}

/** `manifest.json`: everything that an export holds, whichever command wrote it. */
export interface ExportManifest {
  readonly version: 1
  readonly provider: string
  readonly scope: string
  /** False when the last command could not read something, or was stopped: the same command goes on. */
  readonly complete: boolean
  readonly jobs: readonly Pick<JobManifest, 'job' | 'status' | 'final' | 'gone' | 'notOffered' | 'unreadable'>[]
  readonly gone: readonly Missing[]
  readonly unreadable: readonly Unreadable[]
  readonly files: readonly Written[]
}

/** Something that is not in the export. */
interface Missing {
  readonly role: string
  readonly id: string
}

interface Unreadable {
  readonly role: string
  /** Absent for a list. */
  readonly id?: string
  readonly code: string
}

/**
 * Copies everything of an account, or what references name, into a folder; reads and changes nothing else.
 * Called again, it goes on: what was copied to its end is neither read nor written again.
 *
 * @returns whether all of it could be read; what is gone at the provider counts as read.
 * @throws AnytuneError what stops everything, such as a full disk.
 */
export async function exportAccount(options: ExportOptions): Promise<boolean> {
  const { tuner, wanted, onNews } = options
  const left: Left = { gone: [], unreadable: [] }
  let complete = false
  try {
    const known = await Array.fromAsync(ownRuns(tuner))
    const targets = wanted === 'all' ? await everything(options, known, left) : wanted
    const { runs, jobs, models, deployments, datasets } = targets
    onNews({ type: 'begun', things: Object.values(targets).reduce((sum, { length }) => sum + length, 0) })
    const runOf = new Map(known.flatMap(({ id, jobId }) => (jobId === undefined ? [] : [[jobId, id]])))
    for (const job of jobs) await copyJob(options, job, runOf.get(job.id), left)
    for (const run of runs) await copyText(options, 'run', run.id, runText(run, known), left)
    for (const { raw, ...facts } of models) await copyText(options, 'model', facts.id, described(facts, raw), left)
    for (const { raw, ...facts } of deployments)
      await copyText(options, 'deployment', facts.id, described(facts, raw), left)
    for (const id of datasets) {
      await copyThing(options, 'dataset', id, `file:${id}`, () => copyFile(options, 'training', id), left)
    }
    complete = left.unreadable.length === 0
    return complete
  } finally {
    // Also when it was stopped, so that what lies there is listed; not when it is this that cannot be written.
    await writeManifest(options, left, complete).catch((error: unknown) => {
      if (complete) throw error
    })
  }
}

/** What could not be copied, as it comes up. */
interface Left {
  readonly gone: Missing[]
  readonly unreadable: Unreadable[]
}

/** All that the account has; a list that breaks off is noted, and what came of it is copied. */
async function everything(options: ExportOptions, known: readonly RunSummary[], left: Left): Promise<Targets> {
  const { tuner, signal } = options
  const list = { signal, pageSize: 100 }
  const read = async <T>(name: string, items: AsyncIterable<T>): Promise<readonly T[]> => {
    const all: T[] = []
    try {
      for await (const item of items) all.push(item)
    } catch (cause) {
      signal.throwIfAborted()
      const error = understand(cause)
      if (error.code === 'unauthenticated') throw cause
      if (error.code !== 'unsupported') {
        left.unreadable.push({ role: name, code: error.code })
        options.onNews({ type: 'unread', what: name, error })
      }
    }
    return all
  }
  const runs: Run[] = []
  for (const { id } of known) runs.push(await tuner.runs.get(id))
  const jobs = await read('jobs', tuner.jobs.list(list))
  const models = await read('models', tuner.models.list(list))
  const deployments = await read('deployments', tuner.deployments.list(list))
  const datasets = await read('datasets', tuner.datasets.list(list))
  const named = new Set(jobs.flatMap(({ files }) => files?.map(({ id }) => id) ?? []))
  return { runs, jobs, models, deployments, datasets: datasets.map(({ id }) => id).filter((id) => !named.has(id)) }
}

async function copyJob(options: ExportOptions, job: Job, run: string | undefined, left: Left): Promise<void> {
  const { signal, now, onNews } = options
  const { id } = job
  try {
    const { manifest, unchanged, parts } = await exportJob(options, job, run, now())
    const { files, gone, notOffered } = manifest
    for (const { role, code, ...of } of manifest.unreadable) left.unreadable.push({ role, ...of, code })
    const unreadable = parts.filter((part) => part.state === 'unreadable')
    const state = unchanged ? 'unchanged' : unreadable.length > 0 ? 'incomplete' : 'written'
    onNews({ type: 'copied', kind: 'job', id, state, files, gone, notOffered, unreadable })
  } catch (cause) {
    // The job itself could not be read, or its manifest is not as it was written: the next job may fare better.
    onNews(noted('job', whyNot('job', id, signal, cause), left))
  }
}

function copyText(options: ExportOptions, kind: Copied['kind'], id: string, text: string, left: Left): Promise<void> {
  const source = `${kind}:${id}`
  const target = { source, path: `${kind}s/${safeName(id)}.json` }
  return copyThing(options, kind, id, source, () => options.folder.write(target, [Buffer.from(text)]), left)
}

async function copyThing(
  { folder, signal, onNews }: ExportOptions,
  kind: Copied['kind'],
  id: string,
  source: string,
  copy: () => Promise<Written>,
  left: Left,
): Promise<void> {
  const before = await folder.find(source)
  const part = await attempt(kind, id, signal, copy)
  const copied = noted(kind, part, left)
  const unchanged = part.state === 'written' && before?.sha256 === part.written.sha256
  onNews(unchanged ? { ...copied, state: 'unchanged' } : copied)
}

/** What became of a thing of one part; what is not there is noted. */
function noted(kind: Copied['kind'], part: Part, left: Left): Copied {
  const { role } = part
  const nothing = {
    type: 'copied',
    kind,
    state: 'written',
    files: [],
    gone: [],
    notOffered: [],
    unreadable: [],
  } as const
  if (part.state === 'written') return { ...nothing, id: part.id, files: [part.written] }
  const missing = { role, id: part.id }
  if (part.state === 'gone') left.gone.push(missing)
  if (part.state !== 'unreadable')
    return { ...nothing, id: part.id, [part.state === 'gone' ? 'gone' : 'notOffered']: [missing] }
  left.unreadable.push({ ...missing, code: part.error.code })
  return { ...nothing, id: part.id, state: 'incomplete', unreadable: [part] }
}

function described(facts: object, raw: unknown): string {
  return json({ ...facts, raw: withoutSecrets(raw) })
}

function runText({ id, reference, plan }: Run, summaries: readonly RunSummary[]): string {
  return json({ ...summaries.find((summary) => summary.id === id), id, reference, plan })
}

async function writeManifest({ tuner, folder }: ExportOptions, left: Left, complete: boolean): Promise<void> {
  const files = (await folder.all()).filter(({ path }) => path !== MANIFEST)
  const jobs: JobManifest[] = []
  for (const { source } of files.filter((file) => /^job:.*#manifest$/.test(file.source))) {
    const text = await folder.text(source)
    // Found with the digest it was written with.
    if (text !== undefined) jobs.push(JSON.parse(text) as JobManifest)
  }
  const manifest: ExportManifest = {
    version: 1,
    provider: tuner.provider,
    scope: tuner.scope,
    complete,
    jobs: jobs.map(({ job, status, final, gone, notOffered, unreadable }) => ({
      job,
      status,
      final,
      gone,
      notOffered,
      unreadable,
    })),
    ...left,
    files,
  }
  await folder.write({ source: 'manifest', path: MANIFEST }, [Buffer.from(json(manifest))])
}

const MANIFEST = 'manifest.json'
