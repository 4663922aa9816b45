/** OpenAI: Uploads, fine-tuning jobs, models. A tuned model answers without a deployment. */
import {
  assertPermit,
  type Capabilities,
  type DatasetsDriver,
  type Driver,
  type FineTunedModel,
  type JobsDriver,
  type JobStatus,
  type Kept,
  type StagedDataset,
} from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { z } from 'zod'
import {
  abandonUpload,
  answer,
  classifyApiError,
  events,
  mayHaveCompleted,
  toDataset,
  toJob,
  toMethod,
  upload,
} from './openai-compatible.ts'
import { date, present, strict } from './shared.ts'

const HYPERPARAMETERS = {
  epochs: { minimum: 1, maximum: 50, integer: true },
  batchSize: { minimum: 1, maximum: 256, integer: true },
  learningRateMultiplier: { exclusiveMinimum: 0 },
} as const
const PREFERENCE = { ...HYPERPARAMETERS, beta: { exclusiveMinimum: 0, maximum: 2 } } as const

/** `reinforcement` is absent: its rows need a format of their own, and no OpenAI model takes it any more. */
export const openaiCapabilities = {
  methods: {
    supervised: { format: 'openai-chat', hyperparameters: HYPERPARAMETERS },
    preference: { format: 'openai-preference', hyperparameters: PREFERENCE },
  },
  fields: {
    validation: {},
    suffix: { maximumLength: 64 },
    seed: { minimum: 0, maximum: 2_147_483_647, integer: true },
    // One of the vendor's 16 pairs carries the attempt.
    metadata: { maximumPairs: 15, key: { maximumLength: 64 }, value: { maximumLength: 512 } },
  },
  chatSettings: ['maxTokens', 'temperature', 'seed'],
  baseModels: { exhaustive: false, known: { 'gpt-4.1-mini-2025-04-14': {}, 'gpt-4o-mini-2024-07-18': {} } },
} as const satisfies Capabilities

const optionsSchema = z.strictObject({
  weightsAndBiases: z.strictObject({ project: z.string(), name: z.string().optional() }).optional(),
})
export type OpenAIOptions = z.infer<typeof optionsSchema>

export interface OpenAIDriver extends Driver {
  readonly provider: 'openai'
  readonly capabilities: typeof openaiCapabilities
  readonly '~types'?: { readonly raw: OpenAI.FineTuning.FineTuningJob; readonly options: OpenAIOptions }
  readonly jobs: JobsDriver & Required<Pick<JobsDriver, 'pause' | 'resume' | 'events'>>
  readonly models: Kept<FineTunedModel> & Required<Pick<Kept<FineTunedModel>, 'delete'>>
  chat: NonNullable<Driver['chat']>
}

/** Metadata key that carries the attempt. */
const KEY = 'anytune'

/** `client` must have been made with `maxRetries: 0`. */
export function openai(client: OpenAI, scope: string): OpenAIDriver {
  const driver: OpenAIDriver = {
    spi: 1,
    provider: 'openai',
    scope,
    capabilities: openaiCapabilities,
    options: { job: strict('openai', optionsSchema) },
    datasets: datasets(client),
    jobs: jobs(client),
    models: models(client),
    chat(target, request, permit, { signal }) {
      assertPermit(permit, { purpose: 'chat' })
      return answer(client, target, request, signal)
    },
    offering: ({ operation }) => ({
      // An unknown host makes every term unknown: the region is in the host's name.
      id: `openai/${new URL(client.baseURL).host}/${operation}`,
      title: 'OpenAI API',
      egress: 'provider',
    }),
    classify: classifyApiError,
  }
  return driver
}

const FILE_STATUSES: Record<OpenAI.FileObject['status'], StagedDataset['status']> = {
  uploaded: 'processing',
  processed: 'ready',
  error: 'failed',
}

