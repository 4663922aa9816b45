import type { Example, FunctionCall, Message, Role } from '../example.ts'
import type { TokenCounter } from './counter.ts'

/** What tokens of an example are spent on: messages by role, texts, definitions of tools, and the marks around messages. */
export type TokenPart = Role | 'prompt' | 'completion' | 'text' | 'tool-definitions' | 'message-format'

/** The tokens of one example. */
export interface ExampleTokens {
  /** By what they are spent on; parts that the example does not have are absent. */
  readonly byPart: Readonly<Partial<Record<TokenPart, number>>>
  readonly total: number
  /** Of the total: what is no text of the row, but follows a formula (`message-format`) or is written by the vendor in a way it does not tell (`tool-definitions`). */
  readonly unsure: number
  /** Images, audio, video and files: what they come to, the row does not say; no token is counted for them. */
  readonly attachments: number
  /** Characters of all texts but definitions of tools. */
  readonly characters: number
}

/**
 * How marks around messages are counted, as OpenAI documents it for its chat models ("How to count tokens with tiktoken", openai-cookbook):
 * three tokens a message, its role, one more for a name, and three for the beginning of an answer.
 */
const PER_MESSAGE = 3
const PER_NAME = 1
const PER_EXAMPLE = 3

/** Counts one example. A preference counts what is asked once and both answers; a question for a grader counts without what the grader reads. */
export function countExample({ count }: Pick<TokenCounter, 'count'>, example: Example): ExampleTokens {
  const tally = createTally(count)
  if (example.kind === 'completion') {
    addText(tally, 'prompt', example.prompt)
    addText(tally, 'completion', example.completion)
  } else if (example.kind === 'text') addText(tally, 'text', example.text)
  else addConversation(tally, example)
  return finished(tally)
}

interface Tally {
  readonly count: TokenCounter['count']
  readonly byPart: Partial<Record<TokenPart, number>>
  attachments: number
  characters: number
}

function createTally(count: TokenCounter['count']): Tally {
  return { count, byPart: {}, attachments: 0, characters: 0 }
}

function finished({ byPart, attachments, characters }: Tally): ExampleTokens {
  let total = 0
  for (const tokens of Object.values(byPart)) total += tokens
  const unsure = (byPart['message-format'] ?? 0) + (byPart['tool-definitions'] ?? 0)
  return { byPart, total, unsure, attachments, characters }
}

type Conversation = Extract<Example, { readonly messages: readonly Message[] }>

function addConversation(tally: Tally, example: Conversation): void {
  for (const message of example.messages) addMessage(tally, message)
  if (example.kind === 'preference') {
    addMessage(tally, example.preferred)
    addMessage(tally, example.nonPreferred)
  }
  if (example.tools !== undefined) addText(tally, 'tool-definitions', JSON.stringify(example.tools))
  if (example.kind === 'chat' && example.functions !== undefined) {
    addText(tally, 'tool-definitions', JSON.stringify(example.functions))
  }
  add(tally, 'message-format', PER_EXAMPLE)
}

function addMessage(tally: Tally, message: Message): void {
  const { role, content } = message
  add(tally, 'message-format', PER_MESSAGE + tally.count(role))
  if ('name' in message && message.name !== undefined) {
    add(tally, 'message-format', PER_NAME + tally.count(message.name))
  }
  if (typeof content === 'string') addText(tally, role, content)
  else for (const part of content ?? []) addPart(tally, role, part)
  if (message.role !== 'assistant') return
  if (message.audio) tally.attachments++
  if (message.refusal) addText(tally, role, message.refusal)
  if (message.function_call) addCall(tally, message.function_call)
  for (const call of message.tool_calls ?? []) {
    if (call.type === 'function') addCall(tally, call.function)
    else addCall(tally, { name: call.custom.name, arguments: call.custom.input })
  }
}

type Part = Exclude<NonNullable<Message['content']>, string>[number]
type Parts = { readonly [Type in Part['type']]: (part: Extract<Part, { readonly type: Type }>) => string | undefined }

/** The text of a part; undefined where it has none that could be counted. */
const TEXT_OF: Parts = {
  text: ({ text }) => text,
  refusal: ({ refusal }) => refusal,
  reasoning: ({ text }) => text,
  json: ({ json }) => JSON.stringify(json),
  image_url: () => undefined,
  input_audio: () => undefined,
  file: () => undefined,
  media: () => undefined,
  redacted_reasoning: () => undefined,
}

function addPart(tally: Tally, role: Role, part: Part): void {
  // The table has, for each type, the function that takes that type.
  const text = (TEXT_OF[part.type] as (part: Part) => string | undefined)(part)
  if (text === undefined) tally.attachments++
  else addText(tally, role, text)
}

function addCall(tally: Tally, { name, arguments: text }: FunctionCall): void {
  addText(tally, 'assistant', name)
  addText(tally, 'assistant', text)
}

function addText(tally: Tally, part: TokenPart, text: string): void {
  add(tally, part, tally.count(text))
  if (part !== 'tool-definitions') tally.characters += text.length
}

function add({ byPart }: Tally, part: TokenPart, tokens: number): void {
  byPart[part] = (byPart[part] ?? 0) + tokens
}
