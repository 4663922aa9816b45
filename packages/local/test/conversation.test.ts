import type { Example } from '@anytune/core/driver'
import { describe, expect, it } from 'vitest'
import { toConversation } from '../src/conversation.ts'

type Chat = Extract<Example, { readonly kind: 'chat' }>

const ask = { role: 'user', content: 'How are you?' } as const
const say = { role: 'assistant', content: 'Fine.' } as const
const chat = (messages: Chat['messages'], more: Partial<Chat> = {}): Example => ({ kind: 'chat', messages, ...more })
const call = { id: '1', type: 'function', function: { name: 'look', arguments: '{}' } } as const

describe('a row as a conversation', () => {
  it('keeps every message, reads developer as system, and joins text parts as they stand', () => {
    const parts = [
      { type: 'text', text: 'How ' },
      { type: 'text', text: 'are you?' },
    ] as const
    const messages = [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: parts },
      { ...say, weight: 1, refusal: null },
    ] as const
    expect(toConversation(chat(messages))).toEqual({
      example: { messages: [{ role: 'system', content: 'Be brief.' }, ask, say] },
    })
  })

  it.each<readonly [string, Example]>([
    ['tools', chat([ask, say], { tools: [{ type: 'function', function: { name: 'look' } }] })],
    ['functions', chat([ask, say], { functions: [{ name: 'look' }] })],
    ['parallel_tool_calls', chat([ask, say], { parallelToolCalls: true })],
    ['messages[0].name', chat([{ ...ask, name: 'ada' }, say])],
    ['messages[1].weight', chat([ask, { ...say, weight: 0 }, ask, say])],
    ['messages[1].tool_calls', chat([ask, { role: 'assistant', tool_calls: [call] }])],
    ['messages[1].function_call', chat([ask, { role: 'assistant', function_call: call.function }])],
    ['messages[1].refusal', chat([ask, { role: 'assistant', refusal: 'No.' }])],
    ['messages[1].audio', chat([ask, { ...say, audio: { id: 'a' } }])],
    ['messages[1].role', chat([ask, { role: 'tool', content: '42', tool_call_id: '1' }])],
    ['messages[1].role', chat([ask, { role: 'function', content: '42', name: 'look' }])],
    [
      'messages[0].content[0].type',
      chat([{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }, say]),
    ],
    [
      'messages[0].content[0].prompt_cache_breakpoint',
      chat([
        { role: 'user', content: [{ type: 'text', text: 'x', prompt_cache_breakpoint: { mode: 'explicit' } }] },
        say,
      ]),
    ],
    ['messages', { kind: 'completion', prompt: 'x', completion: 'y' }],
  ])('refuses %s and says so', (field, example) => {
    expect(toConversation(example)).toMatchObject({ problem: { field } })
  })
})
