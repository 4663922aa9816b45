/**
 * The driver interface (SPI): what an adapter implements. Application code uses {@link Tuner} instead.
 *
 * A driver translates and nothing else. It never retries, polls, pages to the end, validates what core has validated,
 * fills in defaults, logs, wraps errors, or reads the environment outside its factory: core does each of these once.
 * (`find` and `events` may read several pages where the vendor has no other way.)
 * It throws the vendor SDK's own error; {@link Driver.classify} names it. Switch the SDK's retries off.
 */
import type { Evidence, OfferingAmendment, Region, TermRecord } from '@anytune/catalogue'
import type { Example, ExampleRule, FormatId } from '@anytune/dataset'
import type { Method, Hyperparameters, Capabilities } from './driver-capabilities.ts'
import type { ErrorCode } from './errors.ts'
import type { NextAction } from './next-action.ts'
import type { Permit } from './policy/gate.ts'

export { assertPermit, type Permit } from './policy/gate.ts'
export { AnytuneError, type ErrorCode } from './errors.ts'
export type { NextAction } from './next-action.ts'
export { DATA_CLASSES, isRegion, regionOf } from '@anytune/catalogue'
export type { OfferingAmendment, Region, TermRecord } from '@anytune/catalogue'
export type { Example, ExampleRule, FormatId } from '@anytune/dataset'

export type {
  BaseModelCapability,
  Capabilities,
  ChatSetting,
  FieldCapabilities,
  Hyperparameters,
  Method,
  MethodCapability,
  NumberRange,
  OptionalField,
  TextLimit,
} from './driver-capabilities.ts'

/** One page of a list; `next` is present when there is more. A page may be empty, or of another length than asked for, and still have `next`. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

/** `after` is the `next` of the page before. */
export interface PageQuery {
  readonly limit: number
  readonly after?: string
}

/** What core hands every driver call. */
export interface Context {
  /** Must be passed on to the SDK: an abort stops the request. */
  readonly signal: AbortSignal
  /** Core's one retry, for the parts of an upload and other steps that may be repeated without harm. */
  retry<T>(part: () => Promise<T>): Promise<T>
  /** Core's one wait: looks on core's schedule until there is an answer; for vendors whose one operation takes several steps. */
  until<T>(look: () => Promise<T | undefined>): Promise<T>
  /**
   * Writes `state` (JSON, no content) to the journal before it resolves; it comes back as {@link Attempt.resume}.
   * It may hold an upload session's URL: the journal erases it when the step is done. Save before the request that commits, and say
   * so in the state: then `find` can promise `absent` for an attempt that never committed, without asking anybody.
   */
  save(state: unknown): Promise<void>
  /** Bytes sent so far of the file being staged. */
  progress(bytes: number): void
}

/**
 * One attempt to make something, the same across crashes and processes.
 * `key` matches `[a-z][a-z0-9]*(-[a-z0-9]+)*` and has 8 to 32 characters: legal as a job name, a client token, a label, a suffix,
 * metadata or a file name everywhere.
 */
export interface Attempt {
  readonly key: string
  /** Nothing made by the attempt is older. An allowance for clocks that differ is already taken off. */
  readonly since: Date
  /** What {@link Context.save} stored last. */
  readonly resume?: unknown
}

/**
 * What {@link Made.find} learned of an earlier attempt.
 *
 * `absent` promises that `create` may be called again with this same attempt: no request that makes the thing was ever sent,
 * or the vendor lets one key make one thing. A list that does not show it is no such promise.
 * A driver that cannot promise it says `unsure`, and lists what might be it.
 */
export type Found<T> =
  | { readonly state: 'found'; readonly value: T }
  | { readonly state: 'absent' }
  | { readonly state: 'unsure'; readonly candidates: readonly { readonly id: string; readonly createdAt?: Date }[] }

/** Names what was made. A driver whose vendor answers in full may return all of it. */
export interface Created {
  readonly id: string
}

/**
 * A kind of thing the vendor makes at our request.
 * `create` resolves as soon as the vendor accepted: the request that makes the thing must be its last, or a failure after it would
 * look like nothing was made.
 */
export interface Made<Spec, State> {
  create(spec: Spec, attempt: Attempt, context: Context): Promise<Created>
  find(spec: Spec, attempt: Attempt, context: Context): Promise<Found<State>>
}

/** A kind of thing the vendor keeps. `get` of a thing that is not there must throw what classifies as `not-found`; `delete` may, or resolves. */
export interface Kept<State> {
  get(id: string, context: Context): Promise<State>
  /**
   * One page, newest first where the vendor can be asked for that, else in its own order.
   * One odd entry must never break the list: map it as far as it goes, and invent nothing.
   */
  list(query: PageQuery, context: Context): Promise<Page<State>>
  /** Resolves when the thing is gone. Called again after a crash it goes on. */
  delete?(id: string, context: Context): Promise<void>
}

