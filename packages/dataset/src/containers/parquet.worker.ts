import { parentPort as port, workerData } from 'node:worker_threads'
import { DatasetError } from '../dataset-error.ts'
import type { FromParquet, ParquetTask, ToParquet } from './parquet-messages.ts'
import { damaged, readParquet } from './parquet-reader.ts'

if (port === null) throw new Error('this module is the start of a worker thread')
const thread = port
// Started by parquet.ts with exactly this.
const task = workerData as ParquetTask

const asked = new Map<number, (part: ArrayBuffer) => void>()
let goOn = () => {}
let asking = 0

thread.on('message', (message: ToParquet) => {
  if (message.kind === 'next') return goOn()
  asked.get(message.id)?.(message.part)
  asked.delete(message.id)
})

const file = {
  byteLength: task.bytes,
  slice: (start: number, end = task.bytes) =>
    new Promise<ArrayBuffer>((resolve) => {
      asked.set(++asking, resolve)
      say({ kind: 'read', id: asking, start, end })
    }),
}

try {
  for await (const { rows, share } of readParquet(file, task)) {
    const next = new Promise<void>((resolve) => {
      goOn = resolve
    })
    say({ kind: 'rows', rows, share })
    await next
  }
  say({ kind: 'end' })
} catch (error) {
  // Any other error may quote what was read.
  const { code, message, hint } = error instanceof DatasetError ? error : damaged(task.name)
  say({ kind: 'failed', code, message, hint })
}
// Nothing more is awaited, and the thread ends.
thread.close()

function say(message: FromParquet): void {
  thread.postMessage(message, [])
}
