/** Azure OpenAI: the v1 API for files, jobs and chat, the dated API for Uploads, Azure Resource Manager for deployments. */
import {
  assertPermit,
  type Capabilities,
  type DatasetsDriver,
  type Driver,
  type FineTunedModel,
  type Job,
  type JobsDriver,
  type JobStatus,
  type Kept,
  type StagedDataset,
} from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { classify, deployments } from './azure-deployments.ts'
import {
  type AzureDeploymentOptions,
  type AzureJobOptions,
  type AzureSettings,
  deploymentSchema,
  jobSchema,
  KEY,
  TUNED,
} from './azure-options.ts'
import {
  abandonUpload,
  answer,
  events,
  mayHaveCompleted,
  toDataset,
  toJob,
  toMethod,
  upload,
} from './openai-compatible.ts'
import { date, present, strict } from './shared.ts'

const HYPERPARAMETERS = {
  epochs: { minimum: 1, integer: true },
  batchSize: { minimum: 1, integer: true },
  learningRateMultiplier: { exclusiveMinimum: 0 },
} as const
const PREFERENCE = { ...HYPERPARAMETERS, beta: { exclusiveMinimum: 0, maximum: 2 } } as const

export const azureCapabilities = {
  methods: {
    supervised: { format: 'openai-chat', hyperparameters: HYPERPARAMETERS },
    preference: { format: 'openai-preference', hyperparameters: PREFERENCE },
  },
  fields: {
    validation: {},
    suffix: { maximumLength: 40, pattern: '[A-Za-z0-9_-]*' },
    seed: { integer: true },
    // The v1 schema has the field; that the service keeps it was not seen.
    metadata: { maximumPairs: 15, key: { maximumLength: 64 }, value: { maximumLength: 512 } },
  },
  chatSettings: ['maxTokens', 'temperature', 'seed'],
  baseModels: { exhaustive: false, known: { 'gpt-4.1-mini-2025-04-14': {} } },
} as const satisfies Capabilities

/** The service adds to the SDK's job what the SDK does not know. */
export type AzureJob = OpenAI.FineTuning.FineTuningJob & { readonly trainingType?: string }

export interface AzureDriver extends Driver {
  readonly provider: 'azure'
  readonly capabilities: typeof azureCapabilities
  readonly '~types'?: {
    readonly raw: AzureJob
    readonly options: AzureJobOptions
    readonly deploymentOptions: AzureDeploymentOptions
  }
  readonly jobs: JobsDriver & Required<Pick<JobsDriver, 'pause' | 'resume' | 'events'>>
  readonly models: Kept<FineTunedModel>
  readonly deployments: NonNullable<Driver['deployments']>
  chat: NonNullable<Driver['chat']>
}

export function azure(settings: AzureSettings): AzureDriver {
  const { v1, account, region, trainingType } = settings
  return {
    spi: 1,
    provider: 'azure',
    scope: account,
    capabilities: azureCapabilities,
    options: { job: strict('azure', jobSchema), deployment: strict('azure', deploymentSchema) },
    datasets: datasets(settings),
    jobs: jobs(settings),
    models: models(v1),
    deployments: deployments(settings),
    chat(target, request, permit, { signal }) {
      assertPermit(permit, { purpose: 'chat' })
      return answer(v1, target, request, signal)
    },
    offering({ operation, providerOptions }) {
      // As `options.job` or `options.deployment` returned them.
      const chosen = providerOptions as AzureJobOptions & Partial<AzureDeploymentOptions>
      const tier = operation === 'train' ? (chosen.trainingType ?? trainingType) : (chosen.sku ?? 'unknown')
      return { id: `azure/${region}/${operation}/${tier}`, title: `Azure OpenAI, ${tier}`, egress: 'provider' }
    },
    classify,
  }
}

const FILE_STATUSES: Record<
  OpenAI.FileObject['status'] | 'pending' | 'running' | 'deleting' | 'deleted',
  StagedDataset['status']
> = {
  uploaded: 'processing',
  pending: 'processing',
  running: 'processing',
  processed: 'ready',
  error: 'failed',
  deleting: 'unknown',
  deleted: 'unknown',
}

