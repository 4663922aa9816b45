import { catalogue } from '@anytune/catalogue'
import { FORMATS, type Limit, limitsOf, LIMITS, rowLimits } from '@anytune/dataset'
import { describe, expect, it } from 'vitest'

const training = catalogue.offerings.filter(({ operation }) => operation === 'train')

const isOfRows = ({ id }: Limit) => LIMITS[id].of === 'row'

describe('what the catalogue has of training', () => {
  it.each(training)('$id: its formats are written here', ({ formats }) => {
    expect(formats.length).toBeGreaterThan(0)
    for (const { format } of formats) expect(Object.keys(FORMATS)).toContain(format)
  })

  it.each(training)('$id: every rule that is judged has what it is judged by', ({ rules }) => {
    const judged = limitsOf(rules)
    expect(judged.length).toBeGreaterThan(2)
    const [ofRows, others] = [judged.filter(isOfRows), judged.filter((limit) => !isOfRows(limit))]
    // One that lacks its number, texts or roles makes no rule.
    expect(rowLimits(ofRows).rules).toHaveLength(ofRows.length)
    for (const { id, limit } of others) expect(limit, id).toBeGreaterThan(0)
  })
})
