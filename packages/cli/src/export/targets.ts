import { parseReference, type Deployment, type FineTunedModel, type Job, type Run, type Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { understand } from '../failure.ts'

/** What is to be copied. */
export interface Targets {
  readonly runs: readonly Run[]
  readonly jobs: readonly Job[]
  readonly models: readonly FineTunedModel[]
  readonly deployments: readonly Deployment[]
  readonly datasets: readonly string[]
}

const RUN = /^run-[a-z0-9]{10}$/

/**
 * Looks up what references name, and what belongs to it: the job of a run or a model, the model that a deployment serves.
 * A plain id is that of a run, where it looks like one, or else of a job.
 *
 * @throws AnytuneError `not-found` for one that is not there.
 */
export async function findTargets(tuner: Tuner, references: readonly string[], signal: AbortSignal): Promise<Targets> {
  const [runs, jobs, models, deployments, datasets] = [
    new Map<string, Run>(),
    new Map<string, Job>(),
    new Map<string, FineTunedModel>(),
    new Map<string, Deployment>(),
    new Set<string>(),
  ]
  const keep = <T extends { readonly id: string }>(into: Map<string, T>, thing: T) => void into.set(thing.id, thing)
  const look = {
    async run(reference: string) {
      const run = await tuner.runs.get(reference)
      keep(runs, run)
      const job = await unless(['failed-precondition', 'not-found'], run.job({ signal }), signal)
      if (job !== undefined) keep(jobs, job)
    },
    job: async (reference: string) => keep(jobs, await tuner.jobs.get(reference, { signal })),
    async model(reference: string) {
      const model = await tuner.models.get(reference, { signal })
      keep(models, model)
      if (model.job === undefined) return
      const job = await unless(['not-found'], tuner.jobs.get(model.job, { signal }), signal)
      if (job !== undefined) keep(jobs, job)
    },
    async deployment(reference: string) {
      const deployment = await tuner.deployments.get(reference, { signal })
      keep(deployments, deployment)
      if (deployment.model !== undefined)
        await unless(['not-found', 'unsupported'], look.model(deployment.model), signal)
    },
    dataset: async (reference: string) => void datasets.add((await tuner.datasets.get(reference, { signal })).id),
  }
  for (const reference of references) await look[kindOf(reference)](reference)
  return {
    runs: [...runs.values()],
    jobs: [...jobs.values()],
    models: [...models.values()],
    deployments: [...deployments.values()],
    datasets: [...datasets],
  }
}

function kindOf(reference: string) {
  if (reference.startsWith('anytune://')) return parseReference(reference).kind
  if (reference.trim() === '') {
    throw new AnytuneError('invalid-argument', 'an empty text names nothing', { hint: 'give an id or a reference' })
  }
  return RUN.test(reference) ? 'run' : 'job'
}

/** Undefined where looking fails with one of these codes. */
async function unless<T>(codes: readonly string[], looking: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await looking
  } catch (error) {
    signal.throwIfAborted()
    if (codes.includes(understand(error).code)) return undefined
    throw error
  }
}
