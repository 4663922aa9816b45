/** A program for whichever of the four is configured, and what the type checker must refuse it. */
import type { Tuner } from '@anytune/core'
import type { Driver } from '@anytune/core/driver'
import type { AzureDriver } from './azure.ts'
import type { BedrockDriver } from './bedrock.ts'
import type { OpenAIDriver } from './openai.ts'
import type { VertexDriver } from './vertex.ts'

type AnyOfFour = OpenAIDriver | AzureDriver | BedrockDriver | VertexDriver

export async function portable(tuner: Tuner<AnyOfFour>): Promise<string> {
  const plan = await tuner.plan({
    baseModel: 'support-small',
    method: 'supervised',
    training: 'train.jsonl',
    validation: 'validation.jsonl',
    metadata: { team: 'support' },
    hyperparameters: { epochs: 2, learningRateMultiplier: 0.5 },
    providerOptions: {
      azure: { trainingType: 'Standard' },
      bedrock: { learningRateWarmupSteps: 10 },
      vertex: { exportLastCheckpointOnly: true },
    },
  })
  const run = await tuner.start(plan)
  for await (const event of run.events()) if (event.type === 'status') console.log(event.rawStatus)
  const live = await (await run.model()).deploy({ providerOptions: { azure: { sku: 'Standard', capacity: 1 } } })
  const { text } = await live.chat([{ role: 'user', content: 'My invoice is wrong.' }])
  await live.undeploy()
  for await (const job of tuner.jobs.list()) console.log(job.id, job.status)
  return text
}

const common = { baseModel: 'support-small', training: 'train.jsonl' } as const

export async function refused(tuner: Tuner<AnyOfFour>): Promise<void> {
  // @ts-expect-error OpenAI and Azure have no absolute learning rate
  await tuner.plan({ ...common, method: 'supervised', hyperparameters: { learningRate: 1e-4 } })
  // @ts-expect-error only Vertex lets the rank be chosen
  await tuner.plan({ ...common, method: 'supervised', hyperparameters: { loraRank: 8 } })
  // @ts-expect-error Bedrock's model name is the attempt's key, and takes no suffix
  await tuner.plan({ ...common, method: 'supervised', suffix: 'support' })
  // @ts-expect-error Bedrock and Vertex have no seed
  await tuner.plan({ ...common, method: 'supervised', seed: 7 })
  // @ts-expect-error Bedrock has no preference training
  await tuner.plan({ ...common, method: 'preference' })
  // @ts-expect-error Bedrock and Vertex cannot pause
  await tuner.jobs.pause('job')
  // @ts-expect-error a typing error in a provider's own options
  await tuner.plan({ ...common, method: 'supervised', providerOptions: { azure: { trainingTyp: 'Standard' } } })
  // @ts-expect-error no such provider in this union
  await tuner.plan({ ...common, method: 'supervised', providerOptions: { nebius: {} } })
  // @ts-expect-error OpenAI serves without deployments, so there is no list of them that all four have
  for await (const deployment of tuner.deployments.list()) console.log(deployment)
  // @ts-expect-error Azure cannot delete a model
  await tuner.models.delete('model')
}

/** What only one has is there as soon as that one alone is meant. */
export async function onlyVertex(tuner: Tuner<VertexDriver>): Promise<void> {
  await tuner.plan({ ...common, method: 'preference', suffix: 'support', hyperparameters: { beta: 0.1, loraRank: 8 } })
  for await (const deployment of tuner.deployments.list()) console.log(deployment.status)
  const job = await tuner.jobs.get('projects/p/locations/l/tuningJobs/1')
  console.log(job.raw.tunedModel?.endpoint)
}

/** Those who left OpenAI for Azure keep pause and preference. */
export async function openaiOrAzure(tuner: Tuner<OpenAIDriver | AzureDriver>): Promise<void> {
  await tuner.plan({ ...common, method: 'preference', suffix: 'support', seed: 7, hyperparameters: { beta: 0.1 } })
  await tuner.jobs.pause('ftjob-1')
}

/** Each driver is a driver: chosen at run time it loses its names, and nothing else. */
export function atRunTime(one: OpenAIDriver | AzureDriver | BedrockDriver | VertexDriver): Driver {
  return one
}
