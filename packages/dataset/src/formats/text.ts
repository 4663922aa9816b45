import type { Example, JsonObject } from '../example.ts'
import type { Codec, Decoded, Encoded } from './codec.ts'
import { textsText, type Quote } from './row-text.ts'
import { checkShape, shape, target } from './shape.ts'

/** Rows of text alone, as most engines read them for continued pre-training. */
export const text: Codec = {
  summary: 'text: {"text": "…"}',
  source: 'Hugging Face, TRL, “Dataset formats and types” (language modeling)',
  ...textUnder('text'),
}

/** Amazon Titan's rows for continued pre-training. */
export const bedrockText: Codec = {
  summary: 'Bedrock continued pre-training: {"input": "…"}',
  source: 'AWS, Bedrock User Guide, “Prepare datasets for continued pre-training”',
  ...textUnder('input'),
}

/** Rows whose only key holds the text. */
function textUnder(key: string): Pick<Codec, 'says' | 'looksLike' | 'decode' | 'encode'> {
  const row = shape({ [key]: target })
  return {
    says: new Set(['text']),
    looksLike: (found: JsonObject) => typeof found[key] === 'string' && Object.keys(found).length === 1,
    decode: (found: JsonObject): Decoded => {
      const fault = checkShape(found, row)
      // The shape has established that it is a string.
      return fault ? { fault } : { example: { kind: 'text', text: found[key] as string } }
    },
    encode: (example: Example, quote: Quote = JSON.stringify): Encoded =>
      example.kind === 'text'
        ? { text: textsText({ [key]: example.text }, quote) }
        : { unsaid: { feature: example.kind } },
  }
}
