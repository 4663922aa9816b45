import { EmulatorError } from '../errors.ts'
import type { Clock } from '../clock.ts'
import { newId } from '../server/identifiers.ts'
import {
  checkShape,
  choice,
  either,
  list,
  number,
  object,
  openObject,
  optional,
  text,
  whole,
  type Shape,
} from '../server/shape.ts'
import type { VendorContext } from '../server/service.ts'
import { earlier, SAMPLE_ROWS, startPastLife } from '../training/past-life.ts'
import type { OpenAIAccount } from './account.ts'
import { BASE_MODELS } from './base-models.ts'
import { checkFile } from './data-check.ts'
import { METADATA } from './job-request.ts'
import { storeFile, type StoredFile } from './stored-file.ts'
import { bringJobUpToDate } from './stored-job.ts'

/** What an account can be filled with: how many of a kind, or each by its particulars. */
interface Seed {
  /** Files that no job has. */
  readonly files?: number | readonly SeedFile[]
  /** Tuned models whose jobs are gone. */
  readonly models?: number | readonly SeedModel[]
  /** Jobs that have ended, with their files, and with a model when they succeeded. */
  readonly jobs?: number | readonly SeedJob[]
}

interface SeedFile {
  readonly filename?: string
  readonly purpose?: StoredFile['purpose']
  readonly content?: string
  readonly daysAgo?: number
}

interface SeedModel {
  readonly base?: string
  readonly suffix?: string
  readonly daysAgo?: number
}

interface SeedJob extends SeedModel {
  readonly end?: 'succeeded' | 'failed' | 'cancelled'
  readonly metadata?: Readonly<Record<string, string>> | null
  readonly content?: string
  /** Members that the API shows of it whatever it really is, such as a status that nobody knows. */
  readonly shownAs?: Readonly<Record<string, unknown>>
}

/** Fills an account without requests. */
export function seedAccount(
  account: OpenAIAccount,
  value: Readonly<Record<string, unknown>>,
  context: VendorContext,
): Readonly<Record<string, readonly string[]>> {
  const violation = checkShape(SEED, value)
  if (violation !== undefined) throw new EmulatorError(`seed: ${violation.path} must be ${violation.expected}`)
  const { files, models, jobs }: Seed = value // the shape says so
  return {
    files: each(files).map((file) => seedFile(account, file, context.clock).id),
    models: each(models).map((model) => seedModel(account, model, context.clock)),
    jobs: each(jobs).map((job) => seedJob(account, job, context.clock)),
  }
}

function each<Item extends object>(wanted: number | readonly Item[] = []): readonly Partial<Item>[] {
  return typeof wanted === 'number' ? Array.from({ length: wanted }, () => ({})) : wanted
}

function seedFile(account: OpenAIAccount, file: SeedFile, clock: Clock): StoredFile {
  const { filename = 'seeded.jsonl', purpose = 'fine-tune', content = SAMPLE_ROWS, daysAgo = 0 } = file
  const made = { filename, purpose, content: Buffer.from(content), processingMilliseconds: 0 }
  const stored = storeFile(made, earlier(clock, daysAgo))
  return account.files.add(stored.id, stored)
}

function seedModel(account: OpenAIAccount, model: SeedModel, clock: Clock): string {
  const { base = DEFAULT_BASE, suffix = '', daysAgo = 0 } = model
  const id = `ft:${base}:emulator:${suffix}:${newId('', 8)}`
  account.tunedModels.add(id, { id, created: earlier(clock, daysAgo).seconds(), base, artifact: {} })
  return id
}

function seedJob(account: OpenAIAccount, seed: SeedJob, clock: Clock): string {
  const { base = DEFAULT_BASE, suffix, daysAgo = 0, end = 'succeeded', metadata = null, content, shownAs } = seed
  const then = earlier(clock, daysAgo)
  const file = seedFile(account, { ...(content === undefined ? {} : { content }), daysAgo }, clock)
  const training = checkFile(file.content, 'supervised', 'training_file', 0).data
  const life = startPastLife({ method: 'supervised', training }, end, then)
  const request = { model: base, training_file: file.id, metadata, ...(suffix === undefined ? {} : { suffix }) }
  const job = {
    id: newId('ftjob-'),
    createdAt: then.seconds(),
    request,
    method: 'supervised' as const,
    base,
    seed: 1,
    life,
    told: 0,
    events: [],
    checkpoints: [],
    resultFiles: [],
    ...(shownAs === undefined ? {} : { shownAs }),
  }
  account.jobs.add(job.id, job)
  bringJobUpToDate(account, job, then)
  return job.id
}

const DEFAULT_BASE = 'gpt-4.1-mini-2025-04-14'

const common = {
  base: optional(choice(...BASE_MODELS.map(({ id }) => id))),
  suffix: optional(text({ minimum: 1, maximum: 64 })),
  daysAgo: optional(number({ minimum: 0 })),
}
const some = (item: Shape) => optional(either(whole({ minimum: 0, maximum: 10_000 }), list(item)))

const SEED = object({
  files: some(
    object({
      filename: optional(text()),
      purpose: optional(choice('fine-tune', 'fine-tune-results', 'batch', 'assistants', 'user_data')),
      content: optional(text()),
      daysAgo: common.daysAgo,
    }),
  ),
  models: some(object(common)),
  jobs: some(
    object({
      ...common,
      end: optional(choice('succeeded', 'failed', 'cancelled')),
      metadata: optional(METADATA),
      content: optional(text()),
      shownAs: optional(openObject({})),
    }),
  ),
})
