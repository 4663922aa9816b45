import type { OpenAI } from 'openai'
import type { Answerer, GivenAnswer, NoAnswer, Question } from './answerer.ts'

// Chat completions as OpenAI formed them and other vendors took them over, without any vendor's errors.

export type ChatRequest = OpenAI.Chat.ChatCompletionCreateParams
export type ChatChunk = OpenAI.Chat.ChatCompletionChunk

/** What every answer and every piece of one says of itself. */
export type ChatHead = Pick<OpenAI.Chat.ChatCompletion, 'id' | 'created' | 'model'> & {
  readonly service_tier?: 'default'
  readonly system_fingerprint: string
}

/** Why a request of the right shape is refused. */
export interface Unanswerable {
  readonly code: string
  readonly param: string
  readonly message: string
}

/** What the schema takes and the emulator cannot do, or what contradicts itself: refused, never left out. */
export function findUnanswerable(request: ChatRequest): Unanswerable | undefined {
  const given = NOT_EMULATED.find((name) => request[name] != null && request[name] !== false)
  if (given !== undefined) {
    return { message: `The emulator does not emulate '${given}'.`, code: 'not_emulated', param: given }
  }
  if (request.max_tokens != null && request.max_completion_tokens != null) {
    const message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
    return { message, code: 'invalid_parameter_combination', param: 'max_tokens' }
  }
  if (request.stream_options != null && request.stream !== true) {
    const message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    return { message, code: 'invalid_parameter_combination', param: 'stream_options' }
  }
  return undefined
}

const NOT_EMULATED = [
  'audio',
  'logprobs',
  'top_logprobs',
  'moderation',
  'stop',
  'store',
  'web_search_options',
] as const satisfies readonly (keyof ChatRequest)[]

/** As many answers as the request wants, begun one after the other; or why there is none. */
export async function askAll(
  answerer: Answerer,
  model: Pick<Question, 'name' | 'artifact' | 'signal'>,
  request: ChatRequest,
): Promise<readonly GivenAnswer[] | NoAnswer> {
  const answers: GivenAnswer[] = []
  for (let index = 0; index < (request.n ?? 1); index++) {
    const answer = await answerer.answer({
      ...model,
      messages: request.messages,
      maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
      temperature: request.temperature ?? undefined,
      seed: (request.seed ?? 0) + index,
    })
    if ('problem' in answer) return answer
    answers.push(answer)
  }
  return answers
}

/** The whole answers at once. */
export async function collect(head: ChatHead, answers: readonly GivenAnswer[]): Promise<OpenAI.Chat.ChatCompletion> {
  const choices: OpenAI.Chat.ChatCompletion.Choice[] = []
  const texts: string[] = []
  for (const [index, answer] of answers.entries()) {
    let content = ''
    for await (const piece of answer.pieces) content += piece
    texts.push(content)
    const message = { role: 'assistant' as const, content, refusal: null, annotations: [] }
    choices.push({ index, message, logprobs: null, finish_reason: await answer.finishOf(content) })
  }
  return { ...head, object: 'chat.completion', choices, usage: usageOf(answers, texts) }
}

/** The answers in pieces, one answer after the other. */
export async function* stream(
  head: ChatHead,
  answers: readonly GivenAnswer[],
  { stream_options: options }: ChatRequest,
): AsyncGenerator<ChatChunk> {
  const counted = options?.include_usage === true
  const chunk = (choices: ChatChunk['choices']): ChatChunk => ({
    ...head,
    object: 'chat.completion.chunk',
    choices,
    ...(counted ? { usage: null } : {}),
  })
  const texts: string[] = []
  for (const [index, answer] of answers.entries()) {
    const part = (
      delta: OpenAI.Chat.ChatCompletionChunk.Choice.Delta,
      finish: OpenAI.Chat.ChatCompletionChunk.Choice['finish_reason'] = null,
    ) => chunk([{ index, delta, logprobs: null, finish_reason: finish }])
    yield part({ role: 'assistant', content: '', refusal: null })
    let text = ''
    for await (const content of answer.pieces) {
      text += content
      yield part({ content })
    }
    texts.push(text)
    yield part({}, await answer.finishOf(text))
  }
  if (counted) yield { ...chunk([]), usage: usageOf(answers, texts) }
}

/** The prompt counts once, whatever the number of answers. */
function usageOf(answers: readonly GivenAnswer[], texts: readonly string[]): OpenAI.CompletionUsage {
  const prompt = answers[0]?.promptTokens ?? 0
  const completion = answers.reduce((total, answer, index) => total + answer.countTokens(texts[index] ?? ''), 0)
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}
