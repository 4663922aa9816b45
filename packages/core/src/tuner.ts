import type { Catalogue, FoundPrice } from '@anytune/catalogue'
import type { AuditOptions } from './audit/audit.ts'
import type { AuditRecord } from './audit/audit-record.ts'
import type { HasDatasetRead, HasDelete, HasJobOperation, HasPart, JobOf } from './capabilities.ts'
import type {
  ChatMessage,
  Deployment,
  DeploymentStatus,
  Driver,
  FilterFinding,
  FineTunedModel,
  JobEvent,
  JobProgress,
  JobStatus,
  Offering,
  OfferingTarget,
  StagedDataset,
} from './driver.ts'
import type { Lineage } from './lineage/lineage.ts'
import type { Money } from './plan/hourly-cost.ts'
import type { Plan } from './plan/plan-document.ts'
import type { PlanRequest } from './plan/request.ts'
import type { OfferingVerdict, VerdictsQuery } from './policy/verdicts.ts'
import type { PurgedThing, PurgeTarget, Receipt } from './purge/receipt.ts'
import type { AccountTerms } from './terms/account-terms.ts'

/** Every call takes a signal; an abort rethrows `signal.reason`. */
export interface CallOptions {
  readonly signal?: AbortSignal
}

/** What to tell of terms. */
export interface TermsOptions extends CallOptions {
  /** False: what is on record, and nobody is asked. Default true. */
  readonly live?: boolean
}

/** How long to watch. */
export interface WatchOptions extends CallOptions {
  /** A cursor of an earlier event: go on after it. */
  readonly after?: string
  /** Give up watching (never the job) after this long, with the code `timeout`. */
  readonly deadlineMs?: number
  /** Say so, once, when nothing was heard from the job for this long. */
  readonly stallMs?: number
}

/** Which events of a job to read. */
export interface EventsOptions extends WatchOptions {
  /** False: what the job has told so far, and no waiting for more. */
  readonly follow?: boolean
}

/** What a run or a job tells. `cursor` can be stored: watching goes on after it in any process. */
export type RunEvent = { readonly at: Date; readonly cursor: string } & (
  | { readonly type: 'step'; readonly step: string; readonly state: 'begun' | 'done' | 'refused' | 'unsure' }
  | {
      readonly type: 'status'
      readonly status: JobStatus
      readonly rawStatus: string
      readonly progress?: JobProgress
    }
  | { readonly type: 'stalled'; readonly silentMs: number }
  | { readonly type: 'job'; readonly event: JobEvent }
)

/** Settings of one question; absent ones are the provider's own. */
export interface ChatOptions extends CallOptions {
  readonly maxTokens?: number
  readonly temperature?: number
  readonly seed?: number
  /** By provider; those for other providers are not sent. */
  readonly providerOptions?: Readonly<Record<string, object>>
}

export interface ChatReply {
  readonly text: string
  /** What the provider's content filter found, also where nothing was held back. */
  readonly findings?: readonly FilterFinding[]
  readonly finish: 'stop' | 'length' | 'filtered' | 'unknown'
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number }
}

/** Something that answers. */
export interface Answering {
  chat(messages: readonly ChatMessage[], options?: ChatOptions): Promise<ChatReply>
  /** The answer as it is written. */
  streamChat(messages: readonly ChatMessage[], options?: ChatOptions): AsyncIterable<string>
}

/** A fine-tuned model of a run, or one found by id. */
export interface ModelHandle extends Answering {
  readonly id: string
  readonly reference: string
  readonly baseModel: string | undefined
  /** True where a model answers by a deployment alone, which `deploy` makes. */
  readonly needsDeployment: boolean
  /** Serves the model. Where the provider serves tuned models without a deployment, nothing is created. */
  deploy(options?: DeployOptions): Promise<DeploymentHandle>
  /** What `deploy` with these options would create, and what that costs an hour. Asks nobody. */
  quote(options?: Pick<DeployOptions, 'providerOptions'>): DeploymentQuote
}

/** What serving a model means for the bill, from the catalogue. */
export interface DeploymentQuote {
  /** False where the provider serves the model directly: nothing is created, and nothing is paid by the hour. */
  readonly creates: boolean
  readonly offering: Offering
  /** For a deployment alone; the tokens of questions and answers are charged besides. */
  readonly hourlyCost?: FoundPrice
}

