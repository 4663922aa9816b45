import { askAll, collect, findUnanswerable, stream } from '../chat/completion.ts'
import { eventStream, json } from '../server/answer.ts'
import { newId } from '../server/identifiers.ts'
import { readBodyAs, readQuery, type OpenAIHandler } from './call.ts'
import { CHAT_REQUEST } from './chat-request.ts'
import { servedModel } from './models.ts'
import { refuse } from './refusal.ts'

export const createChatCompletion: OpenAIHandler = async (call) => {
  readQuery(call)
  const request = readBodyAs(call, CHAT_REQUEST)
  const unanswerable = findUnanswerable(request)
  if (unanswerable !== undefined) throw refuse(400, unanswerable)
  const { account, context } = call
  const { id: model, artifact } = servedModel(account, request.model, context.clock)
  const answers = await askAll(context.answerer, { name: model, artifact, signal: call.request.signal }, request)
  if ('problem' in answers) {
    const code = answers.problem === 'too-long' ? 'context_length_exceeded' : 'not_emulated'
    throw refuse(400, { message: answers.message, code, param: 'messages' })
  }
  const head = {
    id: newId('chatcmpl-'),
    created: context.clock.seconds(),
    model,
    service_tier: 'default' as const,
    system_fingerprint: 'fp_anytune_emulator',
  }
  return request.stream === true ? eventStream(stream(head, answers, request)) : json(200, await collect(head, answers))
}
