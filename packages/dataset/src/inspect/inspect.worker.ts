import { on } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { createInspector, type InspectionTask } from './inspector.ts'
import { unpacked, type LinePack } from './line-pack.ts'

// Started by inspect-dataset.ts with exactly this.
const inspect = await createInspector(workerData as InspectionTask)

if (parentPort) {
  for await (const [pack] of on(parentPort, 'message')) {
    // inspect-dataset.ts sends nothing else.
    parentPort.postMessage(await inspect(unpacked(pack as LinePack)))
  }
}
