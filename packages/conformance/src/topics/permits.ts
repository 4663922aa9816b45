import assert from 'node:assert/strict'
import type { Driver, Permit, StagingFile } from '@anytune/core/driver'
import { type Account, newAttempt } from '../account.ts'
import { withoutEffect } from '../effects.ts'
import { collect, contextOf, refusal } from '../expect.ts'
import { overlay } from '../overlay.ts'
import type { Suite, Topic } from '../suite.ts'
import { onLive } from './deployments.ts'

/** Content leaves with a permit of the gate's, for that content alone. */
export const permits: Topic = (suite) => [
  { name: 'a forged permit stages nothing: not one byte is read', run: () => refusesForged(suite) },
  { name: 'a permit is for the one dataset it was given for', run: () => refusesOther(suite) },
  ...(suite.driver.chat === undefined
    ? []
    : [
        { name: 'a forged permit asks no model', run: () => refusesForgedChat(suite) },
        { name: 'a permit to ask does not stage, and one to stage does not ask', run: () => refusesCrossed(suite) },
      ]),
]

const QUESTION = { messages: [{ role: 'user', content: 'Hello' }] } as const

// As somebody would who wants to get around the gate: the brand is known to the type checker alone.
const forgedFor = (file: StagingFile) =>
  ({ purpose: 'stage', sha256: file.sha256, verdict: 'forged' }) as unknown as Permit

async function refusesForged(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await account.onStaging(suite.method, async ({ file, permit }) => {
      await refusesToStage(suite, account, file, forgedFor(file))
      await refusesToStage(suite, account, file, undefined as unknown as Permit)
      await refusesToStage(suite, account, file, { ...permit })
    })
  })
}

async function refusesOther(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await account.onStaging(suite.method, async ({ file, permit }) => {
      const other = { ...file, sha256: '0'.repeat(64) }
      await refusesToStage(suite, account, other, permit)
    })
  })
}

async function refusesToStage(suite: Suite, account: Account, file: StagingFile, permit: Permit): Promise<void> {
  let opened = false
  const watched: StagingFile = {
    ...file,
    open() {
      opened = true
      return file.open()
    },
  }
  const stage = () => account.driver.datasets.create(watched, newAttempt(), permit, contextOf())
  await withoutEffect(suite.harness, account, 'a forged permit', () =>
    refusal('staging with a forged permit', 'policy-refused', stage),
  )
  assert.equal(opened, false, 'the bytes must not even be read')
}

async function refusesForgedChat(suite: Suite): Promise<void> {
  const { account } = await suite.finished()
  await onTarget(suite, async (target) => {
    const forged = { purpose: 'chat', verdict: 'forged' } as unknown as Permit
    await refusesToAsk(suite, account, target, forged)
  })
}

async function refusesCrossed(suite: Suite): Promise<void> {
  const { account } = await suite.finished()
  await onTarget(suite, async (target) => {
    const toAsk = await chatPermit(account, target)
    await suite.onFresh(async (fresh) => {
      await fresh.onStaging(suite.method, async ({ file, permit: toStage }) => {
        await refusesToStage(suite, fresh, file, toAsk)
        await refusesToAsk(suite, account, target, toStage)
      })
    })
  })
}

async function refusesToAsk(suite: Suite, account: Account, target: string, permit: Permit): Promise<void> {
  const ask = async () => collect(account.driver.chat?.(target, QUESTION, permit, contextOf()) ?? nothing())
  await withoutEffect(suite.harness, account, 'a forged permit', () =>
    refusal('asking with a forged permit', 'policy-refused', ask),
  )
}

/** What chat calls for the finished run's model. */
async function onTarget(suite: Suite, use: (target: string) => Promise<void>): Promise<void> {
  const { account } = await suite.finished()
  await onLive(suite, async (live) => {
    await use(live.created ? (await account.tuner.deployments.get(live.id)).target : live.id)
  })
}

/** A true permit to ask, caught on its way to the driver. */
async function chatPermit(account: Account, target: string): Promise<Permit> {
  let caught: Permit | undefined
  const tuner = account.tunerOf(
    overlay<Driver>(account.driver, {
      chat(_target, _request, permit) {
        caught = permit
        return nothing()
      },
    }),
  )
  await tuner.models.open(target).chat(QUESTION.messages)
  assert.ok(caught)
  return caught
}

async function* nothing(): AsyncGenerator<never> {}
