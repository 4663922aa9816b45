import assert from 'node:assert/strict'
import type { ChatSetting } from '@anytune/core/driver'
import { withoutCalls } from '../effects.ts'
import { collect, refusal } from '../expect.ts'
import type { Suite, Topic } from '../suite.ts'
import { onLive } from './deployments.ts'

const QUESTION = [{ role: 'user', content: 'What is the price?' }] as const
const SETTINGS: Readonly<Record<ChatSetting, number>> = { maxTokens: 8, temperature: 0, seed: 7 }
const FINISHES = ['stop', 'length', 'filtered', 'unknown']

/** A tuned model answers; what the provider would ignore is refused. */
export const chat: Topic = (suite) => {
  if (suite.driver.chat === undefined) {
    return [{ name: 'chat is unsupported, with zero calls', run: () => refuses(suite) }]
  }
  const listed = new Set<string>(suite.driver.capabilities.chatSettings)
  return [
    { name: 'the model of a run answers', run: () => answers(suite) },
    { name: 'the answer can be read as it is written', run: () => streams(suite) },
    { name: 'a question without a message is refused, with zero calls', run: () => refusesSilence(suite) },
    ...Object.entries(SETTINGS).map(([setting, value]) =>
      listed.has(setting)
        ? { name: `takes ${setting}`, run: () => takes(suite, { [setting]: value }) }
        : {
            name: `refuses ${setting} instead of ignoring it, with zero calls`,
            run: () => refusesSetting(suite, { [setting]: value }),
          },
    ),
  ]
}

async function refuses(suite: Suite): Promise<void> {
  const { account, model } = await suite.finished()
  await withoutCalls(account, 'chat', () => refusal('chat', 'unsupported', () => model.chat(QUESTION)))
}

async function answers(suite: Suite): Promise<void> {
  await onLive(suite, async (live) => {
    const { text, finish, usage } = await live.chat(QUESTION)
    assert.equal(typeof text, 'string')
    assert.ok(FINISHES.includes(finish), `finish is ${finish}`)
    if (usage === undefined) return
    for (const count of [usage.inputTokens, usage.outputTokens]) assert.ok(Number.isInteger(count) && count >= 0)
  })
}

async function streams(suite: Suite): Promise<void> {
  await onLive(suite, async (live) => {
    const pieces = await collect(live.streamChat(QUESTION))
    for (const piece of pieces) assert.equal(typeof piece, 'string')
  })
}

async function refusesSilence(suite: Suite): Promise<void> {
  const { account } = await suite.finished()
  await onLive(suite, async (live) => {
    await withoutCalls(account, 'a question without a message', () =>
      refusal('a question without a message', 'invalid-argument', () => live.chat([])),
    )
  })
}

async function takes(suite: Suite, settings: Readonly<Record<string, number>>): Promise<void> {
  await onLive(suite, async (live) => {
    const { usage } = await live.chat(QUESTION, settings)
    const { maxTokens } = settings
    if (usage === undefined || maxTokens === undefined) return
    assert.ok(usage.outputTokens <= maxTokens, `${usage.outputTokens} tokens, and ${maxTokens} were allowed`)
  })
}

async function refusesSetting(suite: Suite, settings: Readonly<Record<string, number>>): Promise<void> {
  const { account } = await suite.finished()
  await onLive(suite, async (live) => {
    await withoutCalls(account, 'a setting that would be ignored', () =>
      refusal('a setting that would be ignored', 'unsupported', () => live.chat(QUESTION, settings)),
    )
  })
}
