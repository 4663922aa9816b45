import type { OpenAI } from 'openai'
import type { GivenAnswer } from '../chat/answerer.ts'
import { eventStream, json } from '../server/answer.ts'
import { newId } from '../server/identifiers.ts'
import { readBodyAs, readQuery, type OpenAICall, type OpenAIHandler } from './call.ts'
import { CHAT_REQUEST } from './chat-request.ts'
import { servedModel } from './models.ts'
import { refuse } from './refusal.ts'

export const createChatCompletion: OpenAIHandler = async (call) => {
  readQuery(call)
  const request = readBodyAs<ChatRequest>(call, CHAT_REQUEST)
  assertAnswerable(request)
  const head = {
    id: newId('chatcmpl-'),
    created: call.context.clock.seconds(),
    model: servedModel(call.account, request.model, call.context.clock).id,
    service_tier: 'default',
    system_fingerprint: 'fp_anytune_emulator',
  } as const
  const answers: GivenAnswer[] = []
  for (let index = 0; index < (request.n ?? 1); index++) answers.push(await ask(call, request, index))
  return request.stream === true ? eventStream(stream(head, answers, request)) : json(200, await collect(head, answers))
}

type ChatRequest = OpenAI.Chat.ChatCompletionCreateParams
type Chunk = OpenAI.Chat.ChatCompletionChunk
type ChunkChoice = Chunk['choices'][number]
type Head = Pick<OpenAI.Chat.ChatCompletion, 'id' | 'created' | 'model'> & {
  readonly service_tier: 'default'
  readonly system_fingerprint: string
}

/** What the schema takes and the emulator cannot do is refused, never left out; so is what contradicts itself. */
function assertAnswerable(request: ChatRequest): void {
  const given = NOT_EMULATED.find((name) => request[name] != null && request[name] !== false)
  if (given !== undefined) {
    throw refuse(400, { message: `The emulator does not emulate '${given}'.`, code: 'not_emulated', param: given })
  }
  if (request.max_tokens != null && request.max_completion_tokens != null) {
    const message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
    throw refuse(400, { message, code: 'invalid_parameter_combination', param: 'max_tokens' })
  }
  if (request.stream_options != null && request.stream !== true) {
    const message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    throw refuse(400, { message, code: 'invalid_parameter_combination', param: 'stream_options' })
  }
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

async function ask({ account, context, request: { signal } }: OpenAICall, request: ChatRequest, index: number) {
  const { id: name, artifact } = servedModel(account, request.model, context.clock)
  const answer = await context.answerer.answer({
    name,
    artifact,
    messages: request.messages,
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
    temperature: request.temperature ?? undefined,
    seed: (request.seed ?? 0) + index,
    signal,
  })
  if (!('problem' in answer)) return answer
  const code = answer.problem === 'too-long' ? 'context_length_exceeded' : 'not_emulated'
  throw refuse(400, { message: answer.message, code, param: 'messages' })
}

async function collect(head: Head, answers: readonly GivenAnswer[]): Promise<OpenAI.Chat.ChatCompletion> {
  const choices: OpenAI.Chat.ChatCompletion.Choice[] = []
  const texts: string[] = []
  for (const [index, answer] of answers.entries()) {
    let content = ''
    for await (const piece of answer.pieces) content += piece
    texts.push(content)
    const message = { role: 'assistant', content, refusal: null, annotations: [] } as const
    choices.push({
      index,
      message: { ...message, annotations: [] },
      logprobs: null,
      finish_reason: await answer.finishOf(content),
    })
  }
  return { ...head, object: 'chat.completion', choices, usage: usageOf(answers, texts) }
}

async function* stream(
  head: Head,
  answers: readonly GivenAnswer[],
  { stream_options: options }: ChatRequest,
): AsyncGenerator<Chunk> {
  const counted = options?.include_usage === true
  const chunk = (choices: Chunk['choices']): Chunk => ({
    ...head,
    object: 'chat.completion.chunk',
    choices,
    ...(counted ? { usage: null } : {}),
  })
  const texts: string[] = []
  for (const [index, answer] of answers.entries()) {
    const part = (delta: ChunkChoice['delta'], finish: ChunkChoice['finish_reason'] = null) =>
      chunk([{ index, delta, logprobs: null, finish_reason: finish }])
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
