import { createTuner, defineConfig, loadTuner, type Tuner } from '@anytune/core'
import { azure, type AzureDriver, type AzureJob } from '@anytune/azure'
import type { OpenAIDriver } from '@anytune/openai'
import { expectTypeOf, it } from 'vitest'

const tuner = createTuner(
  azure({ endpoint: 'https://contoso.openai.azure.com', apiKey: 'key', trainingType: 'Standard' }),
)
const training = 'train.jsonl'
const baseModel = 'gpt-4.1-mini-2025-04-14'

it('L4: does not make a driver without a training type', () => {
  expectTypeOf(azure).toBeCallableWith({ trainingType: 'Standard' })
  // @ts-expect-error no training type
  azure({ endpoint: 'https://contoso.openai.azure.com', apiKey: 'key' })
  // @ts-expect-error no such training type
  azure({ apiKey: 'key', trainingType: 'global' })
})

it('takes what Azure takes', () => {
  expectTypeOf(tuner.plan).toBeCallableWith({
    baseModel,
    method: 'supervised',
    training,
    validation: training,
    suffix: 'support',
    seed: 1,
    metadata: { team: 'support' },
    hyperparameters: { epochs: 1, batchSize: 1, learningRateMultiplier: 0.5 },
    providerOptions: { azure: { trainingType: 'GlobalStandard' } },
  })
  expectTypeOf(tuner.plan).toBeCallableWith({
    baseModel,
    method: 'preference',
    training,
    hyperparameters: { beta: 0.1 },
  })
})

it('refuses what Azure does not have', () => {
  // @ts-expect-error no such method
  void tuner.plan({ baseModel, method: 'distillation', training })
  // @ts-expect-error no absolute learning rate
  void tuner.plan({ baseModel, method: 'supervised', training, hyperparameters: { learningRate: 0.01 } })
  // @ts-expect-error beta is for preference training
  void tuner.plan({ baseModel, method: 'supervised', training, hyperparameters: { beta: 0.1 } })
  const providerOptions = { azure: { trainingType: 'standard' } }
  // @ts-expect-error no such training type
  void tuner.plan({ baseModel, method: 'supervised', training, providerOptions })
  // @ts-expect-error the service cannot delete a model by its API
  expectTypeOf(tuner.models.delete)
})

it('has deployments, all verbs of a job, and the vendor’s own object', async () => {
  expectTypeOf(tuner.deployments.delete).toBeFunction()
  expectTypeOf(tuner.jobs.pause).toBeFunction()
  expectTypeOf(tuner.jobs.resume).toBeFunction()
  expectTypeOf(tuner.jobs.events).toBeFunction()
  expectTypeOf(tuner.datasets.read).toBeFunction()
  expectTypeOf((await tuner.jobs.get('x')).raw).toEqualTypeOf<AzureJob>()
})

it('one program is portable over openai and azure together, and over no more than both have', async () => {
  const config = defineConfig({
    provider: 'prod',
    providers: { prod: () => azureDriver, spare: () => openaiDriver },
    models: { small: { prod: 'gpt-4.1-mini-2025-04-14', spare: 'gpt-4.1-mini-2025-04-14' } },
  })
  const portable = await loadTuner(config)
  expectTypeOf(portable).toExtend<Pick<Tuner<AzureDriver | OpenAIDriver>, 'plan' | 'start' | 'jobs'>>()
  const plan = await portable.plan({
    baseModel: 'small',
    method: 'preference',
    training,
    suffix: 'support',
    seed: 1,
    hyperparameters: { epochs: 1, beta: 0.1 },
    providerOptions: { azure: { trainingType: 'Standard' }, openai: {} },
  })
  const run = await portable.start(plan)
  const live = await (await run.model()).deploy({ providerOptions: { azure: { sku: 'Standard' } } })
  expectTypeOf((await live.chat([{ role: 'user', content: 'Hello' }])).text).toBeString()
  await live.undeploy()
  expectTypeOf(portable.jobs.pause).toBeFunction()
  // @ts-expect-error Azure cannot delete a model
  expectTypeOf(portable.models.delete)
  // @ts-expect-error OpenAI has no deployments
  expectTypeOf(portable.deployments)
})

declare const azureDriver: AzureDriver
declare const openaiDriver: OpenAIDriver
