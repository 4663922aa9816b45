import type { Settings } from '../settings.ts'
import { readRun, type RunRecord } from '../run/records.ts'
import type { PurgeOptions } from '../tuner.ts'
import type { Hold } from './claims.ts'
import { deploymentsOf } from './deployments.ts'
import { deploymentThing, fileThing, type JobThings, modelThing, thingsOfJob } from './job-things.ts'
import type { OpenedPurge, PurgeTarget } from './receipt.ts'
import { thingsOfRun } from './run-things.ts'
import { type FoundThing, REMOVAL_ORDER } from './things.ts'

export type Inventory = Pick<OpenedPurge, 'things' | 'jobs' | 'deploys' | 'offering'>

/** Everything that a purge of the target is about, in the order of its removal. Jobs under way are brought to their end first. */
export async function inventoryOf(
  settings: Settings,
  target: PurgeTarget,
  options: PurgeOptions,
  hold: Hold,
): Promise<Inventory> {
  const { things, jobs, offering } = await ofKind(settings, target, options)
  const models = things.filter(({ kind }) => kind === 'model' || kind === 'checkpoint')
  const served = new Set(models.map(({ id }) => id))
  const deployed = await deploymentsOf(settings, served, hold, options.signal)
  const all = [...things, ...deployed.things]
  return {
    things: all.toSorted((one, other) => REMOVAL_ORDER.indexOf(one.kind) - REMOVAL_ORDER.indexOf(other.kind)),
    jobs,
    deploys: deployed.deploys,
    offering,
  }
}

type Found = Pick<OpenedPurge, 'things' | 'jobs' | 'offering'>

async function ofKind(settings: Settings, { kind, id }: PurgeTarget, options: PurgeOptions): Promise<Found> {
  const { calls, journal } = settings
  const { driver } = calls
  const offering = driver.offering({ operation: kind === 'deployment' ? 'serve' : 'train', providerOptions: {} })
  const one = (thing: FoundThing): Found => ({ things: [thing], jobs: [], offering })
  switch (kind) {
    case 'run':
      return ofRun(settings, await readRun(journal, id), options)
    case 'job':
      return { ...together([await thingsOfJob(calls, { id, target: { kind, id } }, options)]), offering }
    case 'model':
      return one(modelThing(driver, 'model', id))
    case 'deployment':
      return one(deploymentThing(driver, id))
    case 'dataset':
      return one(fileThing(driver, 'dataset', id))
  }
}

async function ofRun({ calls }: Settings, record: RunRecord, options: PurgeOptions): Promise<Found> {
  const { things, jobs } = await thingsOfRun(calls, record, options)
  const made: JobThings[] = []
  for (const job of jobs) {
    // The journal remembers the model of the run's own job, which the provider may have forgotten.
    const knownModel = job === record.steps.get('job')?.id ? record.ended?.model : undefined
    made.push(await thingsOfJob(calls, { id: job, knownModel, target: { kind: 'run', id: record.id } }, options))
  }
  const { things: ofJobs, jobs: ended } = together(made)
  return { things: [...things, ...ofJobs], jobs: ended, offering: record.opened.plan.offering }
}

function together(jobs: readonly JobThings[]): Pick<Found, 'things' | 'jobs'> {
  return { things: jobs.flatMap(({ things }) => things), jobs: jobs.map(({ job }) => job) }
}
