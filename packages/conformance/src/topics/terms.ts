import assert from 'node:assert/strict'
import { type AccountSettings, DATA_CLASSES, isRegion } from '@anytune/core/driver'
import { inventory, withoutCalls } from '../effects.ts'
import { contextOf } from '../expect.ts'
import type { Suite, Topic } from '../suite.ts'

/** What the account has set is read, and nothing is changed by it. */
export const terms: Topic = (suite) => [
  {
    name: 'what is on record is told without asking anybody',
    run: () =>
      suite.onFresh(async (account) => {
        const told = await withoutCalls(account, 'terms on record', () => account.tuner.terms({ live: false }))
        assert.equal(told.live, 'not-asked')
        assert.deepEqual(
          told.offerings.map(({ operation }) => operation),
          ['train', 'serve'],
        )
      }),
  },
  ...(suite.driver.verifyTerms === undefined
    ? [{ name: 'what the account has set cannot be asked, and that is said', run: () => cannotAsk(suite) }]
    : [
        { name: 'what the account has set is told in the catalogue’s words', run: () => inOurWords(suite) },
        { name: 'asking for it changes nothing', run: () => changesNothing(suite) },
        { name: 'terms that were read are graded as seen', run: () => gradedAsSeen(suite) },
      ]),
]

function cannotAsk(suite: Suite): Promise<void> {
  return suite.onFresh(async (account) => {
    const told = await withoutCalls(account, 'terms', () => account.tuner.terms())
    assert.equal(told.live, 'not-supported')
  })
}

function inOurWords(suite: Suite): Promise<void> {
  return suite.onFresh(async ({ driver }) => {
    const read = await verified(driver)
    assert.ok(read.source.trim() !== '', 'what answered has a title')
    assert.ok(read.region === undefined || isRegion(read.region), `"${read.region}" is no region of a known vendor`)
    for (const setting of read.settings) assert.match(setting, /^[a-z][a-z0-9-]*\/[a-z0-9-]+$/)
    for (const { dataClass } of read.terms)
      assert.ok(DATA_CLASSES.includes(dataClass), `"${dataClass}" is no data class`)
    assert.ok(read.checks.length > 0, 'every question is listed with its answer')
    for (const { id, result, message } of read.checks) {
      assert.match(id, /^[a-z][a-z0-9-]*$/)
      assert.ok(result === 'read' || result === 'could-not-read')
      assert.ok(message.trim() !== '')
    }
  })
}

function changesNothing(suite: Suite): Promise<void> {
  return suite.onFresh(async (account) => {
    await account.prepareJob(suite.method)
    const before = await inventory(account)
    const first = await verified(account.driver)
    assert.deepEqual(await verified(account.driver), first, 'asked twice, the account says the same')
    assert.deepEqual(await inventory(account), before)
  })
}

function gradedAsSeen(suite: Suite): Promise<void> {
  return suite.onFresh(async ({ driver, tuner }) => {
    const { terms: set, checks, settings } = await verified(driver)
    const told = await tuner.terms()
    assert.ok(typeof told.live !== 'string', 'the account was asked')
    assert.deepEqual(told.live.checks, checks)
    assert.deepEqual(told.live.settings, settings)
    for (const { dataClass, term, value } of set) {
      for (const { terms: all } of told.offerings) {
        const shown = all.find((one) => one.dataClass === dataClass && one.term === term)
        const live = shown?.live ?? shown
        assert.equal(live?.value, value)
        assert.equal(live?.evidence.grade, 'ran')
      }
    }
  })
}

function verified(driver: Suite['driver']): Promise<AccountSettings> {
  assert.ok(driver.verifyTerms)
  return driver.verifyTerms(contextOf())
}
