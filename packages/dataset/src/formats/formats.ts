import { alpaca } from './alpaca.ts'
import { bedrockConversation } from './bedrock-conversation.ts'
import { claude3 } from './claude-3.ts'
import type { Codec } from './codec.ts'
import type { Feature } from './features.ts'
import { flat } from './flat.ts'
import { gemini } from './gemini.ts'
import { geminiPreference } from './gemini-preference.ts'
import { inputOutput } from './input-output.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiPreference } from './openai-preference.ts'
import { openaiReinforcement } from './openai-reinforcement.ts'
import { promptCompletion } from './prompt-completion.ts'
import { sharegpt } from './sharegpt.ts'
import { bedrockText, text } from './text.ts'

/** Name of a data format this package reads and writes. */
export type FormatId =
  | 'openai-chat'
  | 'openai-preference'
  | 'openai-reinforcement'
  | 'prompt-completion'
  | 'input-output'
  | 'bedrock-conversation-2024'
  | 'bedrock-text'
  | 'claude-3'
  | 'gemini'
  | 'gemini-preference'
  | 'alpaca'
  | 'flat'
  | 'sharegpt'
  | 'text'

/** The codec of each format; detection asks them in this order. */
export const CODECS: Readonly<Record<FormatId, Codec>> = {
  'openai-preference': openaiPreference,
  flat,
  'prompt-completion': promptCompletion,
  'gemini-preference': geminiPreference,
  gemini,
  alpaca,
  sharegpt,
  'input-output': inputOutput,
  'bedrock-conversation-2024': bedrockConversation,
  'claude-3': claude3,
  'openai-reinforcement': openaiReinforcement,
  'openai-chat': openaiChat,
  text,
  'bedrock-text': bedrockText,
}

/** The formats known, with one sentence for each. */
export const FORMATS: Readonly<Record<FormatId, { readonly summary: string }>> = CODECS

/** The formats known, as detection tries them. */
// Object.keys forgets the literal type.
export const FORMAT_IDS = Object.keys(CODECS) as readonly FormatId[]

/** The formats that can say this, as detection tries them. */
export function formatsThatSay(feature: Feature): readonly FormatId[] {
  return FORMAT_IDS.filter((id) => CODECS[id].says.has(feature))
}