/** A dataset on its way to the vendor. `bytes`, `rows` and `sha256` are those of the plan; core refuses the stream when they differ. */
export interface StagingFile {
  /** Made of the attempt's key, never of the user's file name. */
  readonly name: string
  readonly format: FormatId
  readonly bytes: number
  readonly rows: number
  /** Lower-case hex. */
  readonly sha256: string
  /**
   * The bytes, from the start, each time. The stream throws at its end when digest or length differ from the plan,
   * so commit (complete, rename, submit) only after it ended well.
   */
  open(): AsyncIterable<Uint8Array>
}

/** A dataset as the vendor keeps it. Core waits while it is `processing`. */
export interface StagedDataset {
  readonly id: string
  /** The vendor's name for the file; for one of ours {@link StagingFile.name}. */
  readonly name?: string
  readonly status: 'processing' | 'ready' | 'failed' | 'unknown'
  /** The vendor's own word; where it has none, one of ours. */
  readonly rawStatus: string
  readonly bytes?: number
  readonly sha256?: string
  readonly createdAt?: Date
  /** When the vendor deletes it by itself. */
  readonly expiresAt?: Date
  /** The vendor's reason, without row content. */
  readonly failure?: string
  readonly raw: unknown
}

/** What to train; validated, and only with what {@link Capabilities} lists. */
export interface JobSpec {
  readonly baseModel: string
  readonly method: Method
  /** {@link StagedDataset.id}, staged for this run alone: a job that names it is of this run. */
  readonly training: string
  readonly validation?: string
  readonly hyperparameters: Readonly<Hyperparameters>
  readonly suffix?: string
  readonly seed?: number
  readonly metadata?: Readonly<Record<string, string>>
  /** This provider's own namespace, as {@link OptionsParsers.job} returned it. */
  readonly providerOptions: object
}

export const JOB_STATUSES = [
  'validating',
  'queued',
  'running',
  'pausing',
  'paused',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
  'unknown',
] as const
/** Where a job stands. A vendor word without a clear place is `unknown`, never `queued`. */
export type JobStatus = (typeof JOB_STATUSES)[number]

/** How far a job is, in what the vendor counts. */
export interface JobProgress {
  readonly step?: number
  readonly totalSteps?: number
  readonly epoch?: number
  readonly totalEpochs?: number
}

/** A file that belongs to a job: a dataset it was given, or one that the vendor wrote of it. */
export interface JobFile {
  readonly role: 'training' | 'validation' | 'result'
  /** What {@link DatasetsDriver.read} takes. */
  readonly id: string
}

/** A fine-tuning job as last seen. */
export interface Job<Raw = unknown> {
  readonly id: string
  readonly status: JobStatus
  /** The vendor's own word. */
  readonly rawStatus: string
  readonly baseModel?: string
  readonly createdAt?: Date
  readonly startedAt?: Date
  /** Present only when the job has ended: it also ends a job whose status is `unknown`. */
  readonly finishedAt?: Date
  /** Present only when the model can be used. */
  readonly model?: string
  /** True when it ended, and `jobs.resume` can go on with it all the same. */
  readonly resumable?: boolean
  /** Why it failed, in the vendor's words. */
  readonly failure?: { readonly code?: string; readonly message: string }
  readonly progress?: JobProgress
  readonly trainedTokens?: number
  readonly estimatedFinishAt?: Date
  /** Files that the vendor names in the job; some may be gone. */
  readonly files?: readonly JobFile[]
  /** The vendor's own object, untouched. */
  readonly raw: Raw
}

/**
 * Something a job told. `id` is unique within the job and stable across reads.
 * Metric names are `loss`, `validationLoss`, `learningRate`, `tokensPerSecond`, … in camel case; a vendor's further metrics keep their own names.
 */
export type JobEvent = { readonly id: string; readonly at: Date } & (
  | { readonly type: 'message'; readonly level: 'info' | 'warning' | 'error'; readonly text: string }
  | {
      readonly type: 'metrics'
      readonly step: number
      readonly totalSteps?: number
      readonly values: Readonly<Record<string, number>>
    }
  /** `model` can be given to chat or deploy, or be a base model, as far as the provider allows. */
  | { readonly type: 'checkpoint'; readonly step: number; readonly model: string }
)

/**
 * Events oldest first; `cursor` is opaque, storable, and read again by any process. It stays the same when there is nothing more:
 * a page without events whose cursor moved is followed.
 */
export interface EventPage {
  readonly events: readonly JobEvent[]
  readonly cursor: string
}

