import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { EmulatorError } from '../errors.ts'
import { checkFile } from '../openai/data-check.ts'
import {
  checkShape,
  choice,
  either,
  list,
  map,
  number,
  object,
  openObject,
  optional,
  text,
  whole,
  type Shape,
} from '../server/shape.ts'
import type { VendorContext } from '../server/service.ts'
import { earlier, SAMPLE_ROWS, startPastLife, type PastEnd } from '../training/past-life.ts'
import type { AzureAccount } from './account.ts'
import { BASE_MODELS, findBaseModel } from './base-models.ts'
import { SKUS, type Deployment, type DeploymentSku } from './deployments.ts'
import type { AzureFile } from './files.ts'
import type { AzureJob } from './jobs.ts'
import { modelOf } from './models.ts'

/** What an account can be filled with, past every limit: how many of a kind, or each by its particulars. */
interface Seed {
  /** Files for fine-tuning that no job has used. */
  readonly files?: number | readonly SeedFile[]
  /** Jobs that succeeded, each with a tuned model, whose files are gone. */
  readonly models?: number | readonly SeedModel[]
  /** Jobs that have ended, with their files, and with a model when they succeeded. */
  readonly jobs?: number | readonly SeedJob[]
  /** Deployments of the account's tuned models, which take turns where none is named. */
  readonly deployments?: number | readonly SeedDeployment[]
}

interface SeedFile {
  readonly filename?: string
  readonly content?: string
  readonly daysAgo?: number
}

interface SeedModel {
  readonly base?: string
  readonly suffix?: string
  readonly daysAgo?: number
}

interface SeedJob extends SeedModel {
  readonly end?: PastEnd
  readonly metadata?: Readonly<Record<string, string>>
  readonly content?: string
  /** Members that the APIs show of it whatever it really is, such as a status that nobody knows. */
  readonly shownAs?: Readonly<Record<string, unknown>>
}

interface SeedDeployment {
  readonly name?: string
  /** A tuned model of the account. */
  readonly model?: string
  /** Default `Standard`. */
  readonly sku?: DeploymentSku
  readonly capacity?: number
  readonly tags?: Readonly<Record<string, string>>
  readonly daysAgo?: number
  /** When chat was last asked of it; never, when it is left out. */
  readonly lastUsedDaysAgo?: number
}

/** Fills an account without requests; what cannot be is an `EmulatorError`. Gives the ids that were made, by kind. */
export function seedAccount(
  account: AzureAccount,
  value: Readonly<Record<string, unknown>>,
  { clock }: Pick<VendorContext, 'clock'>,
): Readonly<Record<string, readonly string[]>> {
  const violation = checkShape(SEED, value)
  if (violation !== undefined) throw new EmulatorError(`seed: ${violation.path} must be ${violation.expected}`)
  const seed: Seed = value // the shape says so
  const files = each(seed.files).map((file) => seedFile(account, file, clock).id)
  const models = each(seed.models).map((model) => seedJob(account, model, `file-${hex()}`, clock))
  const jobs = each(seed.jobs).map((job) => seedJob(account, job, seedFile(account, job, clock).id, clock))
  const deployments = each(seed.deployments).map((one, index) => seedDeployment(account, one, index, clock).name)
  const made = [...models, ...jobs]
  return {
    files,
    models: made.flatMap((job) => modelOf(job)?.id ?? []),
    jobs: made.map(({ id }) => id),
    deployments,
  }
}

function each<Item extends object>(wanted: number | readonly Item[] = []): readonly Partial<Item>[] {
  return typeof wanted === 'number' ? Array.from({ length: wanted }, () => ({})) : wanted
}

function seedFile(account: AzureAccount, file: SeedFile, clock: Clock): AzureFile {
  const { filename = 'seeded.jsonl', content = SAMPLE_ROWS, daysAgo = 0 } = file
  const createdAt = earlier(clock, daysAgo).now()
  const id = `file-${hex()}`
  return account.files.add(id, {
    id,
    filename,
    purpose: 'fine-tune',
    content: Buffer.from(content),
    createdAt,
    expiresAt: undefined,
    processedAt: createdAt,
    problem: undefined,
  })
}

