import type { Example, JsonObject } from '../example.ts'
import type { Codec, Decoded } from './codec.ts'
import { checkShape, fault, shape, text, type Check } from './shape.ts'

/** OpenAI's rows for completion models (FineTuneCompletionRequestInput), which other vendors took over. */
export const promptCompletion: Codec = {
  summary: 'prompt/completion: {"prompt": "…", "completion": "…"}',
  looksLike: (row) => Object.hasOwn(row, 'prompt') && Object.hasOwn(row, 'completion'),
  decode,
  encode,
}

const completion: Check = (value) =>
  value === '' ? fault('empty-target', 'the completion is empty', 'give it text, or remove the row') : text(value)

const ROW = shape({ prompt: text, completion })

function decode(row: JsonObject): Decoded {
  const found = checkShape(row, ROW)
  if (found) return { fault: found }
  // ROW has established that both are strings.
  return { example: { kind: 'completion', prompt: row['prompt'] as string, completion: row['completion'] as string } }
}

function encode(example: Example): string | undefined {
  if (example.kind !== 'completion') return undefined
  return JSON.stringify({ prompt: example.prompt, completion: example.completion })
}
