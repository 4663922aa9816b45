import { on } from 'node:events'
import { parentPort as port, workerData } from 'node:worker_threads'
import { createInspector, type InspectionTask } from './inspector.ts'
import { unpacked, type LinePack } from './line-pack.ts'

if (port === null) throw new Error('this module is the start of a worker thread')
// Started by inspect-dataset.ts with exactly this.
const inspect = await createInspector(workerData as InspectionTask)

for await (const [pack] of on(port, 'message')) {
  // inspect-dataset.ts sends nothing else.
  port.postMessage(await inspect(unpacked(pack as LinePack)))
}
