import type { ChatChunk, ChatRequest, FilterFinding } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { UnexpectedAnswerError } from './answers.ts'
import { isObject, number, present, text, word } from './values.ts'

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
    const { choice, delta } = partsOf(piece)
    const reason = text(choice['finish_reason'])
    if (reason !== undefined) finish = word(FINISHES, reason)
    // Usage comes in a last piece of its own, after the reason to finish.
    usage = usageOf(piece) ?? usage
    const written = text(delta['content']) ?? text(delta['refusal']) ?? ''
    const findings = variant.findings?.(piece) ?? []
    if (written !== '' || findings.length > 0) yield { text: written, ...(findings.length > 0 && { findings }) }
  }
  // The SDK takes any answer for a stream without pieces.
  if (pieces === 0) throw new UnexpectedAnswerError('the answer has no piece')
  yield { text: '', finish, ...present({ usage }) }
}

/** A host may leave out any member of a piece, or send it empty. */
function partsOf(piece: unknown): Record<'choice' | 'delta', Readonly<Record<string, unknown>>> {
  const choices: unknown = isObject(piece) ? piece['choices'] : undefined
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined
  const choice = isObject(first) ? first : {}
  return { choice, delta: isObject(choice['delta']) ? choice['delta'] : {} }
}

function usageOf(piece: unknown): ChatChunk['usage'] {
  const usage = isObject(piece) && isObject(piece['usage']) ? piece['usage'] : {}
  const inputTokens = number(usage['prompt_tokens'])
  const outputTokens = number(usage['completion_tokens'])
  return inputTokens === undefined || outputTokens === undefined ? undefined : { inputTokens, outputTokens }
}
