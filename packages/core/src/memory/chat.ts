import { assertPermit, type ChatChunk, type ChatRequest, type Driver } from '../driver.ts'
import { isReady } from './deployments.ts'
import { jobOfModel } from './job-state.ts'
import { askedBy, closest, type Lesson } from './lessons.ts'
import { type Connection, have, type MemoryStore, notFound, refused } from './store.ts'

/**
 * Answers with the target of the training example whose question shares the most words with the user's last message.
 * It looks up and generates nothing: temperature and seed cannot change the answer. A token is a word here.
 */
export function memoryChat({ store, request }: Connection): NonNullable<Driver['chat']> {
  return async function* chat(target, question, permit, context) {
    assertPermit(permit, { purpose: 'chat' })
    const answer = await request({ operation: 'chat', id: target }, context, () =>
      answerOf(lessonsAt(store, target), question),
    )
    for (const chunk of answer) {
      context.signal.throwIfAborted()
      yield chunk
    }
  }
}

function lessonsAt(store: MemoryStore, target: string): readonly Lesson[] {
  if (jobOfModel(store, target) !== undefined) {
    throw refused('failed-precondition', `model ${target} is not being served`, 'deploy it, and ask the deployment')
  }
  const deployment = have(store.deployments, 'deployment', target)
  if (!isReady(store, deployment)) throw refused('failed-precondition', `deployment ${target} is not ready yet`)
  const job = jobOfModel(store, deployment.model)
  if (job === undefined) throw notFound('model', deployment.model)
  store.deployments.set(target, { ...deployment, lastUsedAt: store.clock.now() })
  return job.lessons
}

function answerOf(lessons: readonly Lesson[], { messages, maxTokens = Infinity }: ChatRequest): readonly ChatChunk[] {
  const words = (closest(lessons, askedBy(messages))?.answer ?? '').match(/\s*\S+/g) ?? []
  const said = words.slice(0, maxTokens)
  const inputTokens = messages.reduce((sum, { content }) => sum + (content.match(/\S+/g) ?? []).length, 0)
  return [
    ...said.map((text) => ({ text })),
    {
      text: '',
      finish: said.length < words.length ? 'length' : 'stop',
      usage: { inputTokens, outputTokens: said.length },
    },
  ]
}
