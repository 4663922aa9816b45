import assert from 'node:assert/strict'
import type { DeploymentHandle } from '@anytune/core'
import { inventory, withoutCalls } from '../effects.ts'
import { collect, contextOf, refusal, unlessGone } from '../expect.ts'
import type { Suite, Topic, TopicTest } from '../suite.ts'

/** What is served was asked for, and what was taken down is gone. */
export const deployments: Topic = (suite) => {
  const { deployments: kept, chat } = suite.driver
  if (kept !== undefined) {
    return [
      { name: 'a model is deployed, listed, looked at for free, and taken down', run: () => lives(suite) },
      { name: 'what is not a model is not deployed', run: () => refusesUnknown(suite) },
      ...(kept.delete === undefined ? [lacking(suite, 'delete')] : []),
    ]
  }
  return [
    ...(['get', 'list', 'open', 'delete'] as const).map((operation) => lacking(suite, operation)),
    chat === undefined
      ? { name: 'deploying is unsupported, with zero calls', run: () => refusesToDeploy(suite) }
      : { name: 'deploying creates nothing where models are served by themselves', run: () => createsNothing(suite) },
  ]
}

/** This provider's own options of a deployment, in their namespace. */
export function deployOptions({ harness, driver }: Suite) {
  const { deploymentOptions } = harness
  return deploymentOptions === undefined ? {} : { providerOptions: { [driver.provider]: deploymentOptions } }
}

/** A handle that answers for the finished run's model, taken down afterwards. */
export async function onLive(suite: Suite, use: (live: DeploymentHandle) => Promise<void>): Promise<void> {
  const { model } = await suite.finished()
  const live = await model.deploy(deployOptions(suite))
  try {
    await use(live)
  } finally {
    if (suite.driver.deployments?.delete !== undefined || !live.created) await live.undeploy()
  }
}

async function lives(suite: Suite): Promise<void> {
  const { account, model } = await suite.finished()
  const { tuner, driver } = account
  const before = await inventory(account)
  const live = await model.deploy(deployOptions(suite))
  assert.equal(live.created, true)
  const deployment = await tuner.deployments.get(live.id)
  assert.equal(deployment.status, 'ready')
  if (deployment.model !== undefined) assert.equal(deployment.model, model.id)
  assert.ok(deployment.target.length > 0)
  assert.ok((await collect(tuner.deployments.list())).some(({ id }) => id === live.id))

  const there = await inventory(account)
  for (let look = 0; look < 3; look++) {
    assert.deepEqual(await driver.deployments?.get(live.id, contextOf()), deployment)
  }
  assert.deepEqual(await inventory(account), there, 'looking at a deployment must not make another')

  if (driver.deployments?.delete === undefined) return
  await live.undeploy()
  await refusal('a deployment that was taken down', 'not-found', () => tuner.deployments.get(live.id))
  await unlessGone(() => tuner.deployments.delete(live.id))
  assert.deepEqual(await inventory(account), before, 'undeploying leaves the model, and nothing else')
}

async function refusesUnknown(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const model = account.tuner.models.open('no-such-model')
    const codes = ['not-found', 'invalid-argument', 'failed-precondition'] as const
    await refusal('deploying what is not there', codes, () => model.deploy(deployOptions(suite)))
    assert.deepEqual(await inventory(account), [])
  })
}

async function refusesToDeploy(suite: Suite): Promise<void> {
  const { account, model } = await suite.finished()
  await withoutCalls(account, 'deploying', () => refusal('deploying', 'unsupported', () => model.deploy()))
}

async function createsNothing(suite: Suite): Promise<void> {
  const { account, model } = await suite.finished()
  const live = await withoutCalls(account, 'deploying', () => model.deploy())
  assert.equal(live.created, false)
  assert.equal(live.id, model.id)
  await withoutCalls(account, 'undeploying', () => live.undeploy())
}

function lacking(suite: Suite, operation: 'get' | 'list' | 'open' | 'delete'): TopicTest {
  const run = () =>
    suite.onFresh(async (account) => {
      const { deployments: part } = account.tuner
      const work: () => Promise<unknown> = {
        get: () => part.get('any'),
        list: () => collect(part.list()),
        open: () => part.open('any'),
        delete: () => part.delete('any'),
      }[operation]
      await withoutCalls(account, `deployments.${operation}`, () =>
        refusal(`deployments.${operation}`, 'unsupported', work),
      )
    })
  return { name: `${operation} of deployments is unsupported, with zero calls`, run }
}
