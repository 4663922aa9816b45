import type { Codec } from './codec.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiPreference } from './openai-preference.ts'
import { openaiReinforcement } from './openai-reinforcement.ts'
import { promptCompletion } from './prompt-completion.ts'

/** Name of a data format this package reads and writes. */
export type FormatId = 'openai-chat' | 'openai-preference' | 'openai-reinforcement' | 'prompt-completion'

/** The codec of each format; detection asks them in this order. */
export const CODECS: Readonly<Record<FormatId, Codec>> = {
  'openai-preference': openaiPreference,
  'prompt-completion': promptCompletion,
  'openai-reinforcement': openaiReinforcement,
  'openai-chat': openaiChat,
}

/** The formats known, with one sentence for each. */
export const FORMATS: Readonly<Record<FormatId, { readonly summary: string }>> = CODECS

/** The formats known, as detection tries them. */
// Object.keys forgets the literal type.
export const FORMAT_IDS = Object.keys(CODECS) as readonly FormatId[]
