/** Google Vertex AI: tuning jobs. The service deploys a tuned model by itself, checkpoints too. */
import {
  assertPermit,
  type Attempt,
  type Capabilities,
  type Driver,
  type FineTunedModel,
  type Job,
  type JobEvent,
  type JobsDriver,
  type JobSpec,
  type JobStatus,
  type Kept,
} from '@anytune/core/driver'
import { z } from 'zod'
import { type Bucket, gcsDatasets } from './gcs-datasets.ts'
import { call, classify, type Google, queryOf } from './google.ts'
import { formatToCome, present, strict, word } from './shared.ts'
import { deployments, models, vertexChat } from './vertex-serving.ts'
import { type Location, urlOf } from './vertex-location.ts'

type JobState =
  | 'JOB_STATE_UNSPECIFIED'
  | 'JOB_STATE_QUEUED'
  | 'JOB_STATE_PENDING'
  | 'JOB_STATE_RUNNING'
  | 'JOB_STATE_SUCCEEDED'
  | 'JOB_STATE_FAILED'
  | 'JOB_STATE_CANCELLING'
  | 'JOB_STATE_CANCELLED'
  | 'JOB_STATE_PAUSED'
  | 'JOB_STATE_EXPIRED'
  | 'JOB_STATE_UPDATING'
  | 'JOB_STATE_PARTIALLY_SUCCEEDED'
type TuningState =
  | 'TUNING_JOB_STATE_UNSPECIFIED'
  | 'TUNING_JOB_STATE_WAITING_FOR_QUOTA'
  | 'TUNING_JOB_STATE_PROCESSING_DATASET'
  | 'TUNING_JOB_STATE_WAITING_FOR_CAPACITY'
  | 'TUNING_JOB_STATE_TUNING'
  | 'TUNING_JOB_STATE_POST_PROCESSING'

const ADAPTER_SIZES = {
  1: 'ADAPTER_SIZE_ONE',
  2: 'ADAPTER_SIZE_TWO',
  4: 'ADAPTER_SIZE_FOUR',
  8: 'ADAPTER_SIZE_EIGHT',
  16: 'ADAPTER_SIZE_SIXTEEN',
  32: 'ADAPTER_SIZE_THIRTY_TWO',
} as const

interface TuningSpec {
  readonly trainingDatasetUri?: string
  readonly validationDatasetUri?: string
  readonly exportLastCheckpointOnly?: boolean
  readonly hyperParameters?: {
    /** int64 travels as a string. */
    readonly epochCount?: string
    readonly learningRateMultiplier?: number
    readonly adapterSize?: (typeof ADAPTER_SIZES)[keyof typeof ADAPTER_SIZES]
    readonly beta?: number
    readonly learningRate?: number
    readonly batchSize?: string
  }
}

/** `GoogleCloudAiplatformV1beta1TuningJob`, as far as it is read here. */
export interface TuningJob {
  readonly name?: string
  readonly baseModel?: string
  readonly preTunedModel?: { readonly tunedModelName?: string; readonly baseModel?: string }
  readonly supervisedTuningSpec?: TuningSpec
  readonly preferenceOptimizationSpec?: TuningSpec
  readonly tunedModelDisplayName?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly serviceAccount?: string
  readonly encryptionSpec?: { readonly kmsKeyName: string }
  readonly state?: JobState
  readonly tuningJobState?: TuningState
  readonly tuningJobMetadata?: { readonly completedEpochCount?: string; readonly completedStepCount?: string }
  readonly createTime?: string
  readonly startTime?: string
  readonly endTime?: string
  readonly updateTime?: string
  readonly error?: { readonly code?: number; readonly message?: string }
  readonly tunedModel?: {
    readonly model?: string
    readonly endpoint?: string
    readonly checkpoints?: readonly {
      readonly checkpointId?: string
      readonly step?: string
      readonly endpoint?: string
    }[]
  }
}

const NUMBERS = {
  epochs: { minimum: 1, integer: true },
  learningRateMultiplier: { exclusiveMinimum: 0 },
  loraRank: { oneOf: [1, 2, 4, 8, 16, 32] },
} as const
const OPEN_MODELS = {
  ...NUMBERS,
  learningRate: { exclusiveMinimum: 0 },
  batchSize: { minimum: 1, integer: true },
} as const
const GEMINI = { ...NUMBERS, loraRank: { oneOf: [1, 2, 4, 8, 16] } } as const

