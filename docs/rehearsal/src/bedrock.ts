/** AWS Bedrock: model customization jobs, custom models, on-demand deployments of them. */
import {
  assertPermit,
  type Capabilities,
  type Driver,
  type FineTunedModel,
  type JobsDriver,
  type Kept,
} from '@anytune/core/driver'
import {
  type BedrockClient,
  DeleteCustomModelCommand,
  GetCustomModelCommand,
  type GetCustomModelCommandOutput,
  ListCustomModelsCommand,
} from '@aws-sdk/client-bedrock'
import { z } from 'zod'
import { classify, isMissing } from './bedrock-errors.ts'
import { type BedrockJob, type BedrockJobOptions, bedrockJobs, jobSchema } from './bedrock-jobs.ts'
import { bedrockChat, deployments } from './bedrock-serving.ts'
import { type BedrockSettings, modelIdOf } from './bedrock-settings.ts'
import { s3Datasets } from './s3-datasets.ts'
import { formatToCome, present, strict } from './shared.ts'

const CONVERSE = formatToCome('bedrock-conversation-2024')
const CLAUDE = formatToCome('bedrock-claude-3')
const ONE = { minimum: 1, maximum: 1, integer: true } as const
const epochs = (maximum: number) => ({ minimum: 1, maximum, integer: true }) as const
const NOVA = { epochs: epochs(5), batchSize: ONE, learningRate: { minimum: 1e-6, maximum: 1e-4 } } as const
const LLAMA = { epochs: epochs(10), batchSize: ONE, learningRate: { minimum: 5e-6, maximum: 0.1 } } as const
const HAIKU = {
  epochs: epochs(10),
  batchSize: { minimum: 4, maximum: 256, integer: true },
  learningRateMultiplier: { minimum: 0.1, maximum: 2 },
} as const

/** The family decides the row format and the numbers; what is not listed is taken for the newest family's. */
export const bedrockCapabilities = {
  methods: {
    supervised: {
      format: CONVERSE,
      hyperparameters: {
        epochs: { minimum: 1, integer: true },
        batchSize: { minimum: 1, integer: true },
        learningRate: { exclusiveMinimum: 0 },
        learningRateMultiplier: { exclusiveMinimum: 0 },
      },
    },
  },
  fields: {
    validation: {},
    // 200 tags, one of which carries the attempt.
    metadata: {
      maximumPairs: 199,
      key: { maximumLength: 128, pattern: String.raw`[a-zA-Z0-9\s._:/=+@-]*` },
      value: { maximumLength: 256, pattern: String.raw`[a-zA-Z0-9\s._:/=+@-]*` },
    },
  },
  chatSettings: ['maxTokens', 'temperature'],
  baseModels: {
    exhaustive: false,
    known: {
      'amazon.nova-lite-v1:0:300k': { methods: { supervised: { hyperparameters: NOVA } } },
      'meta.llama3-3-70b-instruct-v1:0:128k': { methods: { supervised: { hyperparameters: LLAMA } } },
      'meta.llama3-1-8b-instruct-v1:0:128k': {
        methods: { supervised: { format: 'prompt-completion', hyperparameters: LLAMA } },
      },
      'anthropic.claude-3-haiku-20240307-v1:0:200k': {
        methods: { supervised: { format: CLAUDE, hyperparameters: HAIKU } },
      },
    },
  },
} as const satisfies Capabilities

export interface BedrockDriver extends Driver {
  readonly provider: 'bedrock'
  readonly capabilities: typeof bedrockCapabilities
  readonly '~types'?: { readonly raw: BedrockJob; readonly options: BedrockJobOptions }
  readonly jobs: JobsDriver & Required<Pick<JobsDriver, 'events'>>
  readonly models: Kept<FineTunedModel> & Required<Pick<Kept<FineTunedModel>, 'delete'>>
  readonly deployments: NonNullable<Driver['deployments']>
  chat: NonNullable<Driver['chat']>
}

export function bedrock(settings: BedrockSettings): BedrockDriver {
  const { client, runtime, bucket, account, region } = settings
  return {
    spi: 1,
    provider: 'bedrock',
    scope: `${account}/${region}`,
    capabilities: bedrockCapabilities,
    options: { job: strict('bedrock', jobSchema), deployment: strict('bedrock', z.strictObject({})) },
    datasets: s3Datasets(bucket),
    jobs: bedrockJobs(settings),
    models: models(client),
    deployments: deployments(client),
    chat(target, request, permit, { signal }) {
      assertPermit(permit, { purpose: 'chat' })
      return bedrockChat(runtime, target, request, signal)
    },
    offering: ({ operation }) => ({
      id: `bedrock/${region}/${operation === 'train' ? 'customization' : 'custom-model'}`,
      title: `Amazon Bedrock, ${region}`,
      egress: 'provider',
    }),
    classify,
    async close() {
      client.destroy()
      runtime.destroy()
      bucket.s3.destroy()
    },
  }
}

function models(client: BedrockClient): BedrockDriver['models'] {
  const get = async (id: string, abortSignal: AbortSignal) => {
    const raw = await client.send(new GetCustomModelCommand({ modelIdentifier: id }), { abortSignal })
    return toModel(id, raw)
  }
  return {
    get: (id, { signal }) => get(id, signal),
    async list({ limit, after }, { signal: abortSignal }) {
      const order = { sortBy: 'CreationTime', sortOrder: 'Descending' } as const
      const query = { ...order, isOwned: true, maxResults: limit, nextToken: after }
      const page = await client.send(new ListCustomModelsCommand(query), { abortSignal })
      const items = (page.modelSummaries ?? []).flatMap((raw) =>
        raw.modelArn === undefined ? [] : [toModel(raw.modelArn, raw)],
      )
      return { items, ...present({ next: page.nextToken }) }
    },
    async delete(id, context) {
      const { signal: abortSignal } = context
      await client.send(new DeleteCustomModelCommand({ modelIdentifier: id }), { abortSignal })
      await context.until(() =>
        get(id, abortSignal).then(
          () => undefined,
          (error: unknown) => isMissing(error) || Promise.reject(error),
        ),
      )
    },
  }
}

type ModelRaw = Pick<GetCustomModelCommandOutput, 'modelArn' | 'baseModelArn' | 'creationTime'>

function toModel(id: string, raw: ModelRaw): FineTunedModel<ModelRaw> {
  return present({ id, baseModel: modelIdOf(raw.baseModelArn), createdAt: raw.creationTime, raw })
}
