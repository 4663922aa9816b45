import {
  anything,
  choice,
  either,
  flag,
  list,
  nullable,
  object,
  openObject,
  optional,
  text,
  variants,
  whole,
  type Shape,
} from '../server/shape.ts'

const TEXT_PARTS = list(variants('type', { text: object({ text: text() }), refusal: object({ refusal: text() }) }), {
  minimum: 1,
})

const USER_PARTS = list(
  variants('type', {
    text: object({ text: text() }),
    image_url: object({
      image_url: object({ url: text({ minimum: 1 }), detail: optional(choice('auto', 'low', 'high')) }),
    }),
  }),
  { minimum: 1 },
)

const CALL = object({ name: text(), arguments: text() })
const TOOL_CALLS = list(object({ id: text(), type: choice('function'), function: CALL }), { minimum: 1 })

const named = { name: optional(text()) }

/** Messages of training rows: what chat takes, and a weight on what the assistant says. */
const MESSAGE = variants('role', {
  system: object({ ...named, content: either(text(), TEXT_PARTS) }),
  developer: object({ ...named, content: either(text(), TEXT_PARTS) }),
  user: object({ ...named, content: either(text(), USER_PARTS) }),
  assistant: object({
    ...named,
    content: optional(nullable(either(text(), TEXT_PARTS))),
    refusal: optional(nullable(text())),
    tool_calls: optional(TOOL_CALLS),
    function_call: optional(CALL),
    weight: optional(whole({ minimum: 0, maximum: 1 })),
  }),
  tool: object({ content: either(text(), TEXT_PARTS), tool_call_id: text() }),
  function: object({ name: text(), content: nullable(text()) }),
})

const FUNCTION = openObject({ name: text({ minimum: 1, maximum: 64 }), parameters: optional(openObject({})) })
const TOOLS = list(object({ type: choice('function'), function: FUNCTION }))

const CONVERSATION = {
  messages: list(MESSAGE, { minimum: 1 }),
  tools: optional(TOOLS),
  parallel_tool_calls: optional(flag),
}

const PREFERRED = list(variants('role', { assistant: openObject({ content: optional(anything) }) }), {
  minimum: 1,
  maximum: 1,
})

/** A line of a file by the method that it is for. */
export const ROWS: Readonly<Record<'supervised' | 'dpo' | 'reinforcement', Shape>> = {
  supervised: object({ ...CONVERSATION, functions: optional(list(FUNCTION)) }),
  dpo: object({ input: object(CONVERSATION), preferred_output: PREFERRED, non_preferred_output: PREFERRED }),
  reinforcement: openObject(CONVERSATION),
}
