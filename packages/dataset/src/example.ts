/** A number JavaScript cannot hold exactly, as `JSON.rawJSON` makes it; `JSON.stringify` writes its digits. */
export interface ExactNumber {
  readonly rawJSON: string
}

/** Any JSON value as it was in the row; numbers that a double would change are `ExactNumber`. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject | ExactNumber

/** A JSON object with only its own keys; never read a key that may be absent through the prototype. */
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/** What a message author is called: OpenAI's request roles, `function` being the deprecated one. */
export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool' | 'function'

/** Marks where a vendor may cache the prompt; carried because OpenAI's request schema defines it. */
export interface PromptCacheBreakpoint {
  readonly mode: 'explicit'
}

/** A piece of text in a message. */
export interface TextPart {
  readonly type: 'text'
  readonly text: string
  readonly prompt_cache_breakpoint?: PromptCacheBreakpoint
}

/**
 * An image: an http(s), data, `s3:` or `gs:` URL. `media_type` (such as `image/png`) only where the URL does not say it
 * and the row does; `bucket_owner` is the AWS account that owns an S3 bucket.
 */
export interface ImagePart {
  readonly type: 'image_url'
  readonly image_url: {
    readonly url: string
    readonly detail?: 'auto' | 'low' | 'high'
    readonly media_type?: string
    readonly bucket_owner?: string
  }
  readonly prompt_cache_breakpoint?: PromptCacheBreakpoint
}

/** Base64 audio in a user message. */
export interface AudioPart {
  readonly type: 'input_audio'
  readonly input_audio: { readonly data: string; readonly format: 'wav' | 'mp3' }
  readonly prompt_cache_breakpoint?: PromptCacheBreakpoint
}

/** A file in a user message, by id or as base64. */
export interface FilePart {
  readonly type: 'file'
  readonly file: { readonly filename?: string; readonly file_data?: string; readonly file_id?: string }
  readonly prompt_cache_breakpoint?: PromptCacheBreakpoint
}

/** A video, a document or other audio than `AudioPart` has: by data, `s3:`, `gs:` or http(s) URL, always with its media type. */
export interface MediaPart {
  readonly type: 'media'
  readonly media: {
    readonly url: string
    readonly media_type: string
    /** What a document is called. */
    readonly name?: string
    readonly bucket_owner?: string
  }
}

/** What the model thought before its answer; `signature` is the vendor's proof that the model wrote it. */
export interface ReasoningPart {
  readonly type: 'reasoning'
  readonly text: string
  readonly signature?: string
}

/** What the model thought, as the vendor encrypted it; base64. */
export interface RedactedReasoningPart {
  readonly type: 'redacted_reasoning'
  readonly data: string
}

/** What a tool answered, as a JSON value instead of text. */
export interface JsonPart {
  readonly type: 'json'
  readonly json: JsonValue
}

/** What the model said instead of an answer; the only part of its message. */
export interface RefusalPart {
  readonly type: 'refusal'
  readonly refusal: string
}

/** What a user message may be made of. */
export type UserPart = TextPart | ImagePart | AudioPart | FilePart | MediaPart

/** What an assistant message may be made of. */
export type AssistantPart = TextPart | RefusalPart | ReasoningPart | RedactedReasoningPart

/** What the answer of a tool may be made of. */
export type ToolPart = TextPart | JsonPart | ImagePart | MediaPart

/** A call the model makes: `arguments` is the JSON text the model wrote, valid or not. */
export type ToolCall =
  | { readonly id: string; readonly type: 'function'; readonly function: FunctionCall }
  | { readonly id: string; readonly type: 'custom'; readonly custom: { readonly name: string; readonly input: string } }

/** A function's name and the argument text the model wrote. */
export interface FunctionCall {
  readonly name: string
  readonly arguments: string
}

/** Instructions, in OpenAI's own message shape. */
export interface InstructionMessage {
  readonly role: 'system' | 'developer'
  readonly content: string | readonly TextPart[]
  readonly name?: string
}

/** What the user said, in OpenAI's own message shape. */
export interface UserMessage {
  readonly role: 'user'
  readonly content: string | readonly UserPart[]
  readonly name?: string
}

/** What the model said or called; `weight` 0 keeps it out of the loss. */
export interface AssistantMessage {
  readonly role: 'assistant'
  readonly content?: string | readonly AssistantPart[] | null
  readonly name?: string
  readonly refusal?: string | null
  readonly audio?: { readonly id: string } | null
  readonly tool_calls?: readonly ToolCall[]
  readonly function_call?: FunctionCall | null
  readonly weight?: 0 | 1
}

/** The answer to one tool call of the assistant message before it. */
export interface ToolMessage {
  readonly role: 'tool'
  readonly content: string | readonly ToolPart[]
  readonly tool_call_id: string
  /** Present when the tool failed and `content` says why. */
  readonly is_error?: true
}

/** The answer to a `function_call` (deprecated by OpenAI, still accepted). */
export interface FunctionMessage {
  readonly role: 'function'
  readonly content: string | null
  readonly name: string
}

/**
 * One turn of a conversation, in OpenAI's own shape (snake case). What only other vendors' rows say stands beside it in
 * the same style: `media`, `reasoning`, `redacted_reasoning` and `json` parts, `is_error`.
 */
export type Message = InstructionMessage | UserMessage | AssistantMessage | ToolMessage | FunctionMessage

/** A function the model may call; `parameters` is a JSON Schema. */
export interface FunctionDefinition {
  readonly name: string
  readonly description?: string
  readonly parameters?: JsonObject
  readonly strict?: boolean | null
}

/** A tool offered to the model. */
export interface Tool {
  readonly type: 'function'
  readonly function: FunctionDefinition
}

/** A conversation whose assistant messages are learned; the last message is the assistant's. */
export interface ChatExample {
  readonly kind: 'chat'
  readonly messages: readonly Message[]
  readonly tools?: readonly Tool[]
  readonly parallelToolCalls?: boolean
  /** Deprecated by OpenAI in favour of `tools`; kept because rows may carry it. */
  readonly functions?: readonly Omit<FunctionDefinition, 'strict'>[]
}

/** A conversation and two answers to it, of which `preferred` is the better. */
export interface PreferenceExample {
  readonly kind: 'preference'
  readonly messages: readonly Message[]
  readonly tools?: readonly Tool[]
  readonly parallelToolCalls?: boolean
  readonly preferred: AssistantMessage
  readonly nonPreferred: AssistantMessage
}

/** A text and its continuation; only the continuation is learned. */
export interface CompletionExample {
  readonly kind: 'completion'
  readonly prompt: string
  readonly completion: string
}

/** A conversation that ends with the user's turn: what the model samples for it is judged by a grader, which also reads `item`. */
export interface ReinforcementExample {
  readonly kind: 'reinforcement'
  readonly messages: readonly Message[]
  readonly tools?: readonly Tool[]
  readonly parallelToolCalls?: boolean
  /** The row's other keys, which are the user's own. */
  readonly item: JsonObject
}

/** A text of which every token is learned, for continued pre-training. */
export interface TextExample {
  readonly kind: 'text'
  readonly text: string
}

/** One row in the one shape all formats are decoded to and encoded from; always readonly, it may share memory. */
export type Example = ChatExample | PreferenceExample | ReinforcementExample | CompletionExample | TextExample
