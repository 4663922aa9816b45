import { randomUUID } from 'node:crypto'
import { EmulatorError } from '../errors.ts'
import type { VendorContext } from '../server/service.ts'
import { checkShape, choice, either, list, number, object, optional, text, whole } from '../server/shape.ts'
import type { Life, LifeEntry, LifeView } from '../training/life.ts'
import type { AzureAccount } from './account.ts'
import { BASE_MODELS } from './base-models.ts'
import { SKUS, type Deployment, type DeploymentSku } from './deployments.ts'
import type { AzureFile } from './files.ts'
import type { AzureJob } from './jobs.ts'
import { modelOf } from './models.ts'

/** What an account can be filled with, past every limit; all of it is `daysAgo` old, where it does not say otherwise. */
export interface AzureSeed {
  /** Files for fine-tuning that no job has used. */
  readonly files?: number
  /** Jobs that succeeded, each with a tuned model; their files are gone. The base models take turns. */
  readonly models?: number
  readonly failedJobs?: number
  /** Deployments of the account's tuned models, which take turns. */
  readonly deployments?: number | readonly SeededDeployment[]
  readonly daysAgo?: number
}

export interface SeededDeployment {
  readonly name?: string
  /** A tuned model of the account. */
  readonly model?: string
  /** Default `Standard`. */
  readonly sku?: DeploymentSku
  readonly capacity?: number
  readonly daysAgo?: number
  /** When chat was last asked of it; never, when it is left out. */
  readonly lastUsedDaysAgo?: number
}

/** Fills an account without requests; what cannot be is an `EmulatorError`. Gives the ids that were made, by kind. */
export function seedAccount(
  account: AzureAccount,
  given: Readonly<Record<string, unknown>>,
  { clock }: Pick<VendorContext, 'clock'>,
): Readonly<Record<string, readonly string[]>> {
  const seed = parseSeed(given)
  const now = clock.now()
  const createdAt = now - (seed.daysAgo ?? 1) * DAY
  const files = times(seed.files, (index) => seedFile(createdAt, index))
  for (const file of files) account.files.add(file.id, file)
  const succeeded = times(seed.models, (index) => seedJob(createdAt, index, 'succeeded'))
  const failed = times(seed.failedJobs, (index) => seedJob(createdAt, index, 'failed'))
  for (const job of [...succeeded, ...failed]) account.jobs.add(job.id, job)
  const wanted = typeof seed.deployments === 'number' ? times(seed.deployments, () => ({})) : (seed.deployments ?? [])
  const deployments = wanted.map((one, index) => seedDeployment(account, one, index, createdAt, now))
  for (const deployment of deployments) account.deployments.add(deployment.name.toLowerCase(), deployment)
  return {
    files: files.map(({ id }) => id),
    models: succeeded.map(({ modelId }) => modelId),
    jobs: [...succeeded, ...failed].map(({ id }) => id),
    deployments: deployments.map(({ name }) => name),
  }
}

const DAY = 24 * 60 * 60 * 1000
const count = optional(whole({ minimum: 0 }))
const days = optional(number({ minimum: 0 }))

const SEED = object({
  files: count,
  models: count,
  failedJobs: count,
  daysAgo: days,
  deployments: optional(
    either(
      whole({ minimum: 0 }),
      list(
        object({
          name: optional(text({ minimum: 2 })),
          model: optional(text()),
          sku: optional(choice(...SKUS)),
          capacity: optional(whole({ minimum: 1 })),
          daysAgo: days,
          lastUsedDaysAgo: days,
        }),
      ),
    ),
  ),
})

function parseSeed(given: unknown): AzureSeed {
  const violation = checkShape(SEED, given)
  if (violation === undefined) return given as AzureSeed // the shape says so
  const { path, rule, expected } = violation
  throw new EmulatorError(rule === 'unknown' ? `Azure cannot be seeded with "${path}"` : `${path} must be ${expected}`)
}

