import type { AssistantMessage, Example, JsonObject, JsonValue } from '../example.ts'
import type { Fault } from '../rules.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import {
  answerText,
  contents,
  contentsText,
  decodeContents,
  decodeModelTurn,
  modelContent,
  systemInstruction,
  type Content,
} from './gemini-contents.ts'
import { camelNames } from './gemini-names.ts'
import { createLinks } from './links.ts'
import { objectText, type Quote } from './row-text.ts'
import { checkShape, fault, isList, listOf, objectOf, shape, within, wrongType, type Check } from './shape.ts'
import { createUnsaid } from './unsaid.ts'

/** Google Vertex AI's rows for preference tuning: a conversation and two completions, scored 1 and 0; text alone. */
export const geminiPreference: Codec = {
  summary:
    'Gemini preference: {"contents": […], "completions": [{"score": 1, "completion": {…}}, {"score": 0, "completion": {…}}]}',
  source:
    'Google, Vertex AI, “Prepare preference tuning data”; discovery document aiplatform v1beta1, revision 20260920, GeminiPreferenceExample',
  says: new Set(['preference', 'system-message', 'empty-instructions', 'several-turns', 'uneven-turns', 'text-parts']),
  partly: { 'uneven-turns': 'the last turn is the user’s' },
  looksLike: (row) => Object.hasOwn(row, 'contents') && Object.hasOwn(row, 'completions'),
  decode,
  encode,
}

const score: Check = (value) => (value === 0 || value === 1 ? undefined : fault('invalid-value', 'must be 0 or 1'))
const scored = listOf(objectOf(shape({ score, completion: modelContent })))
const completions: Check = (value) => {
  if (!isList(value)) return wrongType('a list', value)
  return scored(value) ?? (value.length === 2 && value[0] !== undefined && scoresDiffer(value) ? undefined : notAPair)
}
const notAPair = fault('invalid-output', 'must be one completion with score 1 and one with score 0')

function scoresDiffer(value: readonly JsonValue[]): boolean {
  // `scored` has established it.
  const [first, second] = value as unknown as readonly [Scored, Scored]
  return first.score !== second.score
}

const ROW = shape({ contents, completions }, { systemInstruction })

interface Scored {
  readonly score: 0 | 1
  readonly completion: Content
}
interface Row {
  readonly systemInstruction?: { readonly parts: readonly { readonly text: string }[] }
  readonly contents: readonly Content[]
  readonly completions: readonly [Scored, Scored]
}

function decode(row: JsonObject): Decoded {
  const named = camelNames(row)
  if ('fault' in named) return named
  const found = checkShape(named.row, ROW)
  if (found) return { fault: found }
  // ROW has established it.
  const { systemInstruction: instruction, contents: turns, completions: pair } = named.row as unknown as Row
  const decoded = decodeContents(instruction, turns)
  if ('fault' in decoded) return decoded
  const last = turns.length - 1
  if (turns[last]?.role === 'model') {
    return { fault: within('contents', within(last, within('role', lastNotAsked))) }
  }
  const better = pair[0].score === 1 ? 0 : 1
  const preferred = decodeAnswer(pair, better)
  if ('rule' in preferred) return { fault: preferred }
  const nonPreferred = decodeAnswer(pair, better === 0 ? 1 : 0)
  if ('rule' in nonPreferred) return { fault: nonPreferred }
  const example: Example = { kind: 'preference', messages: decoded.messages, preferred, nonPreferred }
  return unsaidIn(example) ? { fault: notText } : { example }
}

function decodeAnswer(pair: Row['completions'], index: 0 | 1): AssistantMessage | Fault {
  const place = (inner: Fault) => within('completions', within(index, within('completion', inner)))
  const decoded = decodeModelTurn(pair[index].completion, createLinks())
  if ('fault' in decoded) return place(decoded.fault)
  const [message, ...more] = decoded.messages
  if (message?.role !== 'assistant' || more.length > 0) return place(severalMessages)
  return message
}

const lastNotAsked = fault(
  'last-not-user',
  'the last turn must be the user’s',
  'end "contents" with what is asked; both answers go into "completions"',
)
const notText = fault('invalid-value', 'preference tuning of Gemini takes texts alone: no media, calls or thoughts')
const severalMessages = fault('invalid-output', 'must be one message: no text after a call')

const unsaidIn = createUnsaid(geminiPreference.says)

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  const unsaid = unsaidIn(example)
  if (unsaid || example.kind !== 'preference') return { unsaid: unsaid ?? { feature: example.kind } }
  if (example.messages.at(-1)?.role !== 'user') return { unsaid: { feature: 'uneven-turns', field: 'messages' } }
  const { systemInstruction: instruction, contents: turns, naming } = contentsText(example.messages, quote)
  const completion = (score: 0 | 1, answer: AssistantMessage) =>
    `{"score":${score},"completion":${answerText(answer, naming, quote)}}`
  const completions = `[${completion(1, example.preferred)},${completion(0, example.nonPreferred)}]`
  // The spelling of the documentation of preference tuning.
  return { text: objectText({ system_instruction: instruction, contents: turns, completions }) }
}
