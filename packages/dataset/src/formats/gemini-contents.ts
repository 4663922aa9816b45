import type { AssistantMessage, JsonObject, Message, TextPart, ToolMessage, UserPart } from '../example.ts'
import type { Fault } from '../rules.ts'
import { shortest, splitSystem, textsOf } from './content.ts'
import { emptyTarget } from './faults.ts'
import type { Feature } from './features.ts'
import { decodeModelPart, decodeUserPart, messageParts, modelPart, userPart, type Naming } from './gemini-parts.ts'
import { createLinks, misleadingAnswer, type Links } from './links.ts'
import { itemsText, type Quote } from './row-text.ts'
import { checkShape, fault, isObject, listOf, objectOf, shape, text, within, wrongType, type Check } from './shape.ts'
import { assistantMessages, turnsText, userMessages } from './turns.ts'

/** What any conversation in Google's shape can say. */
export const GEMINI_SAYS: readonly Feature[] = [
  'system-message',
  'empty-instructions',
  'several-turns',
  'uneven-turns',
  'text-parts',
  'image-data',
  'image-uri',
  'audio',
  'media-data',
  'media-uri',
  'unnamed-document',
  'media-type',
  'reasoning',
  'tool-calls',
  'text-with-calls',
  'call-id',
  'tool-name',
  'tool-results',
  'tool-result-order',
  'tool-result-json',
  'tool-result-error',
]

const noParts = fault('empty-content', 'a turn needs at least one part')
const noContents = fault('empty-messages', 'needs at least one turn')
const user = shape({ parts: listOf(userPart, noParts) }, { role: text })
const model = shape({ role: text, parts: listOf(modelPart, noParts) })
const noRole = fault('unknown-role', 'must be "user" or "model"; instructions go into "systemInstruction"')

/** One turn of the model's. */
export const modelContent: Check = (value) =>
  isObject(value) && value['role'] !== 'model' ? within('role', notModel) : objectOf(model)(value)
const notModel = fault('invalid-output', 'must be the model’s turn, with the role "model"')

/** The turns of a row; without a role a turn is the user's. */
export const contents: Check = listOf((value) => {
  if (!isObject(value)) return wrongType('an object', value)
  if (value['role'] === 'model') return checkShape(value, model)
  const known = value['role'] === undefined || value['role'] === 'user' || typeof value['role'] !== 'string'
  return known ? checkShape(value, user) : within('role', noRole)
}, noContents)

/** The instructions; their role is ignored by the vendor. */
export const systemInstruction: Check = objectOf(
  shape({ parts: listOf(objectOf(shape({ text })), noParts) }, { role: text }),
)

/** A turn that was checked. */
export interface Content {
  readonly role?: string
  readonly parts: readonly JsonObject[]
}

/** The conversation of a checked row, whoever speaks last. */
export function decodeContents(
  instruction: { readonly parts: readonly { readonly text: string }[] } | undefined,
  turns: readonly Content[],
): { readonly messages: readonly Message[] } | { readonly fault: Fault } {
  const links = createLinks()
  const messages: Message[] = []
  if (instruction) {
    const said = shortest(instruction.parts.map(({ text }): TextPart => ({ type: 'text', text })))
    messages.push({ role: 'system', content: said })
  }
  for (const [index, turn] of turns.entries()) {
    if (turn.role === 'model' && turns[index - 1]?.role !== 'model') links.forget()
    const decoded = turn.role === 'model' ? decodeModelTurn(turn, links) : decodeUserTurn(turn, links)
    if ('fault' in decoded) return { fault: within('contents', within(index, decoded.fault)) }
    messages.push(...decoded.messages)
  }
  return { messages }
}

type DecodedTurn = { readonly messages: readonly Message[] } | { readonly fault: Fault }

/** The messages of a model's checked turn. */
export function decodeModelTurn({ parts }: Content, links: Links): DecodedTurn {
  if (parts.every((part) => part['text'] === '')) return { fault: within('parts', emptyTarget) }
  return { messages: assistantMessages(parts.map((part) => decodeModelPart(part, links))) }
}

function decodeUserTurn({ parts }: Content, links: Links): DecodedTurn {
  const pieces: (UserPart | ToolMessage)[] = []
  for (const [index, part] of parts.entries()) {
    const piece = decodeUserPart(part, links)
    if ('rule' in piece) return { fault: within('parts', within(index, piece)) }
    pieces.push(piece)
  }
  return { messages: userMessages(pieces) }
}

/** The JSON text of a conversation as Google writes it; `naming` is for turns that follow. */
export function contentsText(
  messages: readonly Message[],
  quote: Quote,
): {
  readonly systemInstruction: string | undefined
  readonly contents: string
  readonly naming: Naming
} {
  const { system, rest } = splitSystem(messages)
  const naming: Naming = { names: new Map(), withIds: misleadingAnswer(messages, true) !== undefined }
  const instructions = itemsText(textsOf(system), (text) => `{"text":${quote(text)}}`)
  return {
    systemInstruction: system === undefined ? undefined : `{"role":"system","parts":[${instructions}]}`,
    contents: turnsText(rest, HEADS, (message) => messageParts(message, naming, quote)),
    naming,
  }
}

/** The JSON text of an answer as a turn of its own. */
export function answerText(answer: AssistantMessage, naming: Naming, quote: Quote): string {
  return `${HEADS.assistant}${messageParts(answer, naming, quote)}]}`
}

const HEADS = { user: '{"role":"user","parts":[', assistant: '{"role":"model","parts":[' } as const
