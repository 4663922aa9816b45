import { z } from 'zod'

const time = z.iso.datetime()
const count = z.int().nonnegative()

/** `job.json`: what was asked for with all defaults filled in. Written once. */
const JobRecord = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  createdAt: time,
  baseModel: z.string(),
  /** Id of the dataset, with the digest that it must still have when it is read. */
  training: z.strictObject({ id: z.string(), sha256: z.string() }),
  validation: z.strictObject({ id: z.string(), sha256: z.string() }).optional(),
  hyperparameters: z.strictObject({ epochs: z.number(), batchSize: z.number(), learningRate: z.number() }),
  seed: z.number(),
  suffix: z.string().optional(),
  /** The id that the model will have. */
  model: z.string(),
})
export type JobRecord = z.infer<typeof JobRecord>

/** `launch.json`: when a runner was last asked to start. */
const LaunchRecord = z.strictObject({
  version: z.literal(1),
  at: time,
  /** The process that starts the runner. */
  starter: z.int(),
  /** The runner, once it exists. */
  runner: z.int().exactOptional(),
})
export type LaunchRecord = z.infer<typeof LaunchRecord>

/** `status.json`: the runner's own words; whether it still lives is for the lock to say. */
const StatusRecord = z.strictObject({
  version: z.literal(1),
  state: z.enum(['validating', 'running', 'succeeded', 'failed', 'cancelled']),
  at: time,
  startedAt: time,
  /** Of the last runner, for people: whether it lives, the lock tells. */
  pid: count,
  finishedAt: time.optional(),
  progress: z.strictObject({ step: count, totalSteps: count }).optional(),
  trainedTokens: count.optional(),
  /** Checkpoints written lately, with their paths in the training directory; the trainer removes old ones. */
  checkpoints: z.array(z.strictObject({ step: count, path: z.string() })).optional(),
  failure: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  /** The last checkpoint is whole, and training can go on from it once the cause is removed. */
  resumable: z.boolean().optional(),
})
export type StatusRecord = z.infer<typeof StatusRecord>

/** `cancel.json` and `pause.json`. That there is one counts, whatever it says. */
const RequestRecord = z.strictObject({ version: z.literal(1), at: time.optional() })
export type RequestRecord = z.infer<typeof RequestRecord>

/** `datasets/<id>.json`. */
const DatasetRecord = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  createdAt: time,
  format: z.string(),
  bytes: count,
  rows: count,
  sha256: z.string(),
})
export type DatasetRecord = z.infer<typeof DatasetRecord>

/** `anytune.json` in a model's directory. */
const ModelRecord = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  createdAt: time,
  job: z.string(),
  baseModel: z.string(),
})
export type ModelRecord = z.infer<typeof ModelRecord>

/** Each reads the text of its file; undefined when another program wrote or damaged it. */
export const parseJob = reader(JobRecord)
export const parseLaunch = reader(LaunchRecord)
export const parseStatus = reader(StatusRecord)
export const parseDataset = reader(DatasetRecord)
export const parseModel = reader(ModelRecord)

/** A request; undefined when there is none. */
export function parseRequest(text: string | undefined): RequestRecord | undefined {
  return text === undefined ? undefined : (reader(RequestRecord)(text) ?? { version: 1 })
}

function reader<T>(schema: z.ZodType<T>): (text: string | undefined) => T | undefined {
  return (text) => {
    if (text === undefined) return undefined
    try {
      return schema.parse(JSON.parse(text))
    } catch {
      return undefined
    }
  }
}
