import type { AssistantMessage, Example, JsonObject, Message, UserMessage } from '../example.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import { splitSystem, textsOf } from './content.ts'
import type { Unsaid } from './features.ts'
import { listText, textsText, type Quote } from './row-text.ts'
import { checkShape, fault, isList, listOf, shape, target, text, within, wrongType, type Check } from './shape.ts'
import { createUnsaid } from './unsaid.ts'

/**
 * Stanford Alpaca's rows, with the two keys LLaMA Factory added. `input` that is not empty is a second part of what
 * the user says; an empty one says nothing.
 */
export const alpaca: Codec = {
  summary: 'Alpaca: {"instruction": "…", "input"?: "…", "output": "…", "system"?: "…", "history"?: [["…", "…"], …]}',
  source: 'tatsu-lab/stanford_alpaca, README, “Data Release”; hiyouga/LLaMA-Factory, data/README.md (system, history)',
  says: new Set(['chat', 'system-message', 'several-turns', 'text-parts']),
  partly: { 'text-parts': 'the last question alone, in two parts' },
  looksLike: (row) => Object.hasOwn(row, 'instruction') && Object.hasOwn(row, 'output'),
  decode,
  encode,
}

const pair: Check = (value) => {
  if (!isList(value)) return wrongType('a list', value)
  const [question = null, answer = null] = value
  if (value.length !== 2) return notAPair
  const found = text(question)
  if (found) return within(0, found)
  const missing = target(answer)
  return missing && within(1, missing)
}
const notAPair = fault('invalid-value', 'must be a list of two texts, a question and its answer')

const ROW = shape({ instruction: text, output: target }, { input: text, system: text, history: listOf(pair) })

interface Row {
  readonly instruction: string
  readonly output: string
  readonly input?: string
  readonly system?: string
  readonly history?: readonly (readonly [question: string, answer: string])[]
}

function decode(row: JsonObject): Decoded {
  const found = checkShape(row, ROW)
  if (found) return { fault: found }
  // ROW has established it.
  const { instruction, input = '', output, system = '', history = [] } = row as unknown as Row
  const messages: Message[] = []
  if (system !== '') messages.push({ role: 'system', content: system })
  for (const [question, answer] of history) messages.push(user(question), assistant(answer))
  messages.push(input === '' ? user(instruction) : user([instruction, input]), assistant(output))
  return { example: { kind: 'chat', messages } }
}

function user(said: string | readonly string[]): UserMessage {
  return { role: 'user', content: typeof said === 'string' ? said : said.map((text) => ({ type: 'text', text })) }
}

function assistant(content: string): AssistantMessage {
  return { role: 'assistant', content }
}

const unsaidIn = createUnsaid(alpaca.says)

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  const unsaid = unsaidIn(example)
  if (unsaid || example.kind !== 'chat') return { unsaid: unsaid ?? { feature: example.kind } }
  const parted = misplacedParts(example.messages)
  if (parted) return { unsaid: parted }
  const { system, rest } = splitSystem(example.messages)
  const history = rest.slice(0, -2).flatMap(({ content }) => textsOf(content))
  const [instruction, input] = textsOf(rest.at(-2)?.content)
  const [output] = textsOf(rest.at(-1)?.content)
  const said = textsText({ instruction, input, output, system: textsOf(system)[0] }, quote)
  if (history.length === 0) return { text: said }
  const pairs = listText(inPairs(history), (pair) => listText(pair, quote))
  return { text: `${said.slice(0, -1)},"history":${pairs}}` }
}

/** Only what the user says last can have two parts, and no more. */
function misplacedParts(messages: readonly Message[]): Unsaid | undefined {
  const asked = messages.length - 2
  const index = messages.findIndex((message, at) => {
    const said = textsOf(message.content)
    return at === asked ? said.length > 2 || said[1] === '' : said.length > 1
  })
  return index === -1 ? undefined : { feature: 'text-parts', field: `messages[${index}].content` }
}

function inPairs(said: readonly string[]): string[][] {
  return Array.from({ length: said.length / 2 }, (_, index) => said.slice(2 * index, 2 * index + 2))
}
