import { z } from 'zod'
import type { AccountSettings, Capabilities, ErrorCode, JobStatus, OptionsParsers } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import type { MemoryStore } from './store.ts'
import type { Outcome } from './timeline.ts'

const COMMON = {
  epochs: { minimum: 1, maximum: 50, integer: true },
  batchSize: { minimum: 1, maximum: 256, integer: true },
  learningRateMultiplier: { minimum: 0.01, maximum: 10 },
} as const

/** What the in-memory provider accepts. The numbers shape its steps; nothing is trained with them. */
export const MEMORY_CAPABILITIES = {
  methods: {
    supervised: { format: 'openai-chat', hyperparameters: COMMON },
    preference: { format: 'openai-preference', hyperparameters: { ...COMMON, beta: { minimum: 0, maximum: 2 } } },
  },
  fields: {
    validation: {},
    suffix: { maximumLength: 40, pattern: '[a-z0-9-]+' },
    seed: { minimum: 0, maximum: 2_147_483_647, integer: true },
    metadata: { maximumPairs: 16, key: { maximumLength: 64 }, value: { maximumLength: 512 } },
  },
  // A look-up always gives its one answer: that is what any temperature and any seed ask of it.
  chatSettings: ['maxTokens', 'temperature', 'seed'],
  baseModels: {
    exhaustive: false,
    known: {
      'memory-small': { description: 'answers from a table of the training examples' },
      'memory-chat': { description: 'the same, for supervised training alone', methods: { supervised: {} } },
    },
  },
} as const satisfies Capabilities

/** The provider's own words for where a job stands, so that the mapping is exercised as with any vendor. */
export const MEMORY_STATES = {
  checking: 'validating',
  waiting: 'queued',
  stepping: 'running',
  pausing: 'pausing',
  paused: 'paused',
  stopping: 'cancelling',
  done: 'succeeded',
  broken: 'failed',
  stopped: 'cancelled',
  lapsed: 'expired',
} as const satisfies Readonly<Record<string, JobStatus>>
export type MemoryState = keyof typeof MEMORY_STATES

/** How long things take, in milliseconds. */
export interface MemoryDurations {
  readonly processingMs: number
  readonly checkingMs: number
  readonly waitingMs: number
  /** One epoch. */
  readonly steppingMs: number
  readonly pausingMs: number
  readonly stoppingMs: number
  readonly deployingMs: number
}
const DEFAULT_DURATION_MS = 20

/** How long the account keeps things before it removes them by itself, in milliseconds; one that is absent is kept. */
export interface MemoryLifetimes {
  /** From the day the dataset was staged. */
  readonly datasetMs?: number
  /** From the day its job finished. */
  readonly modelMs?: number
  /** From the day it was made, used or not. */
  readonly deploymentMs?: number
}

/** What a {@link MemoryFault} does to one operation. */
export interface MemoryFailure {
  readonly code: ErrorCode
  readonly reached: 'no' | 'maybe' | 'yes'
  readonly status?: number
  readonly retryAfterMs?: number
}

/** The operations of the in-memory provider, as they stand in `calls` and as faults name them. */
export type MemoryOperation =
  | 'preflight'
  | 'verifyTerms'
  | 'chat'
  | `datasets.${'create' | 'part' | 'find' | 'abandon' | 'get' | 'list' | 'delete' | 'read'}`
  | `jobs.${'create' | 'find' | 'get' | 'list' | 'cancel' | 'pause' | 'resume' | 'events' | 'changed'}`
  | `models.${'get' | 'list' | 'delete'}`
  | `deployments.${'create' | 'find' | 'get' | 'list' | 'delete'}`

/** Makes an operation fail: `before` it did anything, or `after` it was done, so that only the answer is lost. */
export interface MemoryFault {
  readonly operation: MemoryOperation
  readonly when: 'before' | 'after'
  /** How often; default once. */
  readonly times?: number
  /** `hang`: no answer ever comes. Default: `unavailable`, reached `no` before and `maybe` after. */
  readonly error?: MemoryFailure | 'hang'
}