/** A fine-tuned model in the vendor's keeping. */
export interface FineTunedModel<Raw = unknown> {
  readonly id: string
  readonly baseModel?: string
  readonly createdAt?: Date
  /** The job that made it, where the vendor says so. */
  readonly job?: string
  /** When the vendor says it stops being served. */
  readonly servedUntil?: Date
  readonly raw: Raw
}

/** What to serve. */
export interface DeploymentSpec {
  readonly model: string
  /** As {@link OptionsParsers.deployment} returned it. */
  readonly providerOptions: object
}

export const DEPLOYMENT_STATUSES = ['creating', 'ready', 'updating', 'paused', 'deleting', 'failed', 'unknown'] as const
export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number]

/**
 * A fine-tuned model being served. `ready` is the vendor's word for it; where its data plane comes later, {@link Driver.chat} throws
 * what classifies as `unavailable` and core asks again.
 */
export interface Deployment<Raw = unknown> {
  readonly id: string
  readonly status: DeploymentStatus
  readonly rawStatus: string
  readonly model?: string
  /** What chat calls: an id, an ARN or an endpoint. */
  readonly target: string
  /** {@link Offering.id} of how it is served: what its price is found by. */
  readonly offering?: string
  readonly createdAt?: Date
  /** When it last answered, where the vendor says so. */
  readonly lastUsedAt?: Date
  /** When the vendor deletes it by itself, if nothing changes. */
  readonly endsAt?: Date
  /** Every use puts `endsAt` off. */
  readonly endsUnlessUsed?: true
  readonly failure?: string
  readonly raw: Raw
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** What to ask. Absent settings are the provider's own. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[]
  readonly maxTokens?: number
  /** 0 asks for the most likely answer. */
  readonly temperature?: number
  readonly seed?: number
  /** This provider's own namespace, as {@link OptionsParsers.chat} returned it; absent when there is none, or nothing was chosen. */
  readonly providerOptions?: object
}

/** What the vendor's content filter found in the question or in the answer: its own words, and nothing of the text. */
export interface FilterFinding {
  readonly side: 'question' | 'answer'
  readonly category: string
  readonly severity?: string
  /** True when something was held back because of it. */
  readonly filtered: boolean
}

/** A piece of an answer; the last one carries `finish`. */
export interface ChatChunk {
  readonly text: string
  /** Since the piece before, where the vendor tells it. */
  readonly findings?: readonly FilterFinding[]
  readonly finish?: 'stop' | 'length' | 'filtered' | 'unknown'
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number }
}

/**
 * What an SDK's error means.
 *
 * `reached` decides what core does next: `no`: nothing happened at the vendor (not sent, connection refused), it may be sent again;
 * `yes`: the vendor answered and refused, nothing was made; `maybe`: sent and the answer lost, or 5xx: a create is looked for, never repeated blindly.
 */
export interface ErrorInfo {
  readonly code: ErrorCode
  readonly reached: 'no' | 'maybe' | 'yes'
  readonly status?: number
  readonly requestId?: string
  readonly retryAfterMs?: number
  /** The vendor's words, when they are safe to show: no row content, no key. */
  readonly message?: string
  /** What the user should do next, as a sentence. */
  readonly hint?: string
  /** The same as data, where it is something that anytune does. */
  readonly next?: readonly NextAction[]
}

/** Which catalogue record's terms, prices and rules apply; an unknown host makes every term unknown. */
export interface Offering {
  /** For example `bedrock/us-east-1/custom-model`. */
  readonly id: string
  readonly title: string
  /** `none`: content never leaves this computer. */
  readonly egress: 'none' | 'provider'
}

/** One read-only check of the account before anything is sent. */
export interface PreflightCheck {
  readonly id: string
  readonly result: 'passed' | 'failed' | 'could-not-read'
  readonly message: string
  readonly hint?: string
  readonly next?: readonly NextAction[]
}

/** A term as an account has it set: a record of the catalogue without its evidence, which is that it was just read. */
export type SetTerm = TermRecord extends infer Record
  ? Record extends TermRecord
    ? Omit<Record, keyof Evidence>
    : never
  : never

/** One question to the account about its settings. */
export interface TermsCheck {
  readonly id: string
  readonly result: 'read' | 'could-not-read'
  readonly message: string
  readonly hint?: string
}

/** What an account has set, in the catalogue's words. What is not in it stays as it is on record. */
export interface AccountSettings {
  /** What answered, as a title of a source: `Azure Resource Manager, the resource NAME`. */
  readonly source: string
  /** Where the account's resource is, where it has a place of its own. */
  readonly region?: Region
  /** Settings that are surely in force: ids of the catalogue's variants. */
  readonly settings: readonly string[]
  /** What is set and is a term by itself. */
  readonly terms: readonly SetTerm[]
  /** Every question that was asked, or that could not be, with its answer. */
  readonly checks: readonly TermsCheck[]
}

