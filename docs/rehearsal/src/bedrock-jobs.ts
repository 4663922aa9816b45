/** Model customization jobs. Events are made of the phases' times and of the metrics file; the vendor has none. */
import type { Attempt, EventPage, Job, JobEvent, JobsDriver, JobSpec, JobStatus } from '@anytune/core/driver'
import {
  CreateModelCustomizationJobCommand,
  type CreateModelCustomizationJobCommandInput,
  GetModelCustomizationJobCommand,
  type GetModelCustomizationJobCommandOutput,
  type JobStatusDetails,
  ListModelCustomizationJobsCommand,
  type ModelCustomizationJobStatus,
  type ModelCustomizationJobSummary,
  StopModelCustomizationJobCommand,
} from '@aws-sdk/client-bedrock'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { z } from 'zod'
import { isMissing } from './bedrock-errors.ts'
import { type BedrockSettings, modelIdOf } from './bedrock-settings.ts'
import { present, word } from './shared.ts'

type Detailed = GetModelCustomizationJobCommandOutput
/** Lists give summaries. */
export type BedrockJob = Detailed | ModelCustomizationJobSummary

export const jobSchema = z.strictObject({
  learningRateWarmupSteps: z.int().optional(),
  earlyStoppingPatience: z.int().optional(),
  earlyStoppingThreshold: z.number().optional(),
  vpc: z.strictObject({ subnetIds: z.array(z.string()), securityGroupIds: z.array(z.string()) }).optional(),
})
export type BedrockJobOptions = z.infer<typeof jobSchema>

export function bedrockJobs(settings: BedrockSettings): JobsDriver & Required<Pick<JobsDriver, 'events'>> {
  const { client } = settings
  const get = (jobIdentifier: string, abortSignal: AbortSignal) =>
    client.send(new GetModelCustomizationJobCommand({ jobIdentifier }), { abortSignal })
  return {
    async create(spec, attempt, { signal: abortSignal }) {
      const request = toRequest(settings, spec, attempt)
      const { jobArn } = await client.send(new CreateModelCustomizationJobCommand(request), { abortSignal })
      if (jobArn === undefined) throw new Error('Bedrock accepted the job and did not name it')
      return { id: jobArn }
    },
    async find(_spec, { key }, { signal }) {
      try {
        // The name is the attempt's.
        const raw = await get(key, signal)
        return { state: 'found', value: toJob(raw.jobArn ?? key, raw) }
      } catch (error) {
        // The token is too: "completes no more than one time".
        if (isMissing(error)) return { state: 'absent' }
        throw error
      }
    },
    get: async (id, { signal }) => toJob(id, await get(id, signal)),
    async list({ limit, after }, { signal: abortSignal }) {
      const order = { sortBy: 'CreationTime', sortOrder: 'Descending' } as const
      const query = { ...order, maxResults: limit, nextToken: after }
      const page = await client.send(new ListModelCustomizationJobsCommand(query), { abortSignal })
      const items = (page.modelCustomizationJobSummaries ?? []).flatMap((raw) =>
        raw.jobArn === undefined ? [] : [toJob(raw.jobArn, raw)],
      )
      return { items, ...present({ next: page.nextToken }) }
    },
    async cancel(id, { signal: abortSignal }) {
      await client.send(new StopModelCustomizationJobCommand({ jobIdentifier: id }), { abortSignal })
    },
    events: async (id, cursor, { signal }) => events(settings, await get(id, signal), cursor, signal),
  }
}

function toRequest(
  settings: BedrockSettings,
  spec: JobSpec,
  { key }: Attempt,
): CreateModelCustomizationJobCommandInput {
  const { vpc, ...numbers } = spec.providerOptions as BedrockJobOptions // as `options.job` returned it
  const { epochs, batchSize, learningRate, learningRateMultiplier } = spec.hyperparameters
  const all = { epochCount: epochs, batchSize, learningRate, learningRateMultiplier, ...numbers }
  return {
    jobName: key,
    clientRequestToken: key,
    customModelName: key,
    roleArn: settings.roleArn,
    baseModelIdentifier: spec.baseModel,
    customizationType: 'FINE_TUNING',
    trainingDataConfig: { s3Uri: spec.training },
    validationDataConfig: spec.validation === undefined ? undefined : { validators: [{ s3Uri: spec.validation }] },
    outputDataConfig: { s3Uri: settings.outputUri },
    // The map is of strings.
    hyperParameters: Object.fromEntries(Object.entries(present(all)).map(([name, value]) => [name, String(value)])),
    customModelKmsKeyId: settings.modelKmsKeyId,
    vpcConfig: vpc,
    jobTags: Object.entries({ ...spec.metadata, anytune: key }).map(([name, value]) => ({ key: name, value })),
  }
}

