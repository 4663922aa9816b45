import type { Clock } from '../clock.ts'
import { createShelf, type Shelf } from '../server/shelf.ts'
import type { Outcome } from '../training/outcome.ts'
import type { Operation } from './arm/operations.ts'
import { endsAt, type Deployment } from './deployments.ts'
import type { AzureFile } from './files.ts'
import { resultFileOf, type AzureJob } from './jobs.ts'
import { azureNames, type AzureNames } from './names.ts'
import { DEFAULT_SETTINGS, type AzureSettings } from './settings.ts'
import type { AzureUpload } from './uploads.ts'

/** One emulated Azure OpenAI resource, the same for all three APIs. */
export interface AzureAccount {
  readonly names: AzureNames
  /** Milliseconds of the emulator's clock. */
  readonly createdAt: number
  settings: AzureSettings
  /** How the next jobs go. */
  outcome: Outcome
  readonly files: Shelf<AzureFile>
  readonly uploads: Shelf<AzureUpload>
  readonly jobs: Shelf<AzureJob>
  /** By name in lower case: two names that differ in case are one. */
  readonly deployments: Shelf<Deployment>
  readonly operations: Map<string, Operation>
}

/** A resource with nothing in it. */
export function createAccount(name: string, clock: Clock): AzureAccount {
  return {
    names: azureNames(name),
    createdAt: clock.now(),
    settings: DEFAULT_SETTINGS,
    outcome: {},
    files: createShelf(clock),
    uploads: createShelf(clock),
    jobs: createShelf(clock),
    deployments: createShelf(clock),
    operations: new Map(),
  }
}

/** Lets happen what the time has brought: deployments and files end, finished jobs leave their results file. */
export function bringUpToDate(account: AzureAccount, now: number): void {
  const { deployments, files, jobs } = account
  for (const deployment of deployments.all()) {
    if (endsAt(deployment) <= now) deployments.remove(deployment.name.toLowerCase())
  }
  for (const file of files.all()) if (file.expiresAt !== undefined && file.expiresAt <= now) files.remove(file.id)
  for (const job of jobs.all()) {
    if (job.resultFile !== undefined) continue
    const file = resultFileOf(job)
    if (file === undefined) continue
    job.resultFile = file.id
    files.add(file.id, file)
  }
}
