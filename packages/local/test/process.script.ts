// What `processes.test.ts` runs as a process of its own: <folder> start|tune <file>, or <folder> watch <job>.
import { join } from 'node:path'
import { createTuner } from '@anytune/core'
import { local } from '@anytune/local'

const [, , folder = '', command, given = ''] = process.argv
const tuner = createTuner(local({ directory: join(folder, 'data') }), { stateDirectory: join(folder, 'state') })

if (command === 'watch') {
  for await (const { id } of tuner.jobs.list()) console.log(`listed ${id}`)
  for await (const told of tuner.jobs.watch(given)) {
    if (told.type === 'job' && told.event.type === 'metrics') console.log(`step ${told.event.step}`)
  }
  console.log(`model ${(await tuner.jobs.get(given)).model}`)
} else {
  const plan = await tuner.plan({
    baseModel: 'scratch-tiny',
    method: 'supervised',
    training: given,
    hyperparameters: { epochs: command === 'tune' ? 2 : 40, batchSize: 8 },
  })
  const run = await tuner.start(plan)
  console.log((await run.job()).id)
  if (command === 'start') setInterval(() => {}, 1000)
  else console.log(`model ${(await run.model()).id}`)
}
await tuner.close()
