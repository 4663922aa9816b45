import type { Example, JsonObject } from '../example.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import { lastNotAssistant } from './faults.ts'
import {
  contents,
  contentsText,
  decodeContents,
  GEMINI_SAYS,
  systemInstruction,
  type Content,
} from './gemini-contents.ts'
import { camelNames } from './gemini-names.ts'
import { decodeTools, toolsText, GEMINI_LIMITS, GEMINI_PARTLY, geminiTools } from './gemini-tools.ts'
import { objectText, type Quote } from './row-text.ts'
import { checkShape, shape, within } from './shape.ts'
import { createUnsaid } from './unsaid.ts'

/** Google Vertex AI's rows for supervised tuning; keys are taken in both of Google's spellings. */
export const gemini: Codec = {
  summary: 'Gemini: {"systemInstruction"?: {"parts": […]}, "contents": [{"role": "user" | "model", "parts": […]}, …]}',
  source:
    'Google, Vertex AI, “Prepare supervised fine-tuning data for Gemini models” and “Tune function calling”; discovery document aiplatform v1, revision 20260920, Content, Part, Tool',
  says: new Set(['chat', 'tools', 'tool-without-parameters', ...GEMINI_SAYS]),
  partly: GEMINI_PARTLY,
  looksLike: (row) => Object.hasOwn(row, 'contents') && !Object.hasOwn(row, 'completions'),
  decode,
  encode,
}

const ROW = shape({ contents }, { systemInstruction, tools: geminiTools }, [
  'cachedContent',
  'generationConfig',
  'labels',
  'model',
  'safetySettings',
  'toolConfig',
])

interface Row {
  readonly systemInstruction?: { readonly parts: readonly { readonly text: string }[] }
  readonly contents: readonly Content[]
  readonly tools?: Parameters<typeof decodeTools>[0]
}

function decode(row: JsonObject): Decoded {
  const named = camelNames(row)
  if ('fault' in named) return named
  const found = checkShape(named.row, ROW)
  if (found) return { fault: found }
  // ROW has established it.
  const { systemInstruction: instruction, contents: turns, tools } = named.row as unknown as Row
  const decoded = decodeContents(instruction, turns)
  if ('fault' in decoded) return decoded
  const last = turns.length - 1
  if (turns[last]?.role !== 'model') {
    return { fault: within('contents', within(last, within('role', lastNotAssistant))) }
  }
  return { example: { kind: 'chat', messages: decoded.messages, ...(tools && { tools: decodeTools(tools) }) } }
}

const unsaidIn = createUnsaid(gemini.says, GEMINI_LIMITS)

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  const unsaid = unsaidIn(example)
  if (unsaid || example.kind !== 'chat') return { unsaid: unsaid ?? { feature: example.kind } }
  const { systemInstruction: instruction, contents: turns } = contentsText(example.messages, quote)
  const offered = example.tools?.length ? toolsText(example.tools) : undefined
  return { text: objectText({ systemInstruction: instruction, contents: turns, tools: offered }) }
}
