import { createTuner, memoryJournal, type Tuner } from '@anytune/core'
import type { Driver } from '@anytune/core/driver'

/** The last day of OpenAI's new jobs shall not be the last day of these tests. */
const NOW = new Date('2026-11-25T12:00:00Z')

/** What lives of vendors differ in. */
export interface LifeOptions {
  readonly driver: Driver
  readonly baseModel: string
  /** The model that takes reinforcement. */
  readonly reasoningModel: string
  readonly files: {
    readonly chat: string
    readonly preference: string
    readonly reinforcement: string
  }
}

/** Everything that an adapter can do with an account: each verb of each kind of thing, and what a vendor refuses. */
export async function live({ driver, baseModel, reasoningModel, files }: LifeOptions): Promise<void> {
  const tuner = createTuner(driver, {
    journal: memoryJournal(),
    retry: { attempts: 3, firstMs: 1, maximumMs: 2 },
    now: () => NOW,
  })
  const own = (options: object) => ({ [driver.provider]: options })
  const supervised = await tuner.start(
    await tuner.plan({
      baseModel,
      method: 'supervised',
      training: files.chat,
      validation: files.chat,
      hyperparameters: { epochs: 2, batchSize: 4, learningRateMultiplier: 0.5 },
      suffix: 'support',
      seed: 7,
      metadata: { team: 'support' },
    }),
  )
  await Array.fromAsync(supervised.events())
  const model = await supervised.model()
  const preference = await tuner.start(
    await tuner.plan({
      baseModel,
      method: 'preference',
      training: files.preference,
      hyperparameters: { epochs: 1, beta: 0.1 },
      providerOptions: own({ weightsAndBiases: { project: 'support', name: 'one', tags: ['a'] } }),
    }),
  )
  await preference.model()
  const reinforcement = await tuner.start(
    await tuner.plan({
      baseModel: reasoningModel,
      method: 'reinforcement',
      training: files.reinforcement,
      validation: files.reinforcement,
      providerOptions: own({ reinforcement: { grader: GRADER, reasoningEffort: 'medium', evalInterval: 2 } }),
    }),
  )
  await reinforcement.model()

  await lookAround(tuner, supervised.id)
  await interrupt(tuner, baseModel, files.chat)
  await serve(tuner, model.id)
  for (const run of [supervised, preference, reinforcement]) await tuner.purge(run.id)
}

const GRADER = {
  type: 'multi',
  name: 'both',
  graders: {
    exact: {
      type: 'string_check',
      name: 'exact',
      input: '{{sample.output_text}}',
      reference: '{{item.answer}}',
      operation: 'eq',
    },
    near: {
      type: 'text_similarity',
      name: 'near',
      input: '{{sample.output_text}}',
      reference: '{{item.answer}}',
      evaluation_metric: 'fuzzy_match',
    },
  },
  calculate_output: '0.5 * exact + 0.5 * near',
} as const

async function lookAround(tuner: Tuner, run: string): Promise<void> {
  const job = await (await tuner.runs.get(run)).job()
  for (const { id } of job.files ?? []) await Array.fromAsync(tuner.datasets.read(id))
  const datasets = await Array.fromAsync(tuner.datasets.list({ pageSize: 2 }))
  await tuner.datasets.get(datasets[0]?.id ?? '')
  await Array.fromAsync(tuner.jobs.list({ pageSize: 2 }))
  const models = await Array.fromAsync(tuner.models.list())
  await tuner.models.get(models[0]?.id ?? '')
  // What is not there is refused in the vendor's words.
  await refused(tuner.jobs.get('ftjob-nowhere'))
  await refused(tuner.datasets.get('file-nowhere'))
  await refused(tuner.models.get('nothing'))
  await refused(tuner.jobs.cancel(job.id))
}

/** A job that is stopped on its way, and one that nobody waits for. */
async function interrupt(tuner: Tuner, baseModel: string, training: string): Promise<void> {
  const request = { baseModel, method: 'supervised', training, hyperparameters: { epochs: 50, batchSize: 1 } } as const
  const run = await tuner.start(await tuner.plan(request))
  const { id } = await run.job()
  for await (const event of tuner.jobs.events(id)) if (event.type === 'metrics') break
  await tuner.jobs.pause(id)
  for await (const event of tuner.jobs.watch(id)) if (event.type === 'status' && event.status === 'paused') break
  await tuner.jobs.resume(id)
  await run.cancel()
  await tuner.purge(run.id, { cancelJob: true })
}

async function serve(tuner: Tuner, model: string): Promise<void> {
  const live = await tuner.models.open(model).deploy()
  await live.chat([{ role: 'user', content: 'Hello' }], { maxTokens: 20, temperature: 0, seed: 1 })
  if (live.created) {
    await Array.fromAsync(tuner.deployments.list())
    await tuner.deployments.get(live.id)
    await refused(tuner.deployments.get('nowhere'))
  }
  await live.undeploy()
}

async function refused(call: Promise<unknown>): Promise<void> {
  const ended = await call.then(
    () => 'accepted',
    () => 'refused',
  )
  if (ended === 'accepted') throw new Error('this was to be refused')
}
