import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { createShelf, type Shelf } from '../server/shelf.ts'
import type { ModelArtifact } from '../training/life.ts'
import type { Outcome } from '../training/outcome.ts'
import type { StoredFile } from './stored-file.ts'
import type { StoredJob } from './stored-job.ts'
import type { StoredUpload } from './stored-upload.ts'
import { DEFAULT_SETTINGS, type OpenAISettings } from './settings.ts'

/** All that OpenAI has of one account. */
export interface OpenAIAccount {
  readonly name: string
  readonly organization: string
  /** The id of its one project: `proj_` and its name. */
  readonly project: string
  settings: OpenAISettings
  readonly files: Shelf<StoredFile>
  readonly uploads: Shelf<StoredUpload>
  readonly jobs: Shelf<StoredJob>
  readonly tunedModels: Shelf<TunedModel>
  /** How the next jobs go. */
  outcome: Outcome
  readonly requestTimes: number[]
}

/** A model that a job made. */
export interface TunedModel {
  readonly id: string
  readonly created: number
  /** The snapshot it was tuned from. */
  readonly base: string
  readonly artifact: ModelArtifact
}

/** An account where nothing is. */
export function openAccount(name: string, clock: Clock): OpenAIAccount {
  return {
    name,
    organization: `org-${createHash('sha256').update(name).digest('hex').slice(0, 24)}`,
    project: `proj_${name}`,
    settings: DEFAULT_SETTINGS,
    files: createShelf(clock),
    uploads: createShelf(clock),
    jobs: createShelf(clock),
    tunedModels: createShelf(clock),
    outcome: {},
    requestTimes: [],
  }
}