function datasets({ v1, dated }: AzureSettings): DatasetsDriver {
  // One page: the answer has no `has_more`, so that the SDK's own paging would read the same page for ever.
  const all = async (signal: AbortSignal) => (await v1.files.list({ purpose: 'fine-tune' }, { signal })).data
  return {
    create(file, attempt, permit, context) {
      assertPermit(permit, { purpose: 'stage', sha256: file.sha256 })
      return upload(dated, file, attempt, context)
    },
    async find(file, attempt, { signal }) {
      if (!mayHaveCompleted(attempt)) return { state: 'absent' }
      const made = (await all(signal)).find(({ filename }) => filename === file.name)
      return made ? { state: 'found', value: toDataset(made, FILE_STATUSES) } : { state: 'unsure', candidates: [] }
    },
    get: async (id, { signal }) => toDataset(await v1.files.retrieve(id, { signal }), FILE_STATUSES),
    list: async (_query, { signal }) => ({ items: (await all(signal)).map((file) => toDataset(file, FILE_STATUSES)) }),
    delete: async (id, { signal }) => void (await v1.files.delete(id, { signal })),
    abandon: (_file, attempt, context) => abandonUpload(dated, attempt, context),
  }
}

/** OpenAI's union, which the v1 schema repeats, and the words the service sends. */
const STATUSES: Record<AzureJob['status'] | 'created' | 'pending' | 'pausing' | 'paused' | 'resuming', JobStatus> = {
  created: 'queued',
  pending: 'queued',
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

function jobs({ v1, trainingType }: AzureSettings): AzureDriver['jobs'] {
  const { jobs: api } = v1.fineTuning
  return {
    async create(spec, { key }, { signal }) {
      const chosen = spec.providerOptions as AzureJobOptions // as `options.job` returned it
      const body: OpenAI.FineTuning.JobCreateParams & { trainingType: string } = {
        model: spec.baseModel,
        training_file: spec.training,
        trainingType: chosen.trainingType ?? trainingType,
        metadata: { ...spec.metadata, [KEY]: key },
        method: toMethod(spec),
        ...present({ validation_file: spec.validation, suffix: spec.suffix, seed: spec.seed }),
      }
      return toJob(await api.create(body, { signal }), STATUSES)
    },
    async find(spec, { key, since }, { signal }) {
      const ours: Job[] = []
      // No filter here, and the order is not promised; a resource has a hundred jobs at most.
      for await (const job of api.list({ limit: 100 }, { signal })) {
        if (job.metadata?.[KEY] === key) return { state: 'found', value: toJob(job, STATUSES) }
        // Where metadata is not kept: the file was staged for this run alone.
        const otherAttempt = job.metadata?.[KEY] !== undefined
        const recent = job.created_at * 1000 >= since.getTime()
        if (job.training_file === spec.training && recent && !otherAttempt) ours.push(toJob(job, STATUSES))
      }
      const [only, ...more] = ours
      if (only !== undefined && more.length === 0) return { state: 'found', value: only }
      return { state: 'unsure', candidates: ours.map(({ id, createdAt }) => present({ id, createdAt })) }
    },
    get: async (id, { signal }) => toJob(await api.retrieve(id, { signal }), STATUSES),
    async list({ limit, after }, { signal }) {
      const page = await api.list(present({ limit, after }), { signal })
      const next = page.has_more ? page.data.at(-1)?.id : undefined
      return { items: page.data.map((job) => toJob(job, STATUSES)), ...present({ next }) }
    },
    cancel: async (id, { signal }) => void (await api.cancel(id, { signal })),
    pause: async (id, { signal }) => void (await api.pause(id, { signal })),
    resume: async (id, { signal }) => void (await api.resume(id, { signal })),
    events: (id, cursor, { signal }) => events(v1, id, cursor, signal),
  }
}

/** No `delete`: neither schema has one. */
function models(client: OpenAI): Kept<FineTunedModel> {
  const toModel = (model: OpenAI.Model): FineTunedModel =>
    present({
      id: model.id,
      baseModel: model.id.includes('.ft-') ? model.id.split('.ft-')[0] : undefined,
      createdAt: date(model.created),
      raw: model,
    })
  return {
    get: async (id, { signal }) => toModel(await client.models.retrieve(id, { signal })),
    async list(_query, { signal }) {
      const { data } = await client.models.list({ signal })
      return { items: data.filter(({ id }) => TUNED.test(id)).map(toModel) }
    },
  }
}
