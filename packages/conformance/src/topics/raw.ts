import assert from 'node:assert/strict'
import { contextOf } from '../expect.ts'
import type { Suite, Topic } from '../suite.ts'
import { onLive } from './deployments.ts'

/** The vendor's own object and word are always there. */
export const raw: Topic = (suite) => [
  { name: 'a job carries the vendor’s own object and word', run: () => ofJob(suite) },
  { name: 'a dataset carries the vendor’s own object and word', run: () => ofDataset(suite) },
  ...(suite.driver.models === undefined
    ? []
    : [{ name: 'a model carries the vendor’s own object', run: () => ofModel(suite) }]),
  ...(suite.driver.deployments === undefined
    ? []
    : [{ name: 'a deployment carries the vendor’s own object and word', run: () => ofDeployment(suite) }]),
]

async function ofJob(suite: Suite): Promise<void> {
  const { seen } = await suite.finished()
  for (const job of seen) assertRaw(job)
}

async function ofDataset(suite: Suite): Promise<void> {
  const { account, spec } = await suite.finished()
  assertRaw(await account.driver.datasets.get(spec.training, contextOf()))
}

async function ofModel(suite: Suite): Promise<void> {
  const { account, model } = await suite.finished()
  assertObject((await account.tuner.models.get(model.id)).raw)
}

async function ofDeployment(suite: Suite): Promise<void> {
  const { account } = await suite.finished()
  await onLive(suite, async (live) => assertRaw(await account.tuner.deployments.get(live.id)))
}

function assertRaw(thing: { readonly raw: unknown; readonly rawStatus: string }): void {
  assert.ok(typeof thing.rawStatus === 'string' && thing.rawStatus !== '', 'rawStatus is the vendor’s own word')
  assertObject(thing.raw)
}

function assertObject(value: unknown): void {
  assert.ok(typeof value === 'object' && value !== null, 'raw is the vendor’s own object')
}