const STATUSES: Record<ModelCustomizationJobStatus, JobStatus> = {
  InProgress: 'running',
  Completed: 'succeeded',
  Failed: 'failed',
  Stopping: 'cancelling',
  Stopped: 'cancelled',
}

/** What `InProgress` is, by how far the training itself is: a job may stand for days before it begins. */
const TRAINING: Record<JobStatusDetails, JobStatus> = {
  NotStarted: 'queued',
  InProgress: 'running',
  Completed: 'running',
  Failed: 'running',
  Stopping: 'cancelling',
  Stopped: 'cancelling',
}

function toJob(id: string, raw: BedrockJob): Job<BedrockJob> {
  const { status, statusDetails, baseModelArn, creationTime: createdAt, endTime: finishedAt } = raw
  const { validationDetails, trainingDetails } = statusDetails ?? {}
  const failure = 'failureMessage' in raw ? raw.failureMessage : undefined
  const model = 'outputModelArn' in raw ? raw.outputModelArn : 'customModelArn' in raw ? raw.customModelArn : undefined
  const phase =
    validationDetails?.status === 'InProgress' ? 'validating' : word(TRAINING, trainingDetails?.status ?? '')
  const inProgress = trainingDetails?.status === undefined ? 'running' : phase
  return present({
    id,
    status: status === 'InProgress' ? inProgress : word(STATUSES, status ?? ''),
    rawStatus: status ?? '',
    baseModel: modelIdOf(baseModelArn),
    createdAt,
    startedAt: trainingDetails?.creationTime,
    finishedAt,
    // The name is there from the start; the model only when the job completed.
    model: status === 'Completed' ? model : undefined,
    failure: failure === undefined ? undefined : { message: failure },
    raw,
  })
}

const cursorSchema = z.object({ phases: z.array(z.string()), metrics: z.boolean() })

async function events(
  settings: BedrockSettings,
  job: Detailed,
  cursor: string | undefined,
  abortSignal: AbortSignal,
): Promise<EventPage> {
  const seen = cursor === undefined ? { phases: [], metrics: false } : cursorSchema.parse(JSON.parse(cursor))
  const phases = phaseEvents(job).filter(({ id }) => !seen.phases.includes(id))
  const measured = seen.metrics || job.status !== 'Completed' ? [] : await metricEvents(settings, job, abortSignal)
  const next = { phases: [...seen.phases, ...phases.map(({ id }) => id)], metrics: seen.metrics || measured.length > 0 }
  return { events: [...phases, ...measured], cursor: JSON.stringify(next) }
}

/** Both ends of each phase can be told from any later state, so every reader is told the same. */
function phaseEvents({ statusDetails: details }: Detailed): readonly JobEvent[] {
  const phases = [
    { name: 'validation', ...details?.validationDetails },
    { name: 'data-processing', ...details?.dataProcessingDetails },
    { name: 'training', ...details?.trainingDetails },
  ]
  const told = phases.flatMap(({ name, status, creationTime, lastModifiedTime }): JobEvent[] => {
    if (status === undefined || status === 'NotStarted') return []
    const message = { type: 'message', level: status === 'Failed' ? 'error' : 'info' } as const
    const ended = status === 'Completed' || status === 'Failed' || status === 'Stopped'
    return [
      ...(creationTime ? [{ ...message, id: `${name}.begun`, at: creationTime, text: `${name} has begun` }] : []),
      ...(ended && lastModifiedTime
        ? [{ ...message, id: `${name}.ended`, at: lastModifiedTime, text: `${name}: ${status}` }]
        : []),
    ]
  })
  return told.toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

async function metricEvents(settings: BedrockSettings, job: Detailed, abortSignal: AbortSignal): Promise<JobEvent[]> {
  const { host: Bucket, pathname } = new URL(job.outputDataConfig?.s3Uri ?? settings.outputUri)
  const folder = `model-customization-job-${job.jobArn?.split('/').at(-1)}/training_artifacts`
  const Key = `${pathname.slice(1).replace(/\/?$/, '/')}${folder}/step_wise_training_metrics.csv`
  const { s3 } = settings.bucket
  const file = await s3.send(new GetObjectCommand({ Bucket, Key }), { abortSignal }).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  // The rows have no time; they were made known when the file was written.
  const at = file?.LastModified ?? job.endTime
  if (at === undefined) return []
  const [header = '', ...rows] = ((await file?.Body?.transformToString()) ?? '').trim().split(/\r?\n/)
  const names = header.split(',')
  return rows.map((row) => {
    const cells = Object.fromEntries(row.split(',').map((cell, index) => [names[index] ?? index, Number(cell)]))
    const { step_number: step = Number.NaN, epoch_number: epoch, training_loss: loss, ...others } = cells
    return { id: `step-${step}`, at, type: 'metrics', step, values: { ...others, ...present({ epoch, loss }) } }
  })
}
