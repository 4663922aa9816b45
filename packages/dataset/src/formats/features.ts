/**
 * Everything an example can say that some format cannot, as the beginning of the sentence "… cannot be written as X".
 * Each codec lists those it can say; what a codec refuses beyond its list depends on a value and is said at its encoder.
 */
export const FEATURES = {
  chat: 'a conversation whose answers are learned',
  preference: 'a conversation with a better and a worse answer',
  reinforcement: 'a question for a grader',
  completion: 'a text and its continuation',
  text: 'a text alone',
  'system-message': 'a system message at the start',
  'later-system-message': 'a system message after the first message',
  'developer-message': 'a developer message',
  'empty-instructions': 'an empty system message',
  'several-turns': 'more than one answer of the assistant',
  'uneven-turns': 'turns that do not alternate between user and assistant',
  'text-parts': 'content in several parts',
  'message-name': 'the name of a message’s author',
  weight: 'an answer that is not learned (weight 0)',
  'cache-breakpoint': 'a prompt cache breakpoint',
  'image-data': 'an image inside the row',
  'image-url': 'an image by an address without its media type',
  'image-s3': 'an image in an S3 bucket with its media type',
  'image-uri': 'an image by an address with its media type',
  'image-detail': 'the detail of an image',
  audio: 'WAV or MP3 audio inside the row',
  file: 'a file by OpenAI’s id or inside the row',
  'media-data': 'a video, document or other audio inside the row',
  'media-s3': 'a video, document or audio in an S3 bucket',
  'media-uri': 'a video, document or audio by an address',
  'media-name': 'the name of a document',
  'unnamed-document': 'a document without a name',
  'media-type': 'an image or other medium of this type',
  refusal: 'a refusal apart from the answer',
  reasoning: 'the reasoning before an answer',
  'reasoning-signature': 'the signature of reasoning',
  'redacted-reasoning': 'encrypted reasoning',
  'assistant-audio': 'audio that the assistant spoke',
  tools: 'the tools offered',
  'tool-without-parameters': 'a tool without a schema of its parameters',
  'tool-strict': 'whether a tool’s schema binds strictly',
  'no-parallel-calls': 'that calls must come one at a time',
  'tool-calls': 'a call of a tool',
  'text-with-calls': 'text and calls in one message',
  'call-arguments-text': 'call arguments that are not the text of one JSON object',
  'deep-json': 'a schema, arguments or a tool’s answer that nest deeper than 48 levels',
  'call-id': 'a call with this id',
  'tool-name': 'a tool with this name',
  'custom-tool-call': 'a call of a custom tool',
  'tool-results': 'the answer of a tool',
  'tool-result-order': 'answers of tools in another order than their calls',
  'tool-result-parts': 'the answer of a tool in several parts',
  'tool-result-json': 'the answer of a tool as JSON',
  'tool-result-json-text': 'the answer of a tool as a JSON string, apart from text',
  'tool-result-media': 'an image or other media in the answer of a tool',
  'tool-result-error': 'that a tool failed',
  'function-calls': 'a call of OpenAI’s deprecated functions',
  functions: 'OpenAI’s deprecated list of functions',
} as const satisfies Readonly<Record<string, string>>

/** Something an example can say that some format cannot. */
export type Feature = keyof typeof FEATURES

/** What of an example a format cannot say: the first such thing, and where in the example it stands. */
export interface Unsaid {
  readonly feature: Feature
  /** Path in the example, such as `messages[2].weight`; absent when it is the example as a whole. */
  readonly field?: string
}
