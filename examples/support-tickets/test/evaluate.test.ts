import { describe, expect, it } from 'vitest'
import { evaluate, judge, score } from '../src/evaluate.ts'
import { outOf, percent, resultsTable } from '../src/table.ts'
import { ticket } from './ticket.ts'

const asked = ticket('My machine leaks', { category: 'defect', product: 'perk', urgency: 'high' })

describe('judge', () => {
  it.each([
    {
      answer: '{"category":"defect","product":"perk","urgency":"high"}',
      exact: true,
      validJson: true,
      fields: [true, true, true],
    },
    {
      answer: '{"category":"defect", "product":"perk", "urgency":"high"}',
      exact: false,
      validJson: true,
      fields: [true, true, true],
    },
    {
      answer: '{"category":"billing","product":"perk","urgency":"low"}',
      exact: false,
      validJson: true,
      fields: [false, true, false],
    },
    {
      answer: '{"category":"defect","product":"toaster","urgency":"high"}',
      exact: false,
      validJson: false,
      fields: [true, false, true],
    },
    {
      answer: '{"category":"defect","product":"perk"}',
      exact: false,
      validJson: false,
      fields: [true, true, false],
    },
    {
      answer: '{"category":"defect","product":"perk","urgency":"high"',
      exact: false,
      validJson: false,
      fields: [false, false, false],
    },
    { answer: '', exact: false, validJson: false, fields: [false, false, false] },
  ])('judges $answer', ({ answer, exact, validJson, fields: [category, product, urgency] }) => {
    expect(judge(asked, answer)).toEqual({
      ticket: asked,
      answer,
      exact,
      validJson,
      fields: { category, product, urgency },
    })
  })
})

describe('score', () => {
  const judgements = [
    judge(asked, asked.target),
    judge(asked, '{"category":"defect","product":"perk","urgency":"low"}'),
    judge(asked, '{"category":"login","product":"perk","urgency":"low"}'),
    judge(asked, 'leaks leaks leaks'),
  ]

  it('counts each as a share of all answers', () => {
    const { fieldAccuracy, ...counted } = score(judgements)
    expect(counted).toEqual({
      examples: 4,
      exact: 1 / 4,
      validJson: 3 / 4,
      fields: { category: 2 / 4, product: 3 / 4, urgency: 1 / 4 },
    })
    expect(fieldAccuracy).toBeCloseTo(0.5, 12)
  })

  it('has nothing to say about no answers', () => {
    expect(() => score([])).toThrow(RangeError)
  })

  it('prints as a table', () => {
    const scores = score(judgements)
    expect(resultsTable([{ name: 'a model', scores }])).toBe(
      [
        '           valid JSON  exact match  category  product  urgency',
        '  a model      75.0 %       25.0 %    50.0 %   75.0 %   25.0 %',
      ].join('\n'),
    )
    expect(percent(31 / 60)).toBe('51.7 %')
    expect(outOf(scores, scores.validJson)).toBe('3 of 4')
  })
})

describe('evaluate', () => {
  it('asks about each ticket once, in order', async () => {
    const tickets = ['one', 'two', 'three'].map((text) => ticket(text, {}))
    const texts: string[] = []
    const judgements = await evaluate(tickets, async (text) => {
      texts.push(text)
      return text === 'two' ? 'no' : tickets[0]!.target
    })
    expect(texts).toEqual(['one', 'two', 'three'])
    expect(judgements.map(({ exact }) => exact)).toEqual([true, false, true])
  })
})
