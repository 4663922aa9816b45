import { describe, expect, it } from 'vitest'
import { judgeDatasets, type DatasetTotals, type LimitId } from '../../src/index.ts'

function judge(id: LimitId, limit: number, ...datasets: readonly Partial<DatasetTotals>[]) {
  const totals = datasets.map((given) => ({ role: 'training', examples: 10, ...given }) as const)
  return judgeDatasets([{ id, severity: 'error', limit }], totals).map(
    ({ found, says, severity }) => `${severity} ${found}: ${says}`,
  )
}

describe('limits of datasets', () => {
  it('of examples hold at the limit, and not beyond it', () => {
    expect(judge('minimum-examples', 10, {})).toEqual([])
    expect(judge('minimum-examples', 11, {})).toEqual(['error 10: has 10 examples, and 11 are needed'])
    expect(judge('maximum-examples', 10, {})).toEqual([])
    expect(judge('maximum-examples', 9, {})).toEqual(['error 10: has 10 examples, and 9 are allowed'])
  })

  it('of training and validation are of that role, or of both together', () => {
    const validation = { role: 'validation', examples: 5 } as const
    expect(judge('minimum-examples', 8, {}, validation)).toEqual([])
    expect(judge('maximum-validation-examples', 4, {}, validation)).toEqual([
      'error 5: has 5 examples, and 4 are allowed',
    ])
    expect(judge('maximum-examples-together', 15, {}, validation)).toEqual([])
    expect(judge('maximum-examples-together', 14, {}, validation)).toHaveLength(1)
  })

  it('of tokens refuse by a count, and warn by an estimate', () => {
    const tokens = (exact: boolean) => ({ tokens: { total: 100, max: 30, exact }, epochs: 3 })
    expect(judge('maximum-example-tokens', 29, tokens(true))).toEqual([
      'error 30: has an example of 30 tokens, and 29 of an example are trained on',
    ])
    expect(judge('maximum-example-tokens', 29, tokens(false))).toEqual([expect.stringMatching(/^warning .*estimate$/)])
    expect(judge('maximum-tokens-times-epochs', 299, tokens(true))).toHaveLength(1)
    expect(judge('maximum-tokens-times-epochs', 300, tokens(true))).toEqual([])
  })

  it('judge nothing of which the count is not known', () => {
    expect(judge('maximum-file-bytes', 1, {})).toEqual([])
    expect(judge('maximum-example-tokens', 1, {})).toEqual([])
  })
})
