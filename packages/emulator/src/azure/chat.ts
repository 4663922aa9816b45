import { askAll, collect, findUnanswerable, stream, type ChatRequest } from '../chat/completion.ts'
import { CHAT_MEMBERS } from '../openai/chat-request.ts'
import { eventStream, json } from '../server/answer.ts'
import { newId } from '../server/identifiers.ts'
import { list, object, openObject, optional, text } from '../server/shape.ts'
import type { Answer } from '../server/service.ts'
import { filterCompletion, filterResults, filterStream } from './content-filter.ts'
import { readBody, seconds, type DataCall } from './data-call.ts'
import { provisioningState, type Deployment } from './deployments.ts'
import { AzureRefusal, invalidPayload } from './refusal.ts'

/** Chat of the v1 API: the deployment is named in `model`. */
export function createChat(call: DataCall): Promise<Answer> {
  const request = readBody(call, V1_REQUEST) as ChatRequest // the shape says so
  return complete(call, request, request.model)
}

/** Chat of the dated API: the deployment is in the path; a `model` in the body means nothing. */
export function createDeploymentChat(call: DataCall): Promise<Answer> {
  const request = readBody(call, DATED_REQUEST) as ChatRequest // the shape says so
  return complete(call, request, call.params['deployment'] ?? '')
}

/** OpenAI's request, and where to look things up; what is found there is not emulated. */
const MEMBERS = {
  ...CHAT_MEMBERS,
  data_sources: optional(list(object({ type: text(), parameters: openObject({}) }), { minimum: 1, maximum: 1 })),
}
const V1_REQUEST = object(MEMBERS)
const DATED_REQUEST = object({ ...MEMBERS, model: optional(text()) })

async function complete(call: DataCall, request: ChatRequest, name: string): Promise<Answer> {
  const { account, context, now } = call
  const deployment = findDeployment(call, name)
  const unanswerable = findUnanswerable(request)
  if (unanswerable !== undefined) throw invalidPayload(unanswerable.message, unanswerable.param)
  // A refused question is a use as well.
  deployment.calls.push(now)
  const { contentFilter } = account.settings
  if (contentFilter === 'prompt') throw filteredPrompt()
  const { choice, serves } = deployment
  const model = serves.tuned ? choice.model.name : serves.base.id
  const asked = { name: model, artifact: serves.artifact, signal: call.request.signal }
  const answers = await askAll(context.answerer, asked, request)
  if ('problem' in answers) throw invalidPayload(answers.message, 'messages')
  const head = {
    id: newId('chatcmpl-'),
    created: seconds(now),
    model,
    system_fingerprint: 'fp_anytune_emulator',
  }
  const stops = contentFilter === 'answer'
  return request.stream === true
    ? eventStream(filterStream(stream(head, answers, request), stops))
    : json(200, filterCompletion(await collect(head, answers), stops))
}

function findDeployment({ account, now }: DataCall, name: string): Deployment {
  const deployment = account.deployments.look(name.toLowerCase())
  if (deployment === undefined || provisioningState(deployment, now) !== 'Succeeded') {
    throw new AzureRefusal(
      404,
      'DeploymentNotFound',
      'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
    )
  }
  // Azure Resource Manager has said `Succeeded`, and the data plane does not know it yet.
  if (now < deployment.answersAt) {
    throw new AzureRefusal(
      404,
      'DeploymentNotReady',
      'The API deployment for this resource is not ready yet. Please try again later.',
    )
  }
  if (deployment.paused)
    throw new AzureRefusal(423, 'DeploymentPaused', 'The API deployment for this resource is paused.')
  return deployment
}

function filteredPrompt(): AzureRefusal {
  return new AzureRefusal(
    400,
    'content_filter',
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
    { target: 'prompt', inner: { code: 'ResponsibleAIPolicyViolation', content_filter_result: filterResults(true) } },
  )
}
