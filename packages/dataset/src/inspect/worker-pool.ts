import { Worker } from 'node:worker_threads'
import { DatasetError } from '../dataset-error.ts'

/** Threads that do one kind of task. */
export interface WorkerPool<Task, Result> {
  /**
   * Has a task done by the thread with the least to do; buffers in `transfer` are gone from this thread. Rejects with DatasetError `worker`
   * when any of the threads has ended, and with the signal's reason once aborted.
   */
  readonly run: (task: Task, transfer: readonly ArrayBuffer[]) => Promise<Result>
  /** Ends the threads; what they have not finished is never done. */
  readonly close: () => Promise<void>
}

/** A script that answers each message it gets with one message, in order. */
export interface WorkerScript {
  readonly url: URL
  /** Given to each thread at its start. */
  readonly workerData: unknown
}

interface Thread<Result> {
  readonly worker: Worker
  /** Tasks given and not answered, oldest first. */
  readonly jobs: Job<Result>[]
}

interface Job<Result> {
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
}

/** Starts so many threads. */
export function startWorkers<Task, Result>(
  script: WorkerScript,
  count: number,
  signal: AbortSignal | undefined,
): WorkerPool<Task, Result> {
  let failure: { readonly reason: unknown } | undefined
  const threads: Thread<Result>[] = []
  const fail = (reason: unknown) => {
    failure ??= { reason }
    for (const { jobs } of threads) for (const { reject } of jobs.splice(0)) reject(failure.reason)
  }
  const abort = () => fail(signal?.reason)
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  for (let index = 0; index < count; index++) threads.push(startThread(script, fail))
  return {
    run: (task, transfer) =>
      new Promise((resolve, reject) => {
        const thread = threads.toSorted((one, other) => one.jobs.length - other.jobs.length)[0]
        if (failure || thread === undefined) {
          reject(failure?.reason ?? new RangeError('a pool needs at least one worker'))
          return
        }
        thread.jobs.push({ resolve, reject })
        thread.worker.postMessage(task, transfer)
      }),
    async close() {
      signal?.removeEventListener('abort', abort)
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}

/** Rows live shortly. Unbounded, the space for what is new grows with each thread, and is swept late. */
const YOUNG_MEGABYTES = 12

function startThread<Result>({ url, workerData }: WorkerScript, fail: (reason: unknown) => void): Thread<Result> {
  // The conditions of this process must reach the worker; --input-type would be refused there.
  const execArgv = process.execArgv.filter((flag) => !flag.startsWith('--input-type'))
  const worker = new Worker(url, {
    workerData,
    execArgv,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  })
  const thread: Thread<Result> = { worker, jobs: [] }
  // The script answers with results alone.
  thread.worker.on('message', (result) => thread.jobs.shift()?.resolve(result as Result))
  // What it says may quote a row, so only its code goes on.
  thread.worker.on('error', (error: unknown) => fail(ended(codeOf(error))))
  thread.worker.on('exit', (code) => fail(ended(`exit code ${code}`)))
  return thread
}

function ended(how: string): DatasetError {
  const hint = 'run again with fewer workers or with none; if it happens again, report it'
  return new DatasetError('worker', `a thread that looks at rows has ended (${how})`, hint)
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'an error'
}
