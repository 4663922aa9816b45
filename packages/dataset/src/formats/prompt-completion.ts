import type { Example, JsonObject } from '../example.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import { textsText, type Quote } from './row-text.ts'
import { checkShape, shape, target, text } from './shape.ts'

/** OpenAI's rows for completion models (FineTuneCompletionRequestInput), which other vendors took over. */
export const promptCompletion: Codec = {
  summary: 'prompt/completion: {"prompt": "…", "completion": "…"}',
  source:
    'OpenAI, FineTuneCompletionRequestInput; AWS, Bedrock User Guide, “Prepare data for fine-tuning text-to-text models”; NVIDIA, NeMo Customizer, “Dataset Format Requirements”',
  says: new Set(['completion']),
  looksLike: (row) => Object.hasOwn(row, 'prompt') && Object.hasOwn(row, 'completion'),
  decode,
  encode,
}

const ROW = shape({ prompt: text, completion: target })

function decode(row: JsonObject): Decoded {
  const found = checkShape(row, ROW)
  if (found) return { fault: found }
  // ROW has established that both are strings.
  return { example: { kind: 'completion', prompt: row['prompt'] as string, completion: row['completion'] as string } }
}

function encode(example: Example, quote: Quote = JSON.stringify): Encoded {
  if (example.kind !== 'completion') return { unsaid: { feature: example.kind } }
  return { text: textsText({ prompt: example.prompt, completion: example.completion }, quote) }
}
