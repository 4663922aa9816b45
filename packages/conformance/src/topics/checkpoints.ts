import assert from 'node:assert/strict'
import type { Suite, Topic, TopicTest } from '../suite.ts'
import { deployOptions } from './deployments.ts'

/** Checkpoints are told as they come, and what can be used is named. */
export const checkpoints: Topic = (suite) => {
  switch (suite.harness.checkpoints) {
    case 'none':
      return [{ name: 'none are told', run: async () => assert.deepEqual(await toldBy(suite), []) }]
    case 'sometimes':
      return [{ name: 'those that are told come in the order of their steps', run: () => inOrder(suite) }]
    case 'listed':
      return [listed(suite)]
    case 'servable':
      return [listed(suite), { name: 'a checkpoint answers', run: () => answers(suite) }]
  }
}

function listed(suite: Suite): TopicTest {
  return {
    name: 'checkpoints are told in the order of their steps, each with a model of its own',
    run: async () => {
      const told = await toldBy(suite)
      assert.ok(told.length > 0, 'the harness says that every job tells of checkpoints')
      await inOrder(suite)
    },
  }
}

async function inOrder(suite: Suite): Promise<void> {
  const told = await toldBy(suite)
  const steps = told.map(({ step }) => step)
  assert.deepEqual(
    steps,
    steps.toSorted((one, other) => one - other),
  )
  assert.equal(new Set(told.map(({ model }) => model)).size, told.length, 'models of checkpoints must differ')
}

async function toldBy(suite: Suite) {
  return (await suite.finished()).events.filter((event) => event.type === 'checkpoint')
}

async function answers(suite: Suite): Promise<void> {
  const { account } = await suite.finished()
  const latest = (await toldBy(suite)).at(-1)
  assert.ok(latest, 'the harness says that every job tells of checkpoints')
  const live = await account.tuner.models.open(latest.model).deploy(deployOptions(suite))
  const { text } = await live.chat([{ role: 'user', content: 'Hello' }])
  assert.equal(typeof text, 'string')
  await live.undeploy()
}
