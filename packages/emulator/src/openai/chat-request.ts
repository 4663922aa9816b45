import {
  anything,
  choice,
  either,
  flag,
  list,
  map,
  nullable,
  number,
  object,
  openObject,
  optional,
  text,
  variants,
  whole,
  type ShapeOf,
} from '../server/shape.ts'
import type { ChatRequest } from '../chat/completion.ts'
import { METADATA } from './job-request.ts'

const cached = { prompt_cache_breakpoint: optional(anything) }

const TEXT_PART = object({ text: text(), ...cached })
const TEXT = either(text(), list(variants('type', { text: TEXT_PART }), { minimum: 1 }))

const USER_CONTENT = either(
  text(),
  list(
    variants('type', {
      text: TEXT_PART,
      image_url: object({
        image_url: object({ url: text(), detail: optional(choice('auto', 'low', 'high')) }),
        ...cached,
      }),
      input_audio: object({ input_audio: object({ data: text(), format: choice('wav', 'mp3') }), ...cached }),
      file: object({
        file: object({ filename: optional(text()), file_data: optional(text()), file_id: optional(text()) }),
        ...cached,
      }),
    }),
    { minimum: 1 },
  ),
)

const ASSISTANT_CONTENT = either(
  text(),
  list(variants('type', { text: TEXT_PART, refusal: object({ refusal: text() }) }), { minimum: 1 }),
)

const CALL = object({ name: text(), arguments: text() })
const TOOL_CALL = variants('type', {
  function: object({ id: text(), function: CALL }),
  custom: object({ id: text(), custom: object({ name: text(), input: text() }) }),
})

const named = { name: optional(text()) }

const MESSAGE = variants('role', {
  developer: object({ ...named, content: TEXT }),
  system: object({ ...named, content: TEXT }),
  user: object({ ...named, content: USER_CONTENT }),
  assistant: object({
    ...named,
    content: optional(nullable(ASSISTANT_CONTENT)),
    refusal: optional(nullable(text())),
    audio: optional(nullable(object({ id: text() }))),
    tool_calls: optional(list(TOOL_CALL)),
    function_call: optional(nullable(CALL)),
  }),
  tool: object({ content: TEXT, tool_call_id: text() }),
  function: object({ name: text(), content: nullable(text()) }),
})

const FUNCTION = object({
  name: text({ minimum: 1, maximum: 64, pattern: /^[A-Za-z0-9_-]*$/ }),
  description: optional(text()),
  parameters: optional(openObject({})),
  strict: optional(nullable(flag)),
})

const TOOL = variants('type', {
  function: object({ function: FUNCTION }),
  custom: object({ custom: openObject({ name: text() }) }),
})

const RESPONSE_FORMAT = variants('type', {
  text: object({}),
  json_object: object({}),
  json_schema: object({
    json_schema: object({
      name: text({ minimum: 1, maximum: 64, pattern: /^[A-Za-z0-9_-]*$/ }),
      description: optional(text()),
      schema: optional(openObject({})),
      strict: optional(nullable(flag)),
    }),
  }),
})

const penalty = optional(nullable(number({ minimum: -2, maximum: 2 })))
const tokens = optional(nullable(whole({ minimum: 1 })))

/** The members of `CreateChatCompletionRequest` in the vendor's schema. */
export const CHAT_MEMBERS = {
  model: text({ minimum: 1 }),
  messages: list(MESSAGE, { minimum: 1 }),
  stream: optional(nullable(flag)),
  stream_options: optional(nullable(object({ include_usage: optional(flag), include_obfuscation: optional(flag) }))),
  max_completion_tokens: tokens,
  max_tokens: tokens,
  temperature: optional(nullable(number({ minimum: 0, maximum: 2 }))),
  top_p: optional(nullable(number({ minimum: 0, maximum: 1 }))),
  n: optional(nullable(whole({ minimum: 1, maximum: 128 }))),
  seed: optional(nullable(whole())),
  stop: optional(nullable(either(text(), list(text(), { minimum: 1, maximum: 4 })))),
  frequency_penalty: penalty,
  presence_penalty: penalty,
  logit_bias: optional(nullable(map(whole()))),
  logprobs: optional(nullable(flag)),
  top_logprobs: optional(nullable(whole({ minimum: 0, maximum: 20 }))),
  response_format: optional(RESPONSE_FORMAT),
  tools: optional(list(TOOL)),
  tool_choice: optional(either(choice('none', 'auto', 'required'), openObject({ type: text() }))),
  parallel_tool_calls: optional(flag),
  functions: optional(list(FUNCTION, { minimum: 1, maximum: 128 })),
  function_call: optional(either(choice('none', 'auto'), object({ name: text() }))),
  modalities: optional(nullable(list(choice('text', 'audio')))),
  audio: optional(nullable(openObject({ voice: anything, format: text() }))),
  prediction: optional(nullable(openObject({ type: choice('content'), content: anything }))),
  reasoning_effort: optional(nullable(choice('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'))),
  verbosity: optional(nullable(choice('low', 'medium', 'high'))),
  web_search_options: optional(openObject({})),
  store: optional(nullable(flag)),
  metadata: optional(METADATA),
  moderation: optional(nullable(openObject({ model: text() }))),
  service_tier: optional(nullable(choice('auto', 'default', 'flex', 'scale', 'priority', 'fast'))),
  user: optional(text()),
  safety_identifier: optional(nullable(text({ maximum: 64 }))),
  prompt_cache_key: optional(nullable(text())),
  prompt_cache_retention: optional(nullable(choice('in_memory', '24h'))),
  prompt_cache_options: optional(openObject({})),
}

/** `CreateChatCompletionRequest` itself. */
export const CHAT_REQUEST: ShapeOf<ChatRequest> = object(CHAT_MEMBERS)