function datasets(client: OpenAI): DatasetsDriver {
  return {
    create(file, attempt, permit, context) {
      assertPermit(permit, { purpose: 'stage', sha256: file.sha256 })
      return upload(client, file, attempt, context)
    },
    async find(file, attempt, { signal }) {
      if (!mayHaveCompleted(attempt)) return { state: 'absent' }
      const query = { purpose: 'fine-tune', order: 'desc', limit: 100 } as const
      for await (const one of client.files.list(query, { signal })) {
        if (one.filename === file.name) return { state: 'found', value: toDataset(one, FILE_STATUSES) }
        if (one.created_at * 1000 < attempt.since.getTime()) break
      }
      return { state: 'unsure', candidates: [] }
    },
    get: async (id, { signal }) => toDataset(await client.files.retrieve(id, { signal }), FILE_STATUSES),
    async list({ limit, after }, { signal }) {
      const query = present({ purpose: 'fine-tune', order: 'desc' as const, limit, after })
      const page = await client.files.list(query, { signal })
      return { items: page.data.map((file) => toDataset(file, FILE_STATUSES)), ...nextOf(page) }
    },
    delete: async (id, { signal }) => void (await client.files.delete(id, { signal })),
    abandon: (_file, attempt, context) => abandonUpload(client, attempt, context),
  }
}

/** The SDK's union, and the words the service sends beside it. */
const STATUSES: Record<OpenAI.FineTuning.FineTuningJob['status'] | 'pausing' | 'paused' | 'resuming', JobStatus> = {
  validating_files: 'validating',
  queued: 'queued',
  running: 'running',
  pausing: 'pausing',
  paused: 'paused',
  resuming: 'queued',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
}

function jobs(client: OpenAI): OpenAIDriver['jobs'] {
  const { jobs: api } = client.fineTuning
  return {
    async create(spec, { key }, { signal }) {
      // As `options.job` returned it.
      const { weightsAndBiases: wandb } = spec.providerOptions as OpenAIOptions
      const body: OpenAI.FineTuning.JobCreateParams = present({
        model: spec.baseModel,
        training_file: spec.training,
        validation_file: spec.validation,
        suffix: spec.suffix,
        seed: spec.seed,
        metadata: { ...spec.metadata, [KEY]: key },
        method: toMethod(spec),
        integrations: wandb && [{ type: 'wandb' as const, wandb: present(wandb) }],
      })
      return toJob(await api.create(body, { signal }), STATUSES)
    },
    async find(_spec, { key }, { signal }) {
      const [job] = (await api.list({ metadata: { [KEY]: key }, limit: 1 }, { signal })).data
      return job === undefined ? { state: 'unsure', candidates: [] } : { state: 'found', value: toJob(job, STATUSES) }
    },
    get: async (id, { signal }) => toJob(await api.retrieve(id, { signal }), STATUSES),
    async list({ limit, after }, { signal }) {
      const page = await api.list(present({ limit, after }), { signal })
      return { items: page.data.map((job) => toJob(job, STATUSES)), ...nextOf(page) }
    },
    cancel: async (id, { signal }) => void (await api.cancel(id, { signal })),
    pause: async (id, { signal }) => void (await api.pause(id, { signal })),
    resume: async (id, { signal }) => void (await api.resume(id, { signal })),
    events: (id, cursor, { signal }) => events(client, id, cursor, signal),
  }
}

function models(client: OpenAI): OpenAIDriver['models'] {
  const toModel = (model: OpenAI.Model): FineTunedModel =>
    present({
      id: model.id,
      // ft:<base model>:<organisation>:<suffix>:<id>
      baseModel: model.id.split(':')[1],
      createdAt: date(model.created),
      servedUntil: model.shutdown_date ? new Date(model.shutdown_date) : undefined,
      raw: model,
    })
  return {
    get: async (id, { signal }) => toModel(await client.models.retrieve(id, { signal })),
    // One page always: the vendor has no paging here, and lists its own models beside the tuned ones.
    async list(_query, { signal }) {
      const { data } = await client.models.list({ signal })
      const tuned = data.filter(({ id }) => id.startsWith('ft:'))
      return { items: tuned.toSorted((a, b) => b.created - a.created).map(toModel) }
    },
    delete: async (id, { signal }) => void (await client.models.delete(id, { signal })),
  }
}

function nextOf(page: { readonly has_more: boolean; readonly data: readonly { readonly id: string }[] }) {
  return present({ next: page.has_more ? page.data.at(-1)?.id : undefined })
}
