// What `sigkill.test.ts` runs as a process of its own and kills: <folder> <file>. Starts the one run of the folder, or goes on with it.
import { join } from 'node:path'
import { createTuner } from '@anytune/core'
import { local } from '@anytune/local'

const [, , folder = '', file = ''] = process.argv
const tuner = createTuner(local({ directory: join(folder, 'data') }), { stateDirectory: join(folder, 'state') })

let known: string | undefined
for await (const { id } of tuner.runs.list()) known = id
console.log('begun')
const run = known === undefined ? await tuner.start(await plan()) : await tuner.resume(known)
console.log(`job ${(await run.job()).id}`)
console.log(`model ${(await run.model()).id}`)
await tuner.close()

function plan() {
  const hyperparameters = { epochs: 60, batchSize: 8 }
  return tuner.plan({ baseModel: 'scratch-tiny', method: 'supervised', training: file, hyperparameters, seed: 7 })
}
