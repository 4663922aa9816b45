import { parseReference, type RunSummary, type Tuner } from '@anytune/core'

/** The runs on the tuner's own account, newest first: one journal serves all profiles of a configuration. */
export async function* ownRuns({ provider, scope, runs }: Tuner): AsyncGenerator<RunSummary> {
  for await (const run of runs.list()) {
    const of = parseReference(run.reference)
    if (of.provider === provider && of.scope === scope) yield run
  }
}
