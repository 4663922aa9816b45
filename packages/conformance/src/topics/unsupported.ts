import assert from 'node:assert/strict'
import type { PlanRequest } from '@anytune/core'
import type { Hyperparameters, Method } from '@anytune/core/driver'
import type { Account } from '../account.ts'
import { withoutCalls } from '../effects.ts'
import { refusal } from '../expect.ts'
import type { Suite, Topic, TopicTest } from '../suite.ts'
import { capabilityOf, fieldValues, outside } from '../values.ts'

const METHODS: Readonly<Record<Method, true>> = {
  supervised: true,
  preference: true,
  reinforcement: true,
  distillation: true,
  'continued-pretraining': true,
}
const HYPERPARAMETERS: Readonly<Record<keyof Hyperparameters, true>> = {
  epochs: true,
  batchSize: true,
  learningRate: true,
  learningRateMultiplier: true,
  beta: true,
  loraRank: true,
}

type Code = 'unsupported' | 'invalid-argument'
type Change = Readonly<Record<string, unknown>>

/** What a provider does not have is refused aloud, before any request. */
export const unsupported: Topic = (suite) => [
  ...Object.keys(METHODS)
    .filter((method) => !Object.hasOwn(suite.driver.capabilities.methods, method))
    .map((method) => refused(suite, `${method} training`, 'unsupported', async () => ({ method }))),
  ...fields(suite),
  ...hyperparameters(suite),
  ...baseModels(suite),
  ...options(suite),
]

function refused(suite: Suite, what: string, code: Code, change: (account: Account) => Promise<Change>): TopicTest {
  const run = () =>
    suite.onFresh(async (account) => {
      // One literal for all methods, and deliberately one that the types would refuse.
      const request = { ...(await account.request(suite.method)), ...(await change(account)) } as PlanRequest
      const error = await withoutCalls(account, what, () => refusal(what, code, () => account.tuner.plan(request)))
      assert.ok(error.hint, 'the error says what to do')
    })
  const word = code === 'unsupported' ? 'unsupported' : 'invalid'
  return { name: `${what} is ${word}, with zero calls`, run }
}

function fields(suite: Suite): readonly TopicTest[] {
  const { fields: declared } = suite.driver.capabilities
  const lacking = (['validation', 'suffix', 'seed', 'metadata'] as const)
    .filter((field) => !Object.hasOwn(declared, field))
    .map((field) =>
      refused(suite, `the field ${field}`, 'unsupported', async (account) => ({
        [field]: (await fieldValues(account, suite.method))[field],
      })),
    )
  const { suffix, seed, metadata } = declared
  const tooLong = 'x'.repeat((suffix?.maximumLength ?? 0) + 1)
  const tooMany = Object.fromEntries(
    Array.from({ length: (metadata?.maximumPairs ?? 0) + 1 }, (_, index) => [`key${index}`, 'value']),
  )
  return [
    ...lacking,
    ...(suffix?.maximumLength === undefined || suffix.maximumLength >= 64
      ? []
      : [refused(suite, 'a suffix that is too long', 'invalid-argument', async () => ({ suffix: tooLong }))]),
    ...(metadata?.maximumPairs === undefined
      ? []
      : [refused(suite, 'metadata of too many pairs', 'invalid-argument', async () => ({ metadata: tooMany }))]),
    ...(seed === undefined
      ? []
      : outside(seed).map((value) =>
          refused(suite, `a seed of ${value}`, 'invalid-argument', async () => ({ seed: value })),
        )),
  ]
}

function hyperparameters(suite: Suite): readonly TopicTest[] {
  return suite.methods.flatMap((method) => {
    const { hyperparameters: ranges } = capabilityOf(suite, method)
    return Object.keys(HYPERPARAMETERS).flatMap((name) => {
      // The keys of the table are the names.
      const range = ranges[name as keyof Hyperparameters]
      const change = (value: number) => async () => ({ method, hyperparameters: { [name]: value } })
      if (range === undefined) return [refused(suite, `${name} for ${method} training`, 'unsupported', change(1))]
      return outside(range).map((value) =>
        refused(suite, `${name} of ${value} for ${method} training`, 'invalid-argument', change(value)),
      )
    })
  })
}

function baseModels(suite: Suite): readonly TopicTest[] {
  const change = async () => ({ baseModel: UNKNOWN_MODEL })
  if (suite.driver.capabilities.baseModels.exhaustive) {
    return [refused(suite, 'a base model that is not listed', 'unsupported', change)]
  }
  const run = () =>
    suite.onFresh(async (account) => {
      const plan = await account.tuner.plan({ ...(await account.request(suite.method)), ...(await change()) })
      assert.ok(plan.warnings.some(({ message }) => message.includes(UNKNOWN_MODEL)))
    })
  return [{ name: 'a base model that is not listed is warned of in the plan', run }]
}

const UNKNOWN_MODEL = 'no-such-base-model'
const TYPO = 'noSuchOption'

function options(suite: Suite): readonly TopicTest[] {
  const { provider, options: parsers } = suite.driver
  return [
    refused(suite, 'a typo in the provider’s own options', 'invalid-argument', async () => ({
      providerOptions: { [provider]: { [TYPO]: 1 } },
    })),
    {
      name: 'options for another provider are listed in the plan',
      run: () =>
        suite.onFresh(async (account) => {
          const request = await account.request(suite.method)
          const providerOptions = { ...request.providerOptions, elsewhere: { region: 'x' } }
          const plan = await account.tuner.plan({ ...request, providerOptions })
          assert.deepEqual(plan.ignored, ['elsewhere'])
        }),
    },
    ...(parsers.deployment === undefined
      ? []
      : [
          {
            name: 'a typo in the options of a deployment is invalid, with zero calls',
            run: async () => {
              const { account, model } = await suite.finished()
              const deploy = () => model.deploy({ providerOptions: { [provider]: { [TYPO]: 1 } } })
              await withoutCalls(account, 'a typo', () => refusal('a typo', 'invalid-argument', deploy))
            },
          },
        ]),
  ]
}
