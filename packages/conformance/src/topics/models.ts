import assert from 'node:assert/strict'
import { withoutCalls } from '../effects.ts'
import { collect, refusal, unlessGone } from '../expect.ts'
import type { Suite, Topic, TopicTest } from '../suite.ts'

/** A model is named once it can be used, and not before. */
export const models: Topic = (suite) => {
  const { models: kept } = suite.driver
  const always = [{ name: 'a job names its model only when it has succeeded', run: () => namedAtTheEnd(suite) }]
  if (kept === undefined)
    return [...always, ...(['get', 'list', 'delete'] as const).map((name) => lacking(suite, name))]
  return [
    ...always,
    { name: 'the model of a run is found and listed', run: () => found(suite) },
    kept.delete === undefined
      ? lacking(suite, 'delete')
      : { name: 'a deleted model is gone', run: () => deletes(suite) },
  ]
}

async function namedAtTheEnd(suite: Suite): Promise<void> {
  const { seen, job, model } = await suite.finished()
  for (const earlier of seen) {
    if (earlier.status !== 'succeeded') assert.equal(earlier.model, undefined, `while the job was ${earlier.status}`)
  }
  assert.equal(job.model, model.id)
}

async function found(suite: Suite): Promise<void> {
  const { account, model } = await suite.finished()
  const kept = await account.tuner.models.get(model.id)
  assert.equal(kept.id, model.id)
  if (kept.createdAt !== undefined) assert.ok(kept.createdAt instanceof Date)
  const listed = await collect(account.tuner.models.list())
  assert.ok(listed.some(({ id }) => id === model.id))
}

async function deletes(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const model = await (await account.start(suite.method)).model()
    await account.tuner.models.delete(model.id)
    await refusal('a deleted model', 'not-found', () => account.tuner.models.get(model.id))
    await unlessGone(() => account.tuner.models.delete(model.id))
    assert.deepEqual(await collect(account.tuner.models.list()), [])
  })
}

function lacking(suite: Suite, operation: 'get' | 'list' | 'delete'): TopicTest {
  const run = () =>
    suite.onFresh(async ({ tuner, ...account }) => {
      const work = {
        get: () => tuner.models.get('any'),
        list: () => collect(tuner.models.list()),
        delete: () => tuner.models.delete('any'),
      }[operation]
      await withoutCalls({ tuner, ...account }, `models.${operation}`, () =>
        refusal(`models.${operation}`, 'unsupported', work),
      )
    })
  return { name: `${operation} of models is unsupported, with zero calls`, run }
}
