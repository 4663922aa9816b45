import { EmulatorError } from '../errors.ts'
import { checkShape, choice, flag, number, object, optional, text, whole, type Member } from '../server/shape.ts'

/** How one emulated resource behaves; a test changes what it needs. Durations are milliseconds of the emulator's clock. */
export interface AzureSettings {
  /** The resource's region, in Azure's short form. */
  readonly location: string
  /** False: modified abuse monitoring was granted, and the resource says so among its capabilities. */
  readonly contentLogging: boolean
  /** Whether the resource is encrypted with a key of the customer's own. */
  readonly customerManagedKey: boolean
  readonly publicNetworkAccess: 'Enabled' | 'Disabled'
  /** Training jobs that the resource may have, finished ones included. */
  readonly maximumJobs: number
  /** Jobs that may wait or run at once. */
  readonly maximumActiveJobs: number
  readonly minimumExamples: number
  readonly maximumFiles: number
  /** Of a file that comes in one request, and of a part of an upload. */
  readonly maximumFileBytes: number
  readonly maximumUploadBytes: number
  readonly maximumTotalFileBytes: number
  /** From a file's arrival to `processed`. */
  readonly processingMilliseconds: number
  /** How long a job says `pausing`. */
  readonly pausingMilliseconds: number
  /** How long an upload may stay without being completed. */
  readonly uploadMilliseconds: number
  readonly maximumTunedDeployments: number
  /** Thousands of tokens per minute, over all deployments. */
  readonly capacity: number
  readonly deploymentsPerPage: number
  /** From PUT to `Succeeded`. */
  readonly deployingMilliseconds: number
  /** From `Succeeded` to the first answer of chat; until then it says `DeploymentNotReady`. */
  readonly readinessLagMilliseconds: number
  readonly undeployingMilliseconds: number
  /** Whether models end on their days by the emulator's clock. Off, so that no test expires. */
  readonly enforceRetirements: boolean
  /** `false`: `metadata` is accepted and forgotten; that the service keeps it was not seen. */
  readonly keepsMetadata: boolean
  /** `true`: a chosen `batch_size` becomes 1 without a word, as reported of the service in openai-python#1276. */
  readonly ignoresBatchSize: boolean
  /** `true`: new deployments end in `Failed`. */
  readonly failsDeployments: boolean
  /** Which half of a conversation the content filter stops. */
  readonly contentFilter: 'nothing' | 'prompt' | 'answer'
}

const MEGABYTE = 1024 * 1024
const HOUR = 60 * 60 * 1000

/** Limits as on the vendor's page "quotas and limits" (2026-02-17) and in the dated schema; the durations are short. */
export const DEFAULT_SETTINGS: AzureSettings = {
  location: 'swedencentral',
  contentLogging: true,
  customerManagedKey: false,
  publicNetworkAccess: 'Enabled',
  maximumJobs: 100,
  // Three may run and twenty wait.
  maximumActiveJobs: 23,
  minimumExamples: 10,
  maximumFiles: 100,
  maximumFileBytes: 512 * MEGABYTE,
  maximumUploadBytes: 9 * 1024 * MEGABYTE,
  maximumTotalFileBytes: 1024 * MEGABYTE,
  processingMilliseconds: 50,
  pausingMilliseconds: 50,
  uploadMilliseconds: 2 * HOUR,
  maximumTunedDeployments: 10,
  capacity: 10_000,
  deploymentsPerPage: 50,
  deployingMilliseconds: 200,
  readinessLagMilliseconds: 100,
  undeployingMilliseconds: 100,
  enforceRetirements: false,
  keepsMetadata: true,
  ignoresBatchSize: false,
  failsDeployments: false,
  contentFilter: 'nothing',
}

/** Some settings from outside; throws an `EmulatorError` that says what is wrong. */
export function parseSettings(value: unknown): Partial<AzureSettings> {
  const violation = checkShape(object(SETTINGS), value)
  if (violation === undefined) return value as Partial<AzureSettings> // the shape says so
  const { path, rule, expected } = violation
  throw new EmulatorError(rule === 'unknown' ? `Azure has no setting "${path}"` : `${path} must be ${expected}`)
}

const count = optional(whole({ minimum: 0 }))
const duration = optional(number({ minimum: 0 }))

const SETTINGS: Record<keyof AzureSettings, Member> = {
  location: optional(text({ minimum: 1 })),
  contentLogging: optional(flag),
  customerManagedKey: optional(flag),
  publicNetworkAccess: optional(choice('Enabled', 'Disabled')),
  maximumJobs: count,
  maximumActiveJobs: count,
  minimumExamples: count,
  maximumFiles: count,
  maximumFileBytes: count,
  maximumUploadBytes: count,
  maximumTotalFileBytes: count,
  processingMilliseconds: duration,
  pausingMilliseconds: duration,
  uploadMilliseconds: duration,
  maximumTunedDeployments: count,
  capacity: count,
  deploymentsPerPage: optional(whole({ minimum: 1 })),
  deployingMilliseconds: duration,
  readinessLagMilliseconds: duration,
  undeployingMilliseconds: duration,
  enforceRetirements: optional(flag),
  keepsMetadata: optional(flag),
  ignoresBatchSize: optional(flag),
  failsDeployments: optional(flag),
  contentFilter: optional(choice('nothing', 'prompt', 'answer')),
}
