import assert from 'node:assert/strict'
import { JOB_STATUSES } from '@anytune/core/driver'
import { assertHonest, type Topic } from '../suite.ts'

const UNHEARD = 'reticulating_splines'

/** Every word of the vendor's has its place, and a word without one is `unknown`. */
export const states: Topic = ({ harness, finished }) => [
  ...Object.entries(harness.statuses.expected).map(([word, expected]) => ({
    name: `"${word}" is ${expected}`,
    run: async () => assert.equal(await harness.statuses.statusOf(word), expected),
  })),
  {
    name: 'a word that nobody has heard is unknown, never queued',
    run: async () => assert.equal(await harness.statuses.statusOf(UNHEARD), 'unknown'),
  },
  {
    name: 'the statuses are those of the interface',
    run: async () => {
      const known: readonly string[] = JOB_STATUSES
      for (const status of Object.values(harness.statuses.expected)) assert.ok(known.includes(status), status)
    },
  },
  {
    name: 'a job never contradicts the vendor’s word for it',
    run: async () => {
      for (const job of (await finished()).seen) assertHonest(harness, job)
    },
  },
]
