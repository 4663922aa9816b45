import type { ReferenceKind } from './reference.ts'

/**
 * Something to do next, as data: a program acts on it, and the command line prints the command that does it. What is absent is for
 * the user to find out or to choose, such as the id of something at the provider.
 */
export type NextAction =
  /** Judge the rows of a file, and list each that cannot be used. */
  | { readonly do: 'check'; readonly path?: string }
  /** Write a file anew without what was found in it; of all kinds, or of these. */
  | { readonly do: 'redact'; readonly path?: string; readonly kinds?: readonly string[] }
  /** Count the tokens of a file, and list its longest rows. */
  | { readonly do: 'statistics'; readonly path?: string }
  | { readonly do: 'plan' }
  | { readonly do: 'list'; readonly what: ListedKind }
  | { readonly do: 'resume-run'; readonly run: string; readonly decision?: DecisionToTake }
  /** Deploy the model, or go on with it, with the same options. */
  | { readonly do: 'deploy'; readonly model: string; readonly decision?: DecisionToTake }
  | { readonly do: 'undeploy'; readonly deployment?: string }
  | {
      readonly do: 'purge'
      readonly target: { readonly kind: ReferenceKind; readonly id?: string }
      readonly cancelJob?: true
    }
  /** See what an account holds, and how long each will last. */
  | { readonly do: 'doctor' }
  /** Copy all that can be read of an account into a folder. */
  | { readonly do: 'export-all'; readonly to?: string }

type ListedKind = 'runs' | 'datasets' | 'jobs' | 'models' | 'deployments'

/** As `Decision`; without an id the thing to take as ours has to be found at the provider first. */
export type DecisionToTake = { readonly adopt?: string } | { readonly createAgain: true }

/** The two answers to "was it made?": take what was, each candidate its own way, or have it made again. */
export function decisions(candidates: unknown): readonly DecisionToTake[] {
  const ids = Array.isArray(candidates) ? candidates.map(String) : []
  return [...(ids.length === 0 ? [{}] : ids.map((adopt) => ({ adopt }))), { createAgain: true }]
}
