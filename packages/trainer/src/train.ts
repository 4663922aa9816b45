import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { TrainerError } from './errors.ts'
import type { TrainingOptions, TrainingRequest, TrainingResult } from './training-types.ts'
import type { WorkerMessage, WorkerTask } from './worker/messages.ts'

/**
 * Trains a model in a worker thread and resolves when it is written; the calling thread stays free.
 * An interrupted training (abort, crash, power cut) goes on from its last checkpoint when the same request is made again.
 * Rejects with a `TrainerError`, with the signal's reason after an abort, or with what `onEvent` threw.
 */
export function train(request: TrainingRequest, options: TrainingOptions = {}): Promise<TrainingResult> {
  const { signal, onEvent, checkpointEverySteps } = options
  if (signal?.aborted) return Promise.reject(signal.reason)
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const directory = resolve(request.directory)
  const worker = startWorker({ request: plain({ ...request, directory }), checkpointEverySteps, stop })
  return new Promise((settle, reject) => {
    let outcome: Outcome = {
      rejected: true,
      reason: new TrainerError('worker-failed', 'The training thread ended without a result.'),
    }
    let overdue: NodeJS.Timeout | undefined
    const requestStop = () => {
      Atomics.store(stop, 0, 1)
      overdue = setTimeout(() => void worker.terminate(), stopTimeoutMs)
    }
    const fail = (reason: unknown) => {
      outcome = { rejected: true, reason }
      void worker.terminate()
    }
    signal?.addEventListener('abort', requestStop, { once: true })
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind !== 'event') {
        outcome = outcomeOf(message, signal)
        return
      }
      try {
        onEvent?.(message.event)
      } catch (error) {
        fail(error)
      }
    })
    worker.on('error', (cause: unknown) => {
      outcome = {
        rejected: true,
        reason: new TrainerError('worker-failed', `The training thread failed: ${describe(cause)}`, { cause }),
      }
    })
    // Only the exit is the end: until then the thread may still hold files of the directory.
    worker.on('exit', () => {
      clearTimeout(overdue)
      signal?.removeEventListener('abort', requestStop)
      if (outcome.rejected) reject(signal?.aborted === true ? signal.reason : outcome.reason)
      else settle(outcome.result)
    })
  })
}

type Outcome =
  | { readonly rejected: true; readonly reason: unknown }
  | { readonly rejected: false; readonly result: TrainingResult }

/** A step takes well under a second; a thread that has not stopped after this long is ended without a new checkpoint. */
const stopTimeoutMs = 20_000

function startWorker(task: WorkerTask): Worker {
  // The conditions of this process must reach the worker; --input-type would be refused there.
  const execArgv = process.execArgv.filter((flag) => !flag.startsWith('--input-type'))
  return new Worker(new URL(import.meta.resolve('#worker')), { workerData: task, execArgv })
}

function outcomeOf(
  message: Exclude<WorkerMessage, { readonly kind: 'event' }>,
  signal: AbortSignal | undefined,
): Outcome {
  if (message.kind === 'finished') return { rejected: false, result: message.result }
  if (message.kind === 'stopped') return { rejected: true, reason: signal?.reason }
  const error = new TrainerError(message.code ?? 'worker-failed', message.message)
  if (message.code === undefined && message.stack !== undefined) error.stack = message.stack
  return { rejected: true, reason: error }
}

/** Examples may carry more than is trained on, such as functions, that no thread can be sent. */
function plain(request: TrainingRequest): TrainingRequest {
  const copy = (examples: TrainingRequest['training']) =>
    examples.map(({ messages }) => ({ messages: messages.map(({ role, content }) => ({ role, content })) }))
  const { validation, training, ...rest } = request
  return { ...rest, training: copy(training), ...(validation === undefined ? {} : { validation: copy(validation) }) }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