export interface DeployOptions extends CallOptions {
  /**
   * Refuse, before anything is created, what costs more an hour, or what nobody knows the price of.
   * Where nothing is created nothing is paid by the hour.
   */
  readonly maxHourlyCost?: Money
  readonly onProgress?: (progress: DeployProgress) => void
  /** After `needs-decision`. */
  readonly decision?: Decision
  readonly providerOptions?: Readonly<Record<string, object>>
}

/** The deployment is asked for, or comes nearer to serving. */
export type DeployProgress =
  | { readonly type: 'step'; readonly step: 'deployment'; readonly state: 'begun' | 'done' | 'refused' | 'unsure' }
  | {
      readonly type: 'status'
      readonly deployment: string
      readonly status: DeploymentStatus
      readonly rawStatus: string
    }

/** A model being served. */
export interface DeploymentHandle extends Answering {
  /** The deployment's id; the model's id where nothing had to be created. */
  readonly id: string
  readonly reference: string
  /** False where the provider serves the model directly. */
  readonly created: boolean
  undeploy(options?: CallOptions): Promise<void>
}

/** A run: one plan on its way to a model, journalled, resumable by any process. */
export interface Run<D extends Driver = Driver> {
  readonly id: string
  readonly reference: string
  readonly plan: Plan
  /** The vendor's job as it is now. */
  job(options?: CallOptions): Promise<JobOf<D>>
  /** What happened so far, then what happens, until the job ends. */
  events(options?: WatchOptions): AsyncIterable<RunEvent>
  /** Waits for the end. @throws AnytuneError `job-failed` with the vendor's reason. */
  model(options?: WatchOptions): Promise<ModelHandle>
  cancel(options?: CallOptions): Promise<JobOf<D>>
}

/** One line of the list of runs. */
export interface RunSummary {
  readonly id: string
  readonly reference: string
  readonly createdAt: Date
  readonly profile: string
  readonly provider: string
  readonly baseModel: string
  readonly method: string
  /**
   * `open`: not yet submitted; `submitted`: the job is the vendor's; `needs-decision`: see {@link ResumeOptions.decision};
   * `purged`: what it made was removed, or is being removed.
   */
  readonly state: 'open' | 'submitted' | 'needs-decision' | 'succeeded' | 'ended' | 'purged'
  readonly jobId?: string
  readonly modelId?: string
}

export interface StartOptions extends CallOptions {
  /** Steps and bytes while the datasets are staged and the job is submitted. */
  readonly onProgress?: (progress: StartProgress) => void
}

export type StartProgress =
  | { readonly type: 'step'; readonly step: string; readonly state: 'begun' | 'done' | 'refused' | 'unsure' }
  | { readonly type: 'bytes'; readonly step: string; readonly sent: number; readonly total: number }

/** What to do about a thing of which it cannot be told whether it was made: take the one with this id, or make it again. */
export type Decision = { readonly adopt: string } | { readonly createAgain: true }

export interface ResumeOptions extends StartOptions {
  /** After `needs-decision`: take the candidate with this id as ours, or make it again. */
  readonly decision?: Decision
}

/** How a purge goes about it. */
export interface PurgeOptions extends CallOptions {
  /** Tells in the receipt what would be removed; removes, cancels and writes nothing. */
  readonly dryRun?: boolean
  /** Cancels a job under way, and waits until it has ended. Default: such a job is refused. */
  readonly cancelJob?: boolean
  readonly onProgress?: (progress: PurgeProgress) => void
}

/** A job that is being cancelled, or what became of one thing. */
export type PurgeProgress =
  | { readonly type: 'cancelling'; readonly job: string }
  | { readonly type: 'thing'; readonly thing: PurgedThing }

/** A list to iterate; pages are fetched as they are needed. */
export interface ListOptions extends CallOptions {
  /** Items a page. Default 50. */
  readonly pageSize?: number
}

interface Collection<T> {
  get(id: string, options?: CallOptions): Promise<T>
  /** Newest first where the provider can be asked for that, else in its own order. */
  list(options?: ListOptions): AsyncIterable<T>
}

interface Deletable {
  delete(id: string, options?: CallOptions): Promise<void>
}

type DeletableIf<Has extends boolean> = Has extends true ? Deletable : unknown

