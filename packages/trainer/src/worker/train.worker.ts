import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { createJaxEngine } from '../engine/jax-engine.ts'
import { isTrainerError } from '../errors.ts'
import { diskWriter } from '../store/files.ts'
import { runTraining } from '../training-loop.ts'
import type { WorkerMessage, WorkerTask } from './messages.ts'

if (parentPort === null) throw new Error('This file is the entry of a worker thread.')
const port: MessagePort = parentPort
const task = workerData as WorkerTask // given by train.ts, its only starter
const send = (message: WorkerMessage) => port.postMessage(message)

try {
  const result = await runTraining(task.request, {
    checkpointEverySteps: task.checkpointEverySteps,
    writer: diskWriter,
    createEngine: createJaxEngine,
    emit: (event) => send({ kind: 'event', event }),
    stopRequested: () => Atomics.load(task.stop, 0) === 1,
  })
  send(result === undefined ? { kind: 'stopped' } : { kind: 'finished', result })
} catch (error) {
  const code = isTrainerError(error) ? error.code : undefined
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
  send({ kind: 'failed', code, message, stack })
}
port.close()
