import type { ChatChunk, ChatRequest, FilterFinding } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { UnexpectedAnswerError } from './answers.ts'
import { present, word } from './values.ts'

type FinishReason = NonNullable<OpenAI.ChatCompletionChunk.Choice['finish_reason']>

/** The service's reasons, by the SDK's own union. */
const FINISHES: Record<FinishReason, NonNullable<ChatChunk['finish']>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'filtered',
  tool_calls: 'unknown',
  function_call: 'unknown',
}

/** What a host has beyond the shape that all share. */
export interface ChatVariant {
  /** Further members of the request. */
  readonly members?: object
  /** What the host's content filter says in a piece. */
  findings?(piece: OpenAI.ChatCompletionChunk): readonly FilterFinding[]
}

/** Asks a model, or a deployment by its name; the answer as it is written, its last piece with the reason to finish and the tokens used. */
export async function* answer(
  client: OpenAI,
  model: string,
  request: ChatRequest,
  signal: AbortSignal,
  variant: ChatVariant = {},
): AsyncGenerator<ChatChunk, void, undefined> {
  const { maxTokens: max_completion_tokens, temperature, seed } = request
  const stream = await client.chat.completions.create(
    {
      model,
      messages: [...request.messages],
      stream: true,
      stream_options: { include_usage: true },
      ...present({ max_completion_tokens, temperature, seed }),
      ...variant.members,
    },
    { signal },
  )
  let finish: NonNullable<ChatChunk['finish']> = 'unknown'
  let usage: ChatChunk['usage']
  let pieces = 0
  for await (const piece of stream) {
    pieces += 1
    const [choice] = piece.choices
    if (choice?.finish_reason) finish = word(FINISHES, choice.finish_reason)
    // Usage comes in a last piece of its own, after the reason to finish.
    if (piece.usage) usage = { inputTokens: piece.usage.prompt_tokens, outputTokens: piece.usage.completion_tokens }
    const text = choice?.delta.content ?? choice?.delta.refusal ?? ''
    const findings = variant.findings?.(piece) ?? []
    if (text !== '' || findings.length > 0) yield { text, ...(findings.length > 0 && { findings }) }
  }
  // The SDK takes any answer for a stream without pieces.
  if (pieces === 0) throw new UnexpectedAnswerError('the answer has no piece')
  yield { text: '', finish, ...present({ usage }) }
}