interface JobsBase<D extends Driver> extends Collection<JobOf<D>> {
  cancel(id: string, options?: CallOptions): Promise<JobOf<D>>
  /** Status changes and the vendor's events, until the job ends. */
  watch(id: string, options?: WatchOptions): AsyncIterable<RunEvent>
}

export type Jobs<D extends Driver> = JobsBase<D> &
  (HasJobOperation<D, 'pause'> extends true
    ? { pause(id: string, options?: CallOptions): Promise<JobOf<D>> }
    : unknown) &
  (HasJobOperation<D, 'resume'> extends true
    ? { resume(id: string, options?: CallOptions): Promise<JobOf<D>> }
    : unknown) &
  (HasJobOperation<D, 'events'> extends true
    ? { events(id: string, options?: EventsOptions): AsyncIterable<JobEvent> }
    : unknown)

type Datasets<D extends Driver> = Collection<StagedDataset> &
  Deletable &
  (HasDatasetRead<D> extends true
    ? {
        /** The bytes as the vendor keeps them: of a staged dataset, or of a file that a job names. Read once, from the start. */
        read(id: string, options?: CallOptions): AsyncIterable<Uint8Array>
      }
    : unknown)

/** What users hold: plan, start and watch fine-tuning through one driver. */
export type Tuner<D extends Driver = Driver> = {
  readonly profile: string
  readonly provider: D['provider']
  /** Account, region or data directory: what references made by this tuner name. */
  readonly scope: string
  /** What is on record of offerings, as this tuner uses it. */
  readonly catalogue: Catalogue
  /** Which record's terms, prices and dates apply. Asks nobody. */
  offering(target: Omit<OfferingTarget, 'providerOptions'>): Offering
  /** Checks and describes; sends no byte of training data. */
  plan(request: PlanRequest<D>, options?: CallOptions): Promise<Plan>
  /** Stages and submits what the plan says. Resolves when the vendor has accepted the job. */
  start(plan: Plan, options?: StartOptions): Promise<Run<D>>
  /** Goes on with a run of any process, from wherever it was left. Makes nothing twice. */
  resume(run: string, options?: ResumeOptions): Promise<Run<D>>
  readonly runs: { get(run: string): Promise<Run<D>>; list(): AsyncIterable<RunSummary> }
  readonly jobs: Jobs<D>
  readonly datasets: Datasets<D>
  /**
   * Removes what a run made, or one thing, at the provider: deployments first, then models, datasets and what unfinished uploads left.
   * A run by its id or reference; anything else by its reference, or with its kind. What cannot be removed stands in the receipt with the
   * reason. Called again after a crash it goes on.
   *
   * @throws AnytuneError `failed-precondition` for a job under way, `needs-decision` where one may be: see {@link PurgeOptions.cancelJob}.
   */
  purge(target: string | PurgeTarget, options?: PurgeOptions): Promise<Receipt>
  /** The receipts of purges that came to their end, newest first, from the journal. */
  receipts(): AsyncIterable<Receipt>
  /**
   * Under which terms data is taken, kept and computed on: what is on record of the offerings of training and serving and, beside that,
   * what the account has set. Sends no content.
   */
  terms(options?: TermsOptions): Promise<AccountTerms>
  /** What the policy says of training, and of serving what comes of it. Sends no content. */
  verdicts(query?: VerdictsQuery): Promise<readonly OfferingVerdict[]>
  /**
   * What the journal knows, of all its profiles: per run what left, when, to whom, under which verdict, what was made, served, how often it was
   * asked, and removed. Asks nobody. What was deleted without a purge is not written down, and so not told.
   */
  audit(options?: AuditOptions): Promise<readonly AuditRecord[]>
  /** Which rows runs were given. */
  readonly lineage: Lineage
  /** Closes the journal and what the tuner opened. */
  close(): Promise<void>
} & (HasPart<D, 'models'> extends true
  ? {
      readonly models: Collection<FineTunedModel> &
        DeletableIf<HasDelete<D, 'models'>> & { open(id: string): ModelHandle }
    }
  : unknown) &
  (HasPart<D, 'deployments'> extends true
    ? {
        readonly deployments: Collection<Deployment> &
          DeletableIf<HasDelete<D, 'deployments'>> & { open(id: string): Promise<DeploymentHandle> }
      }
    : unknown)
