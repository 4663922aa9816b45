import type { Example, JsonObject, Message } from '../example.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import { splitSystem, textsOf } from './content.ts'
import { textsText, type Quote } from './row-text.ts'
import { checkShape, shape, target, text } from './shape.ts'
import { createUnsaid } from './unsaid.ts'

/**
 * One question and its answer under a key each, as tables have them; a field mapping makes these keys of any others.
 * Without instructions the keys are those of `prompt-completion`, which is what is detected then: name this format to
 * say that the texts are what a user and the assistant say.
 */
export const flat: Codec = {
  summary: 'flat conversation: {"system"?: "…", "prompt": "…", "completion": "…"}',
  source: 'this project; the keys a field mapping is given for tables of questions and answers',
  says: new Set(['chat', 'system-message', 'empty-instructions']),
  looksLike: (row) => ['system', 'prompt', 'completion'].every((key) => Object.hasOwn(row, key)),
  decode,
  encode,
}

const ROW = shape({ prompt: text, completion: target }, { system: text })

function decode(row: JsonObject): Decoded {
  const found = checkShape(row, ROW)
  if (found) return { fault: found }
  // ROW has established it.
  const { system, prompt, completion } = row as { system?: string; prompt: string; completion: string }
  const instructions: Message[] = system === undefined ? [] : [{ role: 'system', content: system }]
  const turns: Message[] = [
    { role: 'user', content: prompt },
    { role: 'assistant', content: completion },
  ]
  return { example: { kind: 'chat', messages: [...instructions, ...turns] } }
}

const unsaidIn = createUnsaid(flat.says)

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  const unsaid = unsaidIn(example)
  if (unsaid || example.kind !== 'chat') return { unsaid: unsaid ?? { feature: example.kind } }
  const { system, rest } = splitSystem(example.messages)
  const [prompt, completion] = rest.flatMap(({ content }) => textsOf(content))
  // Two turns that alternate are what the features have left.
  if (rest.length !== 2) return { unsaid: { feature: 'uneven-turns', field: 'messages' } }
  return { text: textsText({ system: textsOf(system)[0], prompt, completion }, quote) }
}