/** Options of an in-memory account. */
export interface MemoryStoreOptions {
  /** Its name; references made on one account are refused on another. Default `default`. */
  readonly account?: string
  /** `manual` stands still until `advance`. Default `system`. */
  readonly clock?: 'system' | 'manual'
  /** Default 20 ms each. */
  readonly durations?: Partial<MemoryDurations>
  readonly lifetimes?: MemoryLifetimes
  /** Lists and `find` see a new thing only after this long, so that `find` cannot promise anything. Default 0. */
  readonly listLagMs?: number
  /** False: the provider forgets the attempt's key, so that `find` can only list what might be it. Default true. */
  readonly keepsKeys?: boolean
  /** What the account has set of the terms of its offering. Default: nothing. */
  readonly set?: Partial<Pick<AccountSettings, 'region' | 'settings' | 'terms'>>
}

/** Options of {@link memory}. Two drivers with the same `store` are two processes on one account. */
export type MemoryOptions = (MemoryStoreOptions | { readonly store: MemoryStore }) & {
  readonly faults?: readonly MemoryFault[]
}

/** `providerOptions.memory` of a plan. */
export interface MemoryJobOptions {
  /** How the job ends once it has run; default `succeeded`. */
  readonly outcome?: Outcome
}

/** `providerOptions.memory` of a deployment: it takes none. */
export type MemoryDeploymentOptions = Readonly<Record<string, never>>

/** The provider's own types, for the type checker. */
export interface MemoryTypes<Raw> {
  readonly raw: Raw
  readonly options: MemoryJobOptions
  readonly deploymentOptions: MemoryDeploymentOptions
}

const JOB_OPTIONS = z.strictObject({
  outcome: z
    .discriminatedUnion('status', [
      z.strictObject({ status: z.enum(['succeeded', 'expired']) }),
      z.strictObject({ status: z.literal('failed'), code: z.string().exactOptional(), message: z.string() }),
    ])
    .exactOptional(),
})
const NO_OPTIONS = z.strictObject({})
const DURATION = z.number().min(0).exactOptional()
const STORE_OPTIONS = z.strictObject({
  account: z.string().min(1).exactOptional(),
  clock: z.literal('system').exactOptional(),
  durations: z
    .strictObject({
      processingMs: DURATION,
      checkingMs: DURATION,
      waitingMs: DURATION,
      steppingMs: DURATION,
      pausingMs: DURATION,
      stoppingMs: DURATION,
      deployingMs: DURATION,
    })
    .exactOptional(),
  lifetimes: z.strictObject({ datasetMs: DURATION, modelMs: DURATION, deploymentMs: DURATION }).exactOptional(),
  listLagMs: DURATION,
  keepsKeys: z.boolean().exactOptional(),
})

/** Strict parsing of `providerOptions.memory`. @throws AnytuneError `invalid-argument` naming the option. */
export const memoryOptions = {
  job: (value: unknown): MemoryJobOptions => parse(JOB_OPTIONS, value, 'invalid-argument', 'providerOptions.memory'),
  deployment: (value: unknown): MemoryDeploymentOptions =>
    parse(NO_OPTIONS, value, 'invalid-argument', 'providerOptions.memory'),
} satisfies OptionsParsers

/** Options out of a configuration file. @throws AnytuneError `configuration` naming the key and the allowed ones. */
export function parseStoreOptions(options: unknown): MemoryStoreOptions {
  return parse(STORE_OPTIONS, options ?? {}, 'configuration', 'memory')
}

/** Durations with what was left out filled in. */
export function fillDurations(given: Partial<MemoryDurations> = {}): MemoryDurations {
  const filled = (ms: number | undefined) => ms ?? DEFAULT_DURATION_MS
  return {
    processingMs: filled(given.processingMs),
    checkingMs: filled(given.checkingMs),
    waitingMs: filled(given.waitingMs),
    steppingMs: filled(given.steppingMs),
    pausingMs: filled(given.pausingMs),
    stoppingMs: filled(given.stoppingMs),
    deployingMs: filled(given.deployingMs),
  }
}

function parse<T extends z.ZodObject>(
  schema: T,
  value: unknown,
  code: 'invalid-argument' | 'configuration',
  where: string,
): z.infer<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = [where, ...(issue?.path ?? [])].join('.')
  const allowed = Object.keys(schema.shape)
  throw new AnytuneError(code, `${path}: ${issue?.message ?? 'not valid'}`, {
    provider: 'memory',
    hint: `allowed: ${allowed.length > 0 ? allowed.join(', ') : 'no option at all'}`,
    data: { field: path, allowed },
  })
}
