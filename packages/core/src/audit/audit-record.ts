import type { Offering } from '../driver.ts'
import type { Plan } from '../plan/plan-document.ts'
import type { AskedThing } from '../serve/asked.ts'
import type { PurgedThing, PurgeTarget, Receipt } from '../purge/receipt.ts'

/** All times of an audit are the journal's, in ISO 8601: when something was written down, before or after it was done. */
interface Audited {
  readonly version: 1
  readonly profile: string
  readonly provider: string
  /** The account, region or data directory. */
  readonly scope: string
  /** When it began. */
  readonly at: string
}

/** How far a step came. `begun`: its end was not written down, so that it may have been done. */
export type StepEnd = 'begun' | 'done' | 'refused' | 'unsure'

/** A dataset of a run. What is `sent` left for the run's offering; a digest and counts, never what rows say. */
export interface AuditedDataset {
  readonly role: 'training' | 'validation'
  /** As the plan names it. */
  readonly name: string
  /** The user's own word for how sensitive it is. */
  readonly class?: string
  /** Of the bytes that leave: lower-case hex. */
  readonly sha256: string
  readonly bytes: number
  readonly rows: number
  /** `not-begun`: no byte of it was sent. */
  readonly sent: StepEnd | 'not-begun'
  /** When sending began first. */
  readonly begunAt?: string
  /** When its end was written down. */
  readonly endedAt?: string
  /** The provider's id of what it keeps. */
  readonly id?: string
  /** Whether hashes of its rows are kept here: `forgotten` when they were removed. */
  readonly rowHashes: 'kept' | 'forgotten' | 'not-kept'
}

/** Something that a run or a deployment made at the provider. */
export interface AuditedThing {
  readonly kind: 'dataset' | 'job' | 'model' | 'deployment'
  readonly id: string
  /** When it was known here. */
  readonly at: string
}

/** A model that was put to serve. */
export interface AuditedDeployment extends Audited {
  readonly kind: 'deployment'
  /** Id of the operation. */
  readonly operation: string
  readonly model: string
  readonly state: StepEnd | 'not-begun'
  /** The provider's id. */
  readonly id?: string
  /** `serving`, or how it ended otherwise. */
  readonly ended?: { readonly at: string; readonly status: string }
}

/** That a model or a deployment was asked, by one process: how often and when, never what. */
export interface AuditedQuestions extends Audited {
  readonly kind: 'questions'
  readonly operation: string
  readonly asked: AskedThing
  /** At least: of a process that died the last may be missing. */
  readonly questions: number
  /** When the last of them were written down. */
  readonly lastAt: string
}

/** A removal, whether or not it came to its end. */
export interface AuditedPurge extends Audited {
  readonly kind: 'purge'
  readonly operation: string
  readonly target: PurgeTarget
  /** What was found to remove, and what became of it so far. */
  readonly things: readonly PurgedThing[]
  /** Of the sealed document, which the journal keeps whole; absent: the purge has not come to its end. */
  readonly receipt?: Pick<Receipt, 'digest' | 'endedAt' | 'complete'>
}

/** What the journal knows of one run: what left, when, to whom, under which verdict, what came of it, and what was removed. */
export interface AuditedRun extends Audited {
  readonly kind: 'run'
  readonly run: string
  readonly reference: string
  readonly offering: Offering
  readonly baseModel: string
  readonly method: string
  readonly plan: Pick<Plan, 'digest' | 'createdAt' | 'policy' | 'verified' | 'allow'>
  readonly datasets: readonly AuditedDataset[]
  readonly job: {
    readonly state: StepEnd | 'not-begun'
    readonly begunAt?: string
    readonly endedAt?: string
    readonly id?: string
    /** How it ended, as it was seen here. */
    readonly ended?: { readonly at: string; readonly status: string }
  }
  readonly created: readonly AuditedThing[]
  /** What the user decided where it could not be told whether something was made. */
  readonly decisions: readonly { readonly at: string; readonly step: string; readonly adopted: string | null }[]
  readonly deployments: readonly AuditedDeployment[]
  /** To its model, or to a deployment of it. */
  readonly questions: readonly AuditedQuestions[]
  readonly purges: readonly AuditedPurge[]
}

/** What an audit tells, oldest first: runs with what belongs to them, and the same of things that no run of the journal made. */
export type AuditRecord = AuditedRun | AuditedDeployment | AuditedQuestions | AuditedPurge