export const vertexCapabilities = {
  methods: {
    supervised: { format: formatToCome('gemini-chat'), hyperparameters: OPEN_MODELS },
    preference: {
      format: formatToCome('gemini-preference'),
      hyperparameters: { ...NUMBERS, beta: { exclusiveMinimum: 0 } },
    },
  },
  fields: {
    validation: {},
    suffix: { maximumLength: 128 },
    metadata: {
      maximumPairs: 63,
      key: { maximumLength: 63, pattern: '[a-z][a-z0-9_-]*' },
      value: { maximumLength: 63, pattern: '[a-z0-9_-]*' },
    },
  },
  chatSettings: ['maxTokens', 'temperature', 'seed'],
  baseModels: {
    exhaustive: false,
    known: {
      'gemini-3.5-flash': { methods: { supervised: { hyperparameters: GEMINI } } },
      'gemini-2.5-flash': { methods: { supervised: { hyperparameters: GEMINI }, preference: {} } },
    },
  },
} as const satisfies Capabilities

const jobSchema = z.strictObject({
  exportLastCheckpointOnly: z.boolean().optional(),
  serviceAccount: z.string().optional(),
})
export type VertexOptions = z.infer<typeof jobSchema>

export interface VertexDriver extends Driver {
  readonly provider: 'vertex'
  readonly capabilities: typeof vertexCapabilities
  readonly '~types'?: { readonly raw: TuningJob; readonly options: VertexOptions }
  readonly jobs: JobsDriver & Required<Pick<JobsDriver, 'events'>>
  readonly models: Kept<FineTunedModel> & Required<Pick<Kept<FineTunedModel>, 'delete'>>
  readonly deployments: NonNullable<Driver['deployments']>
  chat: NonNullable<Driver['chat']>
}

export interface VertexSettings extends Location {
  readonly google: Google
  readonly bucket: Bucket
  readonly kmsKeyName?: string
}

export function vertex(settings: VertexSettings): VertexDriver {
  const { google, bucket, project, location, servingLocation } = settings
  return {
    spi: 1,
    provider: 'vertex',
    scope: `${project}/${location}`,
    capabilities: vertexCapabilities,
    options: { job: strict('vertex', jobSchema), deployment: strict('vertex', z.strictObject({})) },
    datasets: gcsDatasets(bucket),
    jobs: jobs(settings),
    models: models(settings),
    deployments: deployments(settings),
    chat(target, request, permit, { signal }) {
      assertPermit(permit, { purpose: 'chat' })
      return vertexChat(google, target, request, signal)
    },
    offering: ({ operation }) => ({
      // Newer models are tuned in one region and served from a whole continent's.
      id: `vertex/${operation === 'train' ? location : servingLocation}/${operation}`,
      title: 'Google Vertex AI',
      egress: 'provider',
    }),
    classify,
  }
}

const KEY = 'anytune'

function jobs(settings: VertexSettings): VertexDriver['jobs'] {
  const { google, project, location } = settings
  const all = urlOf(`projects/${project}/locations/${location}/tuningJobs`)
  const page = (query: Readonly<Record<string, string | undefined>>, signal: AbortSignal) => {
    const url = all + queryOf(query)
    return call<{ tuningJobs?: TuningJob[]; nextPageToken?: string }>(google, 'GET', url, signal)
  }
  const get = (id: string, signal: AbortSignal) => call<TuningJob>(google, 'GET', urlOf(id), signal)
  return {
    async create(spec, attempt, { signal }) {
      const { name } = await call<TuningJob>(google, 'POST', all, signal, toRequest(settings, spec, attempt))
      if (name === undefined) throw new Error('Vertex accepted the job and did not name it')
      return { id: name }
    },
    async find(_spec, { key }, { signal }) {
      let pageToken: string | undefined
      do {
        // Neither an order nor a filter by label is promised for tuning jobs.
        const { tuningJobs = [], nextPageToken } = await page({ pageSize: '100', pageToken }, signal)
        const raw = tuningJobs.find(({ labels }) => labels?.[KEY] === key)
        if (raw?.name !== undefined) return { state: 'found', value: toJob(raw.name, raw) }
        pageToken = nextPageToken
      } while (pageToken)
      return { state: 'unsure', candidates: [] }
    },
    get: async (id, { signal }) => toJob(id, await get(id, signal)),
    async list({ limit, after }, { signal }) {
      const answer = await page({ pageSize: String(limit), pageToken: after }, signal)
      const items = (answer.tuningJobs ?? []).flatMap((raw) => (raw.name ? [toJob(raw.name, raw)] : []))
      return { items, ...present({ next: answer.nextPageToken || undefined }) }
    },
    cancel: (id, { signal }) => call<void>(google, 'POST', `${urlOf(id)}:cancel`, signal, {}),
    async events(id, cursor, { signal }) {
      const seen = new Set<unknown>(z.array(z.string()).parse(cursor === undefined ? [] : JSON.parse(cursor)))
      const told = toEvents(await get(id, signal))
      const next = JSON.stringify(told.map((event) => event.id))
      return { events: told.filter((event) => !seen.has(event.id)), cursor: next }
    },
  }
}

