import { describe, expect, it } from 'vitest'
import type { Example, Message } from '../../src/index.ts'
import { loadTokenCounter } from '../../src/tokens/counter.ts'
import { countExample } from '../../src/tokens/example-tokens.ts'

/** A counter whose tokens are words, so that sums can be done by hand. */
const WORDS = { count: (text: string) => text.split(/\s+/).filter((word) => word !== '').length }

describe('the tokens of an example', () => {
  // The messages of "How to count tokens with tiktoken", openai-cookbook, which says: 129 by the API for gpt-4-0613.
  const messages: readonly Message[] = [
    {
      role: 'system',
      content: 'You are a helpful, pattern-following assistant that translates corporate jargon into plain English.',
    },
    { role: 'system', name: 'example_user', content: 'New synergies will help drive top-line growth.' },
    { role: 'system', name: 'example_assistant', content: 'Things working well together will increase revenue.' },
    {
      role: 'system',
      name: 'example_user',
      content: "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
    },
    {
      role: 'system',
      name: 'example_assistant',
      content: "Let's talk later when we're less busy about how to do better.",
    },
    {
      role: 'user',
      content: "This late pivot means we don't have time to boil the ocean for the client deliverable.",
    },
  ]

  it.each([
    ['cl100k_base', 129],
    ['o200k_base', 124],
  ] as const)('are those that OpenAI documents for its own example in %s: %i', async (encoding, total) => {
    const counter = await loadTokenCounter(encoding)
    expect(countExample(counter, { kind: 'chat', messages }).total).toBe(total)
  })

  it('are told by what they are spent on', () => {
    const example: Example = {
      kind: 'chat',
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', name: 'ann', content: [{ type: 'text', text: 'what is this thing' }, IMAGE] },
        { role: 'assistant', tool_calls: [call('look up', '{"a": 1}')] },
        { role: 'tool', tool_call_id: 'call-1', content: 'a cat' },
        { role: 'assistant', content: 'a cat', weight: 0 },
      ],
      tools: [{ type: 'function', function: { name: 'look', description: 'two words' } }],
    }
    expect(countExample(WORDS, example)).toEqual({
      byPart: {
        system: 2,
        user: 4,
        assistant: 2 + 2 + 2,
        tool: 2,
        'tool-definitions': 2,
        // Five messages of 3 and their roles of 1, a name of 1 + 1, and 3.
        'message-format': 5 * 4 + 2 + 3,
      },
      total: 2 + 4 + 6 + 2 + 2 + 25,
      unsure: 2 + 25,
      attachments: 1,
      characters: 8 + 18 + 7 + 8 + 5 + 5,
    })
  })

  it('of a preference are what is asked once, and both answers', () => {
    const example: Example = {
      kind: 'preference',
      messages: [{ role: 'user', content: 'one two three' }],
      preferred: { role: 'assistant', content: 'four' },
      nonPreferred: { role: 'assistant', content: 'five six' },
    }
    expect(countExample(WORDS, example).byPart).toEqual({ user: 3, assistant: 3, 'message-format': 3 * 4 + 3 })
  })

  it('of a text and of a prompt with its completion are their words alone', () => {
    expect(countExample(WORDS, { kind: 'text', text: 'a b c' })).toMatchObject({ byPart: { text: 3 }, unsure: 0 })
    expect(countExample(WORDS, { kind: 'completion', prompt: 'a b', completion: 'c' })).toEqual({
      byPart: { prompt: 2, completion: 1 },
      total: 3,
      unsure: 0,
      attachments: 0,
      characters: 4,
    })
  })
})

const IMAGE = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } } as const

function call(name: string, text: string) {
  return { id: 'call-1', type: 'function', function: { name, arguments: text } } as const
}
