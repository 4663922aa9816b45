import type { Driver, Hyperparameters, Job, JobStatus, Method } from '@anytune/core/driver'

/** What can go wrong with one request, as far as a vendor or its emulator can be made to do it. */
export type FaultKind =
  /** The connection breaks before the vendor acts. */
  | 'lost-request'
  /** The vendor acts, and its answer is lost. */
  | 'lost-answer'
  /** A 5xx answer. */
  | 'server-error'
  /** A 429 answer that asks for a pause. */
  | 'rate-limited'
  | 'unauthenticated'
  | 'permission-denied'
  /** No answer ever comes. */
  | 'hang'

/** The requests at which faults are wanted. */
export type FaultOperation = 'jobs.get' | 'jobs.list' | 'jobs.create' | 'datasets.create'

/** Settings of a job that the suite wants to be quick or slow. */
export interface JobSettings {
  readonly hyperparameters?: Readonly<Hyperparameters>
  /** This provider's own options, without the namespace. */
  readonly providerOptions?: object
  /** Where the harness's own base model does not take the method. */
  readonly baseModel?: string
  /** Rows of the training dataset, as JSON, in a format that `@anytune/dataset` knows. */
  readonly rows?: readonly object[]
}

/** A job as the vendor understood it. */
export interface Asked {
  readonly method: Method
  readonly hyperparameters: Readonly<Hyperparameters>
  readonly suffix?: string
  readonly seed?: number
  /** It may have more pairs than the user gave. */
  readonly metadata?: Readonly<Record<string, string>>
  readonly validation?: string
}

/** What the suite must know of a driver, and of the vendor or emulator behind it. */
export interface Harness {
  /** The driver on an account where nothing is. */
  makeDriver(): Driver | Promise<Driver>
  /** Another driver on the same account, as a second process would make it. */
  sameAccount(driver: Driver): Driver | Promise<Driver>
  /** One word for each request the vendor has seen from this account. Default: the calls of the driver's methods. */
  calls?(driver: Driver): readonly string[]

  readonly baseModel: string
  /** What makes a job of a method quick. Supervised and preference training have rows of their own. */
  readonly quick?: { readonly [M in Method]?: JobSettings }
  /** What keeps a job running for some seconds, so that it can be cancelled, paused and watched. */
  readonly slow: JobSettings
  /** This provider's own options of a deployment, without the namespace. */
  readonly deploymentOptions?: object

  /** Every word the vendor has for a job, from its SDK or its documentation, and what the driver must make of it. */
  readonly statuses: {
    readonly expected: Readonly<Record<string, JobStatus>>
    /** The driver's status of a job for which the vendor says this word. */
    statusOf(word: string): JobStatus | Promise<JobStatus>
  }
  /**
   * `none`: never told; `sometimes`: told by jobs that take long enough; `listed`: told by every job;
   * `servable`: they also answer, deployed where the provider has deployments.
   */
  readonly checkpoints: 'none' | 'sometimes' | 'listed' | 'servable'
  /** Lists that the vendor cannot be asked to sort; the others must be newest first. */
  readonly unsortedLists?: readonly ('datasets' | 'jobs' | 'models' | 'deployments')[]

  /** What the vendor was asked to do, read from the vendor's own record of the job without the driver's help. */
  asked?(driver: Driver, job: Job): Asked | Promise<Asked>
  /** The bytes of a staged dataset as the vendor holds them. */
  storedBytes?(driver: Driver, dataset: string): Promise<Uint8Array>
  /** Puts a job on the account that the driver would never have made, such as one of a method it does not know. */
  plantOddJob?(driver: Driver): void | Promise<void>
  /** Makes the next request of an operation fail. */
  readonly faults?: {
    readonly kinds: readonly FaultKind[]
    failNext(driver: Driver, operation: FaultOperation, kind: FaultKind): void | Promise<void>
  }

  /** How long one test may take; a wait for the vendor within it, half as long. Default 30 s. */
  readonly timeoutMs?: number
  /** After the last test. */
  cleanUp?(): void | Promise<void>
}
