import type { Example, JsonObject, JsonValue, Message, TextPart } from '../example.ts'
import type { Fault } from '../rules.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import { partsOf, shortest, splitSystem, textsOf } from './content.ts'
import { emptyTarget, lastNotAssistant } from './faults.ts'
import { listText, objectText, type Quote } from './row-text.ts'
import { byType, checkShape, fault, isList, listOf, objectOf, oneOf, shape, text, within, wrongType } from './shape.ts'
import { createUnsaid } from './unsaid.ts'

/** Anthropic Claude 3's rows on Bedrock: the instructions beside the messages, each message a text or a list of texts. */
export const claude3: Codec = {
  summary: 'Claude 3: {"system"?: "…", "messages": [{"role": "user" | "assistant", "content": "…"}, …]}',
  source: 'AWS, Bedrock User Guide, “Prepare data for fine-tuning text-to-text models”, Anthropic Claude 3 Haiku',
  says: new Set(['chat', 'system-message', 'empty-instructions', 'several-turns', 'uneven-turns', 'text-parts']),
  partly: { 'text-parts': 'messages, not the system message' },
  // Without `system` the rows are OpenAI's as well, and mean the same there.
  looksLike: (row) => typeof row['system'] === 'string' && Object.hasOwn(row, 'messages'),
  decode,
  encode,
}

const block = byType(new Map([['text', shape({ type: text, text })]]))
const blocks = listOf(block, fault('empty-content', 'a list of content blocks needs at least one block'))
const content = (value: JsonValue): Fault | undefined => {
  if (typeof value === 'string') return undefined
  return isList(value) ? blocks(value) : wrongType('a string or a list of blocks', value)
}
const message = objectOf(shape({ role: oneOf('user', 'assistant'), content }))
const messages = listOf(message, fault('empty-messages', 'needs at least one message'))
const ROW = shape({ messages }, { system: text })

type Turn = { readonly role: 'user' | 'assistant'; readonly content: string | readonly TextPart[] }

function decode(row: JsonObject): Decoded {
  const found = checkShape(row, ROW)
  if (found) return { fault: found }
  // ROW has established it.
  const { system, messages: turns } = row as unknown as { system?: string; messages: readonly Turn[] }
  const fault = checkTurns(turns)
  if (fault) return { fault: within('messages', fault) }
  const said: Message[] = turns.map(({ role, content }) => ({ role, content: shortest(partsOf(content)) }))
  return {
    example: { kind: 'chat', messages: system === undefined ? said : [{ role: 'system', content: system }, ...said] },
  }
}

function checkTurns(turns: readonly Turn[]): Fault | undefined {
  for (const [index, { role, content }] of turns.entries()) {
    if (role === 'assistant' && partsOf(content).every(({ text }) => text === '')) {
      return within(index, within('content', emptyTarget))
    }
  }
  const last = turns.length - 1
  return turns[last]?.role === 'assistant' ? undefined : within(last, within('role', lastNotAssistant))
}

const unsaidIn = createUnsaid(claude3.says)

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  const unsaid = unsaidIn(example)
  if (unsaid || example.kind !== 'chat') return { unsaid: unsaid ?? { feature: example.kind } }
  const { system, rest } = splitSystem(example.messages)
  const instructions = textsOf(system)
  if (instructions.length > 1) return { unsaid: { feature: 'text-parts', field: 'messages[0].content' } }
  const messages = listText(
    rest,
    ({ role, content }) => `{"role":"${role}","content":${contentText(textsOf(content), quote)}}`,
  )
  return { text: objectText({ system: instructions[0] === undefined ? undefined : quote(instructions[0]), messages }) }
}

function contentText(texts: readonly string[], quote: Quote): string {
  const [only = ''] = texts
  return texts.length === 1 ? quote(only) : listText(texts, (text) => `{"type":"text","text":${quote(text)}}`)
}