function seedJob(account: AzureAccount, seed: SeedJob, trainingFile: string, clock: Clock): AzureJob {
  const {
    base: id = DEFAULT_BASE,
    suffix,
    daysAgo = 0,
    end = 'succeeded',
    metadata,
    content = SAMPLE_ROWS,
    shownAs,
  } = seed
  const base = findBaseModel(id)
  if (base === undefined) throw new EmulatorError(`seed: there is no base model ${id}`)
  const method = base.methods[0] ?? 'supervised'
  const then = earlier(clock, daysAgo)
  const training = checkFile(Buffer.from(content), method, 'training_file', 0).data
  const job: AzureJob = {
    id: `ftjob-${hex()}`,
    createdAt: then.now(),
    base,
    model: base.id,
    modelId: `${base.id}.ft-${hex()}${suffix === undefined ? '' : `-${suffix}`}`,
    trainingType: 'GlobalStandard',
    method,
    methodOptions: {},
    hyperparameters: {},
    seed: 1,
    suffix: suffix ?? null,
    trainingFile,
    validationFile: null,
    integrations: null,
    metadata: metadata ?? null,
    life: startPastLife({ method, training }, end, then),
    pausingMilliseconds: 0,
    resultFile: undefined,
    ...(shownAs !== undefined && { shownAs }),
  }
  return account.jobs.add(job.id, job)
}

function seedDeployment(account: AzureAccount, wanted: SeedDeployment, index: number, clock: Clock): Deployment {
  const models = account.jobs.all().flatMap((job) => modelOf(job) ?? [])
  const model =
    wanted.model === undefined
      ? models[index % Math.max(1, models.length)]
      : models.find(({ id }) => id === wanted.model)
  if (model === undefined) throw new EmulatorError('seed: deployments need a tuned model of the account')
  const {
    name = `seeded-${hex().slice(0, 8)}`,
    sku = 'Standard',
    capacity = 1,
    tags,
    daysAgo = 0,
    lastUsedDaysAgo,
  } = wanted
  const createdAt = earlier(clock, daysAgo).now()
  return account.deployments.add(name.toLowerCase(), {
    name,
    createdAt,
    choice: {
      sku: { name: sku, capacity },
      model: { format: model.base.format, name: model.id, version: '1' },
      tags,
      others: {},
    },
    serves: { base: model.base, tuned: true, artifact: model.artifact },
    changedAt: createdAt,
    settlesAt: createdAt,
    answersAt: createdAt,
    failure: undefined,
    paused: false,
    goneAt: undefined,
    calls: lastUsedDaysAgo === undefined ? [] : [earlier(clock, lastUsedDaysAgo).now()],
  })
}

const DEFAULT_BASE = 'gpt-4.1-mini-2025-04-14'

const daysAgo = optional(number({ minimum: 0 }))
const common = {
  base: optional(choice(...BASE_MODELS.map(({ id }) => id))),
  suffix: optional(text({ minimum: 1, maximum: 64, pattern: /^[A-Za-z0-9_-]+$/ })),
  daysAgo,
}
const some = (item: Shape) => optional(either(whole({ minimum: 0, maximum: 10_000 }), list(item)))

const SEED = object({
  files: some(object({ filename: optional(text()), content: optional(text()), daysAgo })),
  models: some(object(common)),
  jobs: some(
    object({
      ...common,
      end: optional(choice('succeeded', 'failed', 'cancelled')),
      metadata: optional(map(text())),
      content: optional(text()),
      shownAs: optional(openObject({})),
    }),
  ),
  deployments: some(
    object({
      name: optional(text({ minimum: 2 })),
      model: optional(text()),
      sku: optional(choice(...SKUS)),
      capacity: optional(whole({ minimum: 1 })),
      tags: optional(map(text())),
      daysAgo,
      lastUsedDaysAgo: daysAgo,
    }),
  ),
})

function hex(): string {
  return randomUUID().replaceAll('-', '')
}
