import { parseResults } from '@anytune/openai-compatible'
import { describe, expect, it } from 'vitest'

const bytes = (text: string) => new TextEncoder().encode(text)

// As OpenAI's supervised guide prints it, and as Azure's documentation does.
const OPENAI =
  'step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,1.52347,0.0,,\n2,0.57719,0.5,1.1,0.25\n'
const AZURE =
  'step,train_loss,train_mean_token_accuracy,valid_loss,validation_mean_token_accuracy,full_valid_loss,full_valid_mean_token_accuracy\r\n' +
  '1,2.5,0.4,2.75,0.5,2.625,0.45\r\n'

describe('a result file', () => {
  it.each([
    ['plain', OPENAI],
    ['base64', Buffer.from(OPENAI).toString('base64')],
    ['base64 in lines', Buffer.from(OPENAI).toString('base64').replaceAll(/.{20}/g, '$&\n')],
  ])('is read as %s CSV', (_, text) => {
    expect(parseResults(bytes(text))).toEqual([
      { step: 1, values: { loss: 1.523_47, tokenAccuracy: 0 } },
      { step: 2, values: { loss: 0.577_19, tokenAccuracy: 0.5, validationLoss: 1.1, validationTokenAccuracy: 0.25 } },
    ])
  })

  it('knows columns by their header, wherever they stand', () => {
    const text = 'valid_loss,"novel_metric",step,train_loss\n0.5,3,10,0.25\n'
    expect(parseResults(bytes(text))).toEqual([
      { step: 10, values: { validationLoss: 0.5, novelMetric: 3, loss: 0.25 } },
    ])
  })

  it('reads Azure’s columns and line ends', () => {
    expect(parseResults(bytes(AZURE))).toEqual([
      {
        step: 1,
        values: {
          loss: 2.5,
          tokenAccuracy: 0.4,
          validationLoss: 2.75,
          validationTokenAccuracy: 0.5,
          fullValidationLoss: 2.625,
          fullValidationTokenAccuracy: 0.45,
        },
      },
    ])
  })

  it('leaves out what is no number', () => {
    expect(parseResults(bytes('step,train_loss\n1,nan\n2,\n'))).toEqual([
      { step: 1, values: {} },
      { step: 2, values: {} },
    ])
  })

  it.each([
    ['nothing', ''],
    ['another table', 'name,phone\nAnna,0171'],
    ['a line without a step', 'step,train_loss\nAnna,1'],
    ['a page', '<html>Anna</html>'],
  ])('refuses %s, and quotes nothing of it', (_, text) => {
    expect(() => parseResults(bytes(text))).toThrow(SyntaxError)
    expect(() => parseResults(bytes(text))).not.toThrow(/Anna|0171/)
  })
})
