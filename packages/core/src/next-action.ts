import type { ReferenceKind } from './reference.ts'

/**
 * Something to do next, as data: a program acts on it, and the command line prints the command that does it. What is absent is for
 * the user to find out or to choose, such as the id of something at the provider.
 */
export type NextAction =
  | { readonly do: 'check'; readonly path?: string }
  | { readonly do: 'redact'; readonly path?: string; readonly kinds?: readonly string[] }
  | { readonly do: 'statistics'; readonly path?: string }
  | { readonly do: 'plan' }
  | { readonly do: 'list'; readonly what: ListedKind }
  | { readonly do: 'resume-run'; readonly run: string; readonly decision?: DecisionToTake }
  | { readonly do: 'deploy'; readonly model: string; readonly decision?: DecisionToTake }
  | { readonly do: 'undeploy'; readonly deployment?: string }
  | {
      readonly do: 'purge'
      readonly target: { readonly kind: ReferenceKind; readonly id?: string }
      readonly cancelJob?: true
    }
  | { readonly do: 'doctor' }
  | { readonly do: 'export-all'; readonly to?: string }

/** What each action is. */
export const NEXT_ACTIONS: Readonly<Record<NextAction['do'], string>> = {
  check: 'judge the rows of a file, and list each that cannot be used',
  redact: 'write a file anew without what a scan finds in it: of all kinds, or of these',
  statistics: 'count the tokens of a file, and list its longest rows',
  plan: 'make a plan',
  list: 'list the things of this kind',
  'resume-run': 'go on with a run, with a decision where one is needed',
  deploy: 'deploy a model, or go on with it: with the same options, and with a decision where one is needed',
  undeploy: 'take a deployment down',
  purge: 'remove what a run made, or one thing; `cancelJob`: a job that may be under way is cancelled first',
  doctor: 'see what the account holds, and how long each will last',
  'export-all': 'copy all that can be read of the account into a folder',
}

type ListedKind = 'runs' | 'datasets' | 'jobs' | 'models' | 'deployments'

/** As `Decision`; without an id the thing to take as ours has to be found at the provider first. */
export type DecisionToTake = { readonly adopt?: string } | { readonly createAgain: true }

/** The two answers to "was it made?": take what was, each candidate its own way, or have it made again. */
export function decisions(candidates: unknown): readonly DecisionToTake[] {
  const ids = Array.isArray(candidates) ? candidates.map(String) : []
  return [...(ids.length === 0 ? [{}] : ids.map((adopt) => ({ adopt }))), { createAgain: true }]
}
