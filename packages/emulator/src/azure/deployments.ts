import type { Servable } from './models.ts'

/** The deployment types that serve chat, in the vendor's spelling; a request may spell them in any case. */
export const SKUS = [
  'Standard',
  'GlobalStandard',
  'DataZoneStandard',
  'DeveloperTier',
  'ProvisionedManaged',
  'GlobalProvisionedManaged',
  'DataZoneProvisionedManaged',
] as const

export type DeploymentSku = (typeof SKUS)[number]

/** What a deployment serves, as its creator named it. */
export interface DeployedModel {
  readonly format: string
  /** A base model's name, a tuned model, or a checkpoint. */
  readonly name: string
  readonly version: string
  readonly source?: string
  readonly sourceAccount?: string
  readonly publisher?: string
}

/** What of a deployment its creator may choose and change. */
export interface DeploymentChoice {
  readonly sku: { readonly name: DeploymentSku; readonly capacity: number; readonly tier?: string }
  readonly model: DeployedModel
  readonly tags: Readonly<Record<string, string>> | undefined
  /** The members of `properties` that are kept and told, and mean nothing here. */
  readonly others: Readonly<Record<string, unknown>>
}

/** A deployment; times are milliseconds of the emulator's clock. */
export interface Deployment {
  readonly name: string
  readonly createdAt: number
  choice: DeploymentChoice
  /** What answers; a checkpoint goes on being served when it is no longer listed. */
  serves: Servable
  changedAt: number
  /** When Azure Resource Manager says `Succeeded`, or `Failed`. */
  settlesAt: number
  /** When chat first finds it; later than `settlesAt`. */
  answersAt: number
  failure: { readonly code: string; readonly message: string } | undefined
  paused: boolean
  /** When it will be gone; undefined while nobody has deleted it. */
  goneAt: number | undefined
  /** When chat was asked of it. */
  readonly calls: number[]
}

export type ProvisioningState = 'Creating' | 'Deleting' | 'Failed' | 'Succeeded'

/** The state at a time. */
export function provisioningState(deployment: Deployment, now: number): ProvisioningState {
  if (deployment.goneAt !== undefined) return 'Deleting'
  if (now < deployment.settlesAt) return 'Creating'
  return deployment.failure === undefined ? 'Succeeded' : 'Failed'
}

const HOUR = 60 * 60 * 1000
/** "Developer tier deployments are deleted after 24 hours." */
const DEVELOPER_LIFE = 24 * HOUR
/** "A deployment of a customized model without completions or chat calls for fifteen days is deleted"; the model stays. */
const IDLE_LIFE = 15 * 24 * HOUR

/** When the deployment is gone if nothing more happens to it; Infinity for a base model's. */
export function endsAt({ goneAt, serves, choice, createdAt, calls }: Deployment): number {
  if (goneAt !== undefined) return goneAt
  if (!serves.tuned) return Infinity
  if (choice.sku.name === 'DeveloperTier') return createdAt + DEVELOPER_LIFE
  return (calls.at(-1) ?? createdAt) + IDLE_LIFE
}
