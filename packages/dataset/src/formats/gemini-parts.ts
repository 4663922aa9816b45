import type {
  AssistantPart,
  ImagePart,
  JsonObject,
  JsonValue,
  MediaPart,
  Message,
  TextPart,
  ToolCall,
  ToolMessage,
  UserPart,
} from '../example.ts'
import type { Fault } from '../rules.ts'
import { partsOf, textsOf } from './content.ts'
import { parseObjectText } from './json-text.ts'
import type { Links } from './links.ts'
import { dataUrl, parseDataUrl } from './media.ts'
import { itemsText, type Quote } from './row-text.ts'
import {
  anyObject,
  boolean,
  checkShape,
  fault,
  isObject,
  objectOf,
  shape,
  someText,
  text,
  textLike,
  within,
  wrongType,
  type Check,
} from './shape.ts'

// Source of every table here: Part, FunctionCall and FunctionResponse of Google's discovery document aiplatform v1,
// revision 20260920.

const OTHERS = [
  'audioTranscription',
  'codeExecutionResult',
  'executableCode',
  'mediaProcessing',
  'mediaResolution',
  'thoughtSignature',
  'videoMetadata',
] as const

const mediaType = textLike(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/, 'the form of a media type, such as image/png')
/** Addresses Google takes. */
export const GEMINI_ADDRESS = /^(?:gs|https?):\/\//
const address = textLike(GEMINI_ADDRESS, 'the form gs://… or https://…')
const inlineData = objectOf(shape({ mimeType: mediaType, data: someText }, {}, ['displayName']))
const fileData = objectOf(shape({ mimeType: mediaType, fileUri: address }, {}, ['displayName']))
const functionCall = objectOf(
  shape({ name: someText }, { id: someText, args: anyObject }, ['partialArgs', 'willContinue']),
)
const functionResponse = objectOf(
  shape({ name: someText, response: anyObject }, { id: someText }, ['parts', 'scheduling']),
)

const usersOnly: Check = () => fault('invalid-value', 'only the user’s turns can have this part')
const modelsOnly: Check = () => fault('invalid-value', 'only the model’s turns can have this part')

/** A part of a user's turn. */
export const userPart = partOf({ text, inlineData, fileData, functionResponse, functionCall: modelsOnly }, [])
/** A part of the model's turn. */
export const modelPart = partOf(
  { text, functionCall, functionResponse: usersOnly, inlineData: usersOnly, fileData: usersOnly },
  ['text'],
)

/** A part has exactly one kind of data; `thought` may mark some of them. */
function partOf(data: Readonly<Record<string, Check>>, thoughts: readonly string[]): Check {
  const part = shape({}, { ...data, thought: boolean }, OTHERS)
  const several = fault('invalid-value', `must have exactly one of the keys ${Object.keys(data).join(', ')}`)
  return (value) => {
    if (!isObject(value)) return wrongType('an object', value)
    const found = checkShape(value, part)
    if (found) return found
    const [kind = '', ...more] = Object.keys(value).filter((key) => key !== 'thought')
    if (kind === '' || more.length > 0) return several
    return value['thought'] === true && !thoughts.includes(kind) ? within('thought', noThought) : undefined
  }
}

const noThought = fault('invalid-value', 'only a text of the model’s can be a thought')

interface FunctionCall {
  readonly name: string
  readonly id?: string
  readonly args?: JsonObject
}
interface FunctionResponse {
  readonly name: string
  readonly id?: string
  readonly response: JsonObject
}

/** What a checked part of the model's says. */
export function decodeModelPart(part: JsonObject, links: Links): AssistantPart | ToolCall {
  // modelPart has established these shapes.
  if (Object.hasOwn(part, 'functionCall')) {
    const { name, id, args = {} } = part['functionCall'] as unknown as FunctionCall
    return { id: links.call(name, id), type: 'function', function: { name, arguments: JSON.stringify(args) } }
  }
  const said = part['text'] as string
  return part['thought'] === true ? { type: 'reasoning', text: said } : { type: 'text', text: said }
}

/** What a checked part of the user's says, or that it answers no call. */
export function decodeUserPart(part: JsonObject, links: Links): UserPart | ToolMessage | Fault {
  // userPart has established these shapes.
  if (Object.hasOwn(part, 'functionResponse')) {
    const { name, id, response } = part['functionResponse'] as unknown as FunctionResponse
    const answered = id === undefined ? links.answer(name) : links.answerTo(id, name)
    if (answered === undefined) return within('functionResponse', unanswerable)
    return { role: 'tool', tool_call_id: answered, ...decodeResponse(response) }
  }
  if (Object.hasOwn(part, 'inlineData')) {
    const { mimeType, data } = part['inlineData'] as { mimeType: string; data: string }
    return decodeInline(mimeType, data)
  }
  if (Object.hasOwn(part, 'fileData')) {
    const { mimeType, fileUri: url } = part['fileData'] as { mimeType: string; fileUri: string }
    if (mimeType.startsWith('image/')) return { type: 'image_url', image_url: { url, media_type: mimeType } }
    return { type: 'media', media: { url, media_type: mimeType } }
  }
  return { type: 'text', text: part['text'] as string }
}

