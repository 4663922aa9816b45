import type { CommandAction } from '../command-words.ts'
import type { Basis } from './known.ts'

/** What a finding is about, by the words of references; `provider` is the whole account. */
export interface Subject {
  readonly kind: 'model' | 'deployment' | 'job' | 'dataset' | 'run' | 'provider'
  readonly id: string
}

/** Every kind of finding, and what it means. */
export const FINDING_KINDS = {
  'model-ends': 'a fine-tuned model answers no more from a day on',
  'model-ended': 'a fine-tuned model is listed although its last day has passed',
  'deployment-ends': 'a deployment is removed, or its model answers no more, from a day on',
  'deployment-ended': 'a deployment is listed although its last day has passed',
  'deployment-costs': 'a deployment costs while it exists, or what it costs is not known',
  'deployment-idle': 'a deployment costs, or may cost, and has not been used for a week or more',
  'deployment-failed': 'a deployment does not answer and may cost all the same',
  closing: 'the provider takes no new jobs from a day on',
  closed: 'the provider takes no new jobs any more',
  'training-ends': 'nothing can be trained any more on a base model in use, from a day on',
  'job-before-closing': 'a job still runs shortly before it could not be repeated any more',
  'file-left-over': 'a file that was staged by anytune is needed by nothing any more',
  'file-unclaimed': 'a file that was staged by anytune is named by no job, and may yet be needed',
  'file-expires': 'the provider deletes a staged file on a day',
  'files-not-judged': 'which staged files are left over cannot be told',
  'run-undecided': 'a run waits for a decision',
  'run-open': 'a run was begun and not submitted',
} as const satisfies Readonly<Record<string, string>>
export type FindingKind = keyof typeof FINDING_KINDS

/** `urgent`: ends within the horizon that was asked for. `warning`: somebody should do something. `note`: good to know. */
export type Severity = 'urgent' | 'warning' | 'note'

/** Something that somebody should know of an account. */
export interface Finding {
  /** Stable from one look to the next: kind and subject. */
  readonly id: string
  readonly kind: FindingKind
  readonly severity: Severity
  readonly subject: Subject
  /** One sentence; it names things by id alone. */
  readonly what: string
  readonly when?: Date
  /** As in `End`. */
  readonly daysLeft?: number
  readonly basis?: Basis
  /** What to do. */
  readonly commands: readonly CommandAction[]
}

/** A finding, with the id that its kind and subject make. */
export function finding(
  kind: FindingKind,
  severity: Severity,
  facts: Omit<Finding, 'id' | 'kind' | 'severity'>,
): Finding {
  const { subject, when } = facts
  // A provider may close in several steps.
  const day = subject.kind === 'provider' && when !== undefined ? `:${when.toISOString().slice(0, 10)}` : ''
  return { id: `${kind}:${subject.id}${day}`, kind, severity, ...facts }
}
