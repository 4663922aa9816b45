import type { Calls } from '../calls.ts'
import { assertChatSettings, assertOperation } from '../support.ts'
import type { ChatChunk, ChatMessage, ChatRequest, Driver, FilterFinding } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import { requestPermit } from '../policy/gate.ts'
import type { Answering, ChatOptions, ChatReply } from '../tuner.ts'

/**
 * Something that answers under the given target. A question is sent again only while the provider surely did not take it:
 * an answer that broke off is the caller's to ask again.
 */
export function answering(calls: Calls, target: string): Answering {
  return {
    async chat(messages, options = {}) {
      let text = ''
      let last: ChatChunk | undefined
      const findings: FilterFinding[] = []
      for await (const chunk of chunks(calls, target, messages, options)) {
        text += chunk.text
        findings.push(...(chunk.findings ?? []))
        last = chunk
      }
      const reply: ChatReply = {
        text,
        finish: last?.finish ?? 'unknown',
        ...(findings.length > 0 && { findings }),
        ...(last?.usage && { usage: last.usage }),
      }
      return reply
    },
    async *streamChat(messages, options = {}) {
      for await (const { text } of chunks(calls, target, messages, options)) if (text !== '') yield text
    },
  }
}

function chunks(
  calls: Calls,
  target: string,
  messages: readonly ChatMessage[],
  options: ChatOptions,
): AsyncIterable<ChatChunk> {
  const { driver } = calls
  const chat = assertOperation(driver, 'chat', driver.chat).bind(driver)
  if (messages.length === 0) {
    throw new AnytuneError('invalid-argument', 'a chat needs at least one message', {
      hint: 'give a message with the role user',
    })
  }
  const { signal, providerOptions, ...settings } = options
  assertChatSettings(driver, settings)
  const own = providerOptions?.[driver.provider]
  const request: ChatRequest = { messages, ...settings, ...(own && { providerOptions: parseOwn(driver, own) }) }
  const permit = requestPermit({ purpose: 'chat' })
  return calls.stream('write', 'chat', (context) => chat(target, request, permit, context), signal)
}

function parseOwn(driver: Driver, own: object): object {
  const parse = assertOperation(driver, 'options of a question', driver.options.chat)
  return parse.call(driver.options, own)
}