function seedFile(createdAt: number, index: number): AzureFile {
  const line = JSON.stringify({
    messages: [
      { role: 'user', content: 'ping' },
      { role: 'assistant', content: 'pong' },
    ],
  })
  return {
    id: `file-${hex()}`,
    filename: `seeded-${index + 1}.jsonl`,
    purpose: 'fine-tune',
    content: Buffer.from(`${line}\n`.repeat(10)),
    createdAt,
    expiresAt: undefined,
    processedAt: createdAt,
    problem: undefined,
  }
}

function seedJob(createdAt: number, index: number, end: 'succeeded' | 'failed'): AzureJob {
  const base = BASE_MODELS[index % BASE_MODELS.length] ?? BASE_MODELS[0]
  if (base === undefined) throw new Error('there are no base models')
  return {
    id: `ftjob-${hex()}`,
    createdAt,
    base,
    model: base.id,
    modelId: `${base.id}.ft-${hex()}`,
    trainingType: 'GlobalStandard',
    method: base.methods[0] ?? 'supervised',
    methodOptions: {},
    hyperparameters: {},
    seed: index,
    suffix: null,
    trainingFile: `file-${hex()}`,
    validationFile: null,
    integrations: null,
    metadata: null,
    life: pastLife(createdAt, end),
    pausingMilliseconds: 0,
    resultFile: undefined,
  }
}

/** A life of one step that is over. */
function pastLife(at: number, end: 'succeeded' | 'failed'): Life {
  const settings = { epochs: 1, batchSize: 1, learningRateMultiplier: 1, totalSteps: 1 }
  const entries: readonly LifeEntry[] = [
    { at, type: 'phase', phase: 'validating', from: undefined },
    { at, type: 'phase', phase: 'queued', from: 'validating' },
    { at, type: 'phase', phase: 'running', from: 'queued' },
    { at, type: 'settings', settings },
    { at, type: 'step', step: 1, totalSteps: 1, trainLoss: 1 },
    { at, type: 'phase', phase: end, from: 'running' },
  ]
  const view: LifeView = {
    phase: end,
    entries,
    settings,
    finishedAt: at,
    ...(end === 'succeeded' ? { model: {}, trainedTokens: 100 } : { failure: { reason: 'failed' as const } }),
  }
  return { look: () => view, cancel: () => false, pause: () => false, resume: () => false }
}

function seedDeployment(
  account: AzureAccount,
  wanted: SeededDeployment,
  index: number,
  defaultCreatedAt: number,
  now: number,
): Deployment {
  const jobs = account.jobs.all().filter((job) => modelOf(job) !== undefined)
  const job =
    wanted.model === undefined
      ? jobs[index % Math.max(1, jobs.length)]
      : jobs.find((one) => one.modelId === wanted.model)
  const model = job === undefined ? undefined : modelOf(job)
  if (model === undefined) throw new EmulatorError('deployments need a tuned model of the account; seed models as well')
  const { name = `seeded-${hex().slice(0, 8)}`, sku = 'Standard', capacity = 1, daysAgo, lastUsedDaysAgo } = wanted
  const createdAt = daysAgo === undefined ? defaultCreatedAt : now - daysAgo * DAY
  return {
    name,
    createdAt,
    choice: {
      sku: { name: sku, capacity },
      model: { format: 'OpenAI', name: model.id, version: '1' },
      tags: undefined,
      others: {},
    },
    serves: { base: model.base, tuned: true, artifact: model.artifact },
    changedAt: createdAt,
    settlesAt: createdAt,
    answersAt: createdAt,
    failure: undefined,
    paused: false,
    goneAt: undefined,
    calls: lastUsedDaysAgo === undefined ? [] : [now - lastUsedDaysAgo * DAY],
  }
}

function times<Item>(amount: number | undefined, make: (index: number) => Item): readonly Item[] {
  return Array.from({ length: amount ?? 0 }, (_, index) => make(index))
}

function hex(): string {
  return randomUUID().replaceAll('-', '')
}
