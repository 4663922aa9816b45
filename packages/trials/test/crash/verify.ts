import { type Decision, type Job, runOfDataset } from '@anytune/core'
import { expect } from 'vitest'
import { changesTo } from './account-truth.ts'
import { runOf } from './program.ts'
import type { Place, Question } from './place.ts'
import type { Scenario } from './scenarios.ts'
import type { World } from './world.ts'

/** An error that asks for a decision says what is not known, what to look at, and how to go on. */
export function assertAsks({ message, hint, next, data }: Question, run: string): void {
  expect(message).toMatch(/^(openai|azure) jobs\.create: whether it was made before cannot be told$/)
  expect(hint).toMatch(/^look at the .*; then resume the run with that decision/)
  expect(next).toContainEqual({ do: 'resume-run', run, decision: { createAgain: true } })
  expect(data).toMatchObject({ run, candidates: expect.any(Array) })
}

/** What somebody decides who looks at the vendor: takes the run's job where there is one, else has it made. */
export async function decideByLooking(world: Place): Promise<Decision> {
  const [job, ...more] = await ownJobs(world)
  expect(more).toEqual([])
  return job === undefined ? { createAgain: true } : { adopt: job.id }
}

/** One job of the run, with a file of the run, one deployment of its model, and nothing of anybody else changed. */
export async function assertMadeOnce(world: World, { vendor }: Scenario): Promise<void> {
  await world.catchUp()
  const tuner = world.open()
  const run = (await runOf(world.journal)) ?? ''
  const job = await (await tuner.runs.get(run)).job()
  expect((await ownJobs(world)).map(({ id }) => id)).toEqual([job.id])
  const training = job.files?.find(({ role }) => role === 'training')
  expect(runOfDataset(await tuner.datasets.get(training?.id ?? ''))).toBe(run)
  const { jobs, deployments } = world.truth()
  expect(jobs).toBe(1)
  expect(deployments).toHaveLength(vendor === 'azure' ? 1 : 0)
  assertNobodyHurt(world)
}

/** Purges the run, and finds nothing of it; returns how many uploads are open all the same. */
export async function purgeAll(world: Place): Promise<number> {
  const tuner = world.open()
  const { things } = await tuner.purge((await runOf(world.journal)) ?? '')
  for (const thing of things.filter(({ state }) => state !== 'removed' && state !== 'gone')) {
    // What Azure has no operation for.
    expect(thing).toMatchObject({ kind: expect.stringMatching(/^(model|checkpoint)$/), code: 'unsupported' })
  }
  const datasets = await Array.fromAsync(tuner.datasets.list())
  expect(datasets.filter((dataset) => runOfDataset(dataset) !== undefined)).toEqual([])
  expect(world.truth().deployments).toEqual([])
  assertNobodyHurt(world)
  return world.truth().openUploads
}

/** Uploads with bytes in them that nobody completed or cancelled. */
export function openUploadsWithParts(world: Place): readonly string[] {
  const uploads = (...operations: readonly string[]) =>
    world
      .exchanges()
      .filter(({ operation, status }) => operations.includes(operation) && status !== undefined && status < 300)
      .map(({ path }) => path.split('/').at(-2) ?? path)
  const over = new Set(uploads('uploads.complete', 'uploads.cancel'))
  return [...new Set(uploads('uploads.parts.create'))].filter((id) => !over.has(id))
}

async function ownJobs(world: Place): Promise<readonly Job[]> {
  const jobs = await Array.fromAsync(world.open().jobs.list())
  return jobs.filter(({ id }) => !world.strangers.includes(id))
}

function assertNobodyHurt(world: Place): void {
  const exchanges = world.exchanges()
  expect(changesTo(exchanges, world.strangers)).toEqual([])
  expect(exchanges.filter(({ emulatorFailure }) => emulatorFailure !== undefined)).toEqual([])
}