function toRequest(settings: VertexSettings, spec: JobSpec, { key }: Attempt): TuningJob {
  const { serviceAccount, exportLastCheckpointOnly } = spec.providerOptions as VertexOptions // as `options.job` returned it
  const { epochs, loraRank, batchSize, learningRate, learningRateMultiplier, beta } = spec.hyperparameters
  const hyperParameters = present({
    epochCount: epochs?.toString(),
    batchSize: batchSize?.toString(),
    // `oneOf` has let no other number through.
    adapterSize: loraRank === undefined ? undefined : ADAPTER_SIZES[loraRank as keyof typeof ADAPTER_SIZES],
    learningRate,
    learningRateMultiplier,
    beta,
  })
  const tuning: TuningSpec = present({
    trainingDatasetUri: spec.training,
    validationDatasetUri: spec.validation,
    exportLastCheckpointOnly,
    hyperParameters,
  })
  const { kmsKeyName } = settings
  const tuned = spec.baseModel.startsWith('projects/')
  return {
    ...(tuned ? { preTunedModel: { tunedModelName: spec.baseModel } } : { baseModel: spec.baseModel }),
    ...(spec.method === 'preference' ? { preferenceOptimizationSpec: tuning } : { supervisedTuningSpec: tuning }),
    // The labels also go to the model and the endpoint that the job makes.
    labels: { ...spec.metadata, [KEY]: key },
    ...present({ tunedModelDisplayName: spec.suffix, serviceAccount }),
    ...(kmsKeyName !== undefined && { encryptionSpec: { kmsKeyName } }),
  }
}

const STATES: Record<JobState, JobStatus> = {
  JOB_STATE_UNSPECIFIED: 'unknown',
  JOB_STATE_QUEUED: 'queued',
  JOB_STATE_PENDING: 'queued',
  JOB_STATE_RUNNING: 'running',
  JOB_STATE_SUCCEEDED: 'succeeded',
  JOB_STATE_FAILED: 'failed',
  JOB_STATE_CANCELLING: 'cancelling',
  JOB_STATE_CANCELLED: 'cancelled',
  JOB_STATE_PAUSED: 'paused',
  JOB_STATE_EXPIRED: 'expired',
  JOB_STATE_UPDATING: 'running',
  // It has ended, and neither of our words is true of it.
  JOB_STATE_PARTIALLY_SUCCEEDED: 'unknown',
}
const TUNING_STATES: Record<TuningState, JobStatus> = {
  TUNING_JOB_STATE_UNSPECIFIED: 'running',
  TUNING_JOB_STATE_WAITING_FOR_QUOTA: 'queued',
  TUNING_JOB_STATE_PROCESSING_DATASET: 'validating',
  TUNING_JOB_STATE_WAITING_FOR_CAPACITY: 'queued',
  TUNING_JOB_STATE_TUNING: 'running',
  TUNING_JOB_STATE_POST_PROCESSING: 'running',
}

function toJob(id: string, raw: TuningJob): Job<TuningJob> {
  const { state = 'JOB_STATE_UNSPECIFIED', tuningJobState, preTunedModel, tuningJobMetadata: done, error } = raw
  const inPart = state === 'JOB_STATE_PARTIALLY_SUCCEEDED' ? raw.updateTime : undefined
  const running = state === 'JOB_STATE_RUNNING' && tuningJobState !== undefined
  return present({
    id,
    status: running ? word(TUNING_STATES, tuningJobState) : word(STATES, state),
    rawStatus: running ? `${state}, ${tuningJobState}` : state,
    baseModel: raw.baseModel ?? preTunedModel?.baseModel ?? preTunedModel?.tunedModelName,
    createdAt: time(raw.createTime),
    startedAt: time(raw.startTime),
    finishedAt: time(raw.endTime ?? inPart),
    model: state === 'JOB_STATE_SUCCEEDED' ? raw.tunedModel?.model : undefined,
    failure:
      error?.message === undefined
        ? undefined
        : { message: error.message, ...present({ code: error.code?.toString() }) },
    progress: done && present({ epoch: int64(done.completedEpochCount), step: int64(done.completedStepCount) }),
    raw,
  })
}

/** The vendor tells checkpoints only; their time is the job's last change, at which they were made known. */
function toEvents({ tunedModel, updateTime }: TuningJob): readonly JobEvent[] {
  const at = time(updateTime)
  if (at === undefined) return []
  return (tunedModel?.checkpoints ?? []).flatMap(({ checkpointId, step: count, endpoint: model }) => {
    const step = int64(count)
    if (checkpointId === undefined || step === undefined || model === undefined) return []
    return [{ id: `checkpoint-${checkpointId}`, at, type: 'checkpoint', step, model } as const]
  })
}

function time(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text)
}

function int64(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
