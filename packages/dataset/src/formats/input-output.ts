import type { Example, JsonObject } from '../example.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import { textsText, type Quote } from './row-text.ts'
import { checkShape, shape, target, text } from './shape.ts'

/** IBM watsonx's rows for tuning, which other engines read as well. */
export const inputOutput: Codec = {
  summary: 'input/output: {"input": "…", "output": "…"}',
  source: 'IBM, watsonx.ai, “Data formats for tuning foundation models” (JSON and JSONL of input and output)',
  says: new Set(['completion']),
  looksLike: (row) =>
    typeof row['input'] === 'string' && Object.hasOwn(row, 'output') && !Object.hasOwn(row, 'instruction'),
  decode,
  encode,
}

const ROW = shape({ input: text, output: target })

function decode(row: JsonObject): Decoded {
  const found = checkShape(row, ROW)
  if (found) return { fault: found }
  // ROW has established that both are strings.
  return { example: { kind: 'completion', prompt: row['input'] as string, completion: row['output'] as string } }
}

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  if (example.kind !== 'completion') return { unsaid: { feature: example.kind } }
  return { text: textsText({ input: example.prompt, output: example.completion }, quote) }
}
