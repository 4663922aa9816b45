import { assertChatSettings, assertOperation } from '../support.ts'
import type { ChatChunk, ChatMessage, ChatRequest, Driver, FilterFinding } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import { requestPermit } from '../policy/gate.ts'
import { createServingJudge, type Served } from '../policy/judge-serving.ts'
import type { Settings } from '../settings.ts'
import type { Answering, ChatOptions, ChatReply } from '../tuner.ts'
import type { AskedThing } from './asked.ts'

/** What is asked, and under which name the driver knows it. */
interface Answerer extends AskedThing {
  readonly target: string
  readonly served: Served
}

interface JudgedAnswerer extends Omit<Answerer, 'served'> {
  readonly permitted: ReturnType<typeof createServingJudge>
}

/**
 * Something that answers under the given target. A question is sent again only while the provider surely did not take it:
 * an answer that broke off is the caller's to ask again.
 */
export function answering(settings: Settings, { served, ...asked }: Answerer): Answering {
  const answerer = { ...asked, permitted: createServingJudge(settings, served) }
  return {
    async chat(messages, options = {}) {
      let text = ''
      let last: ChatChunk | undefined
      const findings: FilterFinding[] = []
      for await (const chunk of chunks(settings, answerer, messages, options)) {
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
      for await (const { text } of chunks(settings, answerer, messages, options)) if (text !== '') yield text
    },
  }
}

function chunks(
  { calls, asked }: Settings,
  { kind, id, target, permitted }: JudgedAnswerer,
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
  async function* ask(): AsyncGenerator<ChatChunk, void, undefined> {
    const permit = requestPermit({ purpose: 'chat' }, await permitted('chat', signal))
    // That a question is asked is written down before it is sent.
    await asked.note({ kind, id })
    yield* calls.stream('write', 'chat', (context) => chat(target, request, permit, context), signal)
  }
  return ask()
}

function parseOwn(driver: Driver, own: object): object {
  const parse = assertOperation(driver, 'options of a question', driver.options.chat)
  return parse.call(driver.options, own)
}