const unanswerable = fault(
  'unmatched-tool-call',
  'no call before this one is open for this function',
  'call the function first, or give both the same id',
)

/** Audio that OpenAI's rows hold has a part of its own. */
const AUDIO = { wav: 'audio/wav', mp3: 'audio/mp3' } as const

function decodeInline(mimeType: string, data: string): UserPart {
  if (mimeType === AUDIO.wav) return { type: 'input_audio', input_audio: { data, format: 'wav' } }
  if (mimeType === AUDIO.mp3) return { type: 'input_audio', input_audio: { data, format: 'mp3' } }
  const url = dataUrl({ mediaType: mimeType, base64: data })
  if (mimeType.startsWith('image/')) return { type: 'image_url', image_url: { url } }
  return { type: 'media', media: { url, media_type: mimeType } }
}

/** "output" and "error" alone wrap what a function gave; any other object is what it gave. */
function decodeResponse(response: JsonObject): Pick<ToolMessage, 'content' | 'is_error'> {
  const [key, ...more] = Object.keys(response)
  if (more.length > 0 || (key !== 'output' && key !== 'error')) return { content: [{ type: 'json', json: response }] }
  const given = response[key] ?? null
  const content: ToolMessage['content'] = typeof given === 'string' ? given : [{ type: 'json', json: given }]
  return key === 'error' ? { content, is_error: true } : { content }
}

/** How the parts of one row are written. */
export interface Naming {
  /** Names of functions by the id of their latest call; grows as calls are written. */
  readonly names: Map<string, string>
  /** Whether ids must be written because names and order would mislead. */
  readonly withIds: boolean
}

/** The parts of a message that the format can say, as JSON text with commas between them. */
export function messageParts(message: Message, naming: Naming, quote: Quote): string {
  if (message.role === 'tool') return `{"functionResponse":${JSON.stringify(encodeAnswer(message, naming))}}`
  if (message.role !== 'assistant') {
    const { content } = message
    if (typeof content === 'string') return `{"text":${quote(content)}}`
    return itemsText(partsOf<UserPart>(content), (part) => userPartText(part, quote))
  }
  const { content, tool_calls: calls = [] } = message
  if (typeof content === 'string' && calls.length === 0) return `{"text":${quote(content)}}`
  // An empty text beside calls says nothing.
  const parts = partsOf(message.content).filter(
    (part) => calls.length === 0 || part.type !== 'text' || part.text !== '',
  )
  const said = itemsText(parts, (part) => modelPartText(part, quote))
  return itemsText([said, itemsText(calls, (call) => callText(call, naming))], (text) => text)
}

function callText(call: ToolCall, { names, withIds }: Naming): string {
  // Calls of custom tools are a feature that the format does not say.
  if (call.type === 'custom') throw new Error('a call of a custom tool was let through')
  const { name, arguments: given } = call.function
  names.set(call.id, name)
  return JSON.stringify({ functionCall: { id: withIds ? call.id : undefined, name, args: parseObjectText(given) } })
}

function modelPartText(part: AssistantPart, quote: Quote): string {
  if (part.type === 'text') return `{"text":${quote(part.text)}}`
  if (part.type === 'reasoning') return `{"text":${quote(part.text)},"thought":true}`
  throw new Error(`a part of type ${part.type} was let through`)
}

function userPartText(part: UserPart, quote: Quote): string {
  if (part.type === 'text') return `{"text":${quote(part.text)}}`
  return JSON.stringify(encodeUserPart(part))
}

function encodeUserPart(part: Exclude<UserPart, TextPart>): object {
  if (part.type === 'image_url' || part.type === 'media') return encodeMedia(part)
  if (part.type === 'file') throw new Error('a file was let through')
  const { data, format } = part.input_audio
  return { inlineData: { mimeType: AUDIO[format], data } }
}

function encodeMedia(part: ImagePart | MediaPart): object {
  const { url, media_type: mimeType } = part.type === 'media' ? part.media : part.image_url
  const data = parseDataUrl(url)
  return data
    ? { inlineData: { mimeType: data.mediaType, data: data.base64 } }
    : { fileData: { mimeType, fileUri: url } }
}

function encodeAnswer(message: ToolMessage, { names, withIds }: Naming): object {
  const { tool_call_id: id, is_error: failed } = message
  const given = givenBy(message)
  return {
    id: withIds ? id : undefined,
    name: names.get(id),
    response: failed ? { error: given } : isPlain(given) ? given : { output: given },
  }
}

/** What a tool gave; a JSON string cannot be told from text and is refused before. */
function givenBy({ content }: ToolMessage): JsonValue {
  const [part] = partsOf(content)
  return part?.type === 'json' ? part.json : (textsOf(content)[0] ?? '')
}

/** True for an object that no reader takes for a wrapper. */
function isPlain(given: JsonValue): given is JsonObject {
  return isObject(given) && !Object.hasOwn(given, 'output') && !Object.hasOwn(given, 'error')
}