/** Type-level only: the provider's own types, for a job's `raw`, a request's `providerOptions`, a deployment's and a question's. */
export interface DriverTypes {
  readonly raw: unknown
  readonly options: object
  readonly deploymentOptions?: object
  readonly chatOptions?: object
}

/**
 * Strict parsing of this provider's own namespace, before anything is sent. An absent namespace is parsed as `{}`.
 * Each throws AnytuneError `invalid-argument` that names the key, what is wrong with it and which keys there are.
 */
export interface OptionsParsers {
  job(value: unknown): object
  deployment?(value: unknown): object
  chat?(value: unknown): object
}

/** What a plan or a deployment is about, as far as terms, prices and checks depend on it. */
export interface OfferingTarget {
  readonly operation: 'train' | 'serve'
  readonly baseModel?: string
  readonly method?: Method
  readonly providerOptions: object
}

export interface DatasetsDriver extends Kept<StagedDataset> {
  create(file: StagingFile, attempt: Attempt, permit: Permit, context: Context): Promise<Created>
  /** Where it is `unsure` and lists no candidate, core stages again: a second copy is removed by purge, and costs nothing until then. */
  find(file: StagingFile, attempt: Attempt, context: Context): Promise<Found<StagedDataset>>
  /** Removes what an unfinished attempt left at the vendor: parts, sessions. Nothing there: resolves. Must also work without `resume`. */
  abandon?(file: Pick<StagingFile, 'name'>, attempt: Attempt, context: Context): Promise<void>
  /** The bytes of a file that the vendor keeps: a staged dataset, or a {@link JobFile}. Nothing leaves: no permit is asked for. */
  read?(id: string, context: Context): AsyncIterable<Uint8Array>
  /** Rules only this provider can judge, such as a context limit in its own tokens. Must send nothing. */
  rules?(
    target: { readonly baseModel: string; readonly method: Method },
    training: () => AsyncIterable<Example>,
  ): Promise<readonly ExampleRule[]>
}

export interface JobsDriver extends Made<JobSpec, Job>, Omit<Kept<Job>, 'delete'> {
  /** Resolves once the vendor accepted; the job may still be `cancelling`. On a finished job: throw what classifies as `failed-precondition`. */
  cancel(id: string, context: Context): Promise<void>
  pause?(id: string, context: Context): Promise<void>
  resume?(id: string, context: Context): Promise<void>
  /** Oldest first, also where the vendor lists them newest first: then read back to the cursor. */
  events?(id: string, cursor: string | undefined, context: Context): Promise<EventPage>
  /** Resolves when the job may have changed, so that core looks sooner than its schedule says. Must end when the signal aborts. */
  changed?(id: string, context: Context): Promise<void>
}

/** Where a configuration file lies: the second argument of an adapter's `createDriver(options, place)`. */
export interface ConfigurationPlace {
  /** The file's folder, from which the relative paths among the options are meant. */
  readonly folder: string
}

/** What an adapter implements. A driver declares an optional operation by having the method. */
export interface Driver {
  readonly spi: 1
  /** The provider's name, `[a-z][a-z0-9-]*`: also the namespace of its providerOptions. */
  readonly provider: string
  /** Account, region, endpoint or data directory: a reference made under one scope is refused under another. */
  readonly scope: string
  readonly capabilities: Capabilities
  readonly options: OptionsParsers
  readonly '~types'?: DriverTypes
  /** How often a job may be looked at. Default: 1 s growing to 30 s. */
  readonly polling?: { readonly firstMs: number; readonly maximumMs: number }
  readonly datasets: DatasetsDriver
  readonly jobs: JobsDriver
  readonly models?: Kept<FineTunedModel>
  readonly deployments?: Made<DeploymentSpec, Deployment> & Kept<Deployment>
  /** `target` is a {@link Deployment.target}, or a model id where the provider serves tuned models directly. */
  chat?(target: string, request: ChatRequest, permit: Permit, context: Context): AsyncIterable<ChatChunk>
  offering(target: OfferingTarget): Offering
  /** Records of its offerings, for an adapter whose vendor the catalogue does not have: where both say something, the catalogue wins. */
  readonly catalogue?: readonly OfferingAmendment[]
  preflight?(
    target: { readonly baseModel: string; readonly method: Method; readonly providerOptions: object },
    context: Context,
  ): Promise<readonly PreflightCheck[]>
  /**
   * Reads what the account has set of what the catalogue tells of: retention, keys, network, the place of its resource. Changes nothing and
   * sends no content. What the key may not read is a check that `could-not-read`; what may pass by itself is thrown.
   */
  verifyTerms?(context: Context): Promise<AccountSettings>
  classify(error: unknown, operation: string): ErrorInfo
  /** Closes sockets, workers and files. */
  close?(): Promise<void>
}
