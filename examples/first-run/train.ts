import { dataset, loadTuner } from '@anytune/core'
import config from './anytune.config.ts'

const tuner = await loadTuner(config)
try {
  const plan = await tuner.plan({
    baseModel: 'small',
    method: 'supervised',
    training: dataset('train.jsonl', { class: 'public' }),
    hyperparameters: { epochs: 20 },
    seed: 1,
  })
  console.log(
    `${plan.provider}: ${plan.creates.join(', ')}; leaves this computer: ${plan.leaves.join(', ') || 'nothing'}`,
  )

  const run = await tuner.start(plan)
  for await (const event of run.events()) {
    if (event.type === 'status') console.log(event.status, event.progress?.step ?? '')
  }

  const model = await run.model()
  const live = await model.deploy()
  const reply = await live.chat([{ role: 'user', content: 'apple' }], { temperature: 0 })
  console.log(`${model.id} says that an apple is a ${reply.text}`)
  await live.undeploy()
} finally {
  await tuner.close()
}
