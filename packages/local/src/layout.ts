import { join } from 'node:path'
import { LocalError } from './local-error.ts'

/** Where everything of one data directory lies; ids are refused before they can become a path. */
export interface Layout {
  readonly root: string
  readonly jobs: string
  readonly datasets: string
  readonly models: string
  job(id: string): JobLayout
  /** The rows as they were staged. */
  datasetRows(id: string): string
  /** What is known of the rows; the dataset exists when this does. */
  datasetRecord(id: string): string
  model(id: string): string
}

/** The files of one job. */
export interface JobLayout {
  readonly root: string
  /** What was asked for; never changed. */
  readonly job: string
  /** When a runner was last started. */
  readonly launch: string
  /** What the runner says of itself. */
  readonly status: string
  readonly events: string
  /** Held by the runner for its life. */
  readonly lock: string
  readonly log: string
  /** Present once a cancel was asked for; never removed. */
  readonly cancel: string
  /** Present while the job shall pause. */
  readonly pause: string
  /** The trainer's own directory, with its checkpoints. */
  readonly training: string
}

export function layoutOf(root: string): Layout {
  const [jobs, datasets, models] = [join(root, 'jobs'), join(root, 'datasets'), join(root, 'models')]
  return {
    root,
    jobs,
    datasets,
    models,
    job: (id) => jobLayout(join(jobs, assertId('job', id))),
    datasetRows: (id) => join(datasets, `${assertId('dataset', id)}.jsonl`),
    datasetRecord: (id) => join(datasets, `${assertId('dataset', id)}.json`),
    model: (id) => join(models, assertId('model', id)),
  }
}

/** The files of the job in this directory. */
export function jobLayout(root: string): JobLayout {
  return {
    root,
    job: join(root, 'job.json'),
    launch: join(root, 'launch.json'),
    status: join(root, 'status.json'),
    events: join(root, 'events.jsonl'),
    lock: join(root, 'runner.lock'),
    log: join(root, 'runner.log'),
    cancel: join(root, 'cancel.json'),
    pause: join(root, 'pause.json'),
    training: join(root, 'training'),
  }
}

/** True for a name that this adapter could have given: no separator, no leading dot. */
export function isId(text: string): boolean {
  return /^[a-z][A-Za-z0-9._-]{0,127}$/.test(text)
}

function assertId(kind: string, id: string): string {
  if (isId(id)) return id
  throw new LocalError('not-found', `there is no ${kind} with this id; it is not an id of this provider`)
}
