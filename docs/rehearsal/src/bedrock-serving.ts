/** On-demand deployments of custom models, and Converse. Provisioned throughput has the same shape and hourly cost; it is left out here. */
import type { ChatChunk, ChatRequest, Deployment, DeploymentStatus, Driver } from '@anytune/core/driver'
import {
  type BedrockClient,
  CreateCustomModelDeploymentCommand,
  type CustomModelDeploymentStatus,
  type CustomModelDeploymentSummary,
  DeleteCustomModelDeploymentCommand,
  GetCustomModelDeploymentCommand,
  type GetCustomModelDeploymentCommandOutput,
  ListCustomModelDeploymentsCommand,
} from '@aws-sdk/client-bedrock'
import { type BedrockRuntimeClient, ConverseStreamCommand, type StopReason } from '@aws-sdk/client-bedrock-runtime'
import { isMissing } from './bedrock-errors.ts'
import { present, word } from './shared.ts'

type Raw = GetCustomModelDeploymentCommandOutput | CustomModelDeploymentSummary

const STATUSES: Record<CustomModelDeploymentStatus, DeploymentStatus> = {
  Creating: 'creating',
  Active: 'ready',
  Failed: 'failed',
}

export function deployments(client: BedrockClient): NonNullable<Driver['deployments']> {
  const get = (name: string, abortSignal: AbortSignal) =>
    client.send(new GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: name }), { abortSignal })
  const look = (name: string, abortSignal: AbortSignal) =>
    get(name, abortSignal).catch((error: unknown) => {
      if (isMissing(error)) return undefined
      throw error
    })
  return {
    async create({ model: modelArn }, { key }, { signal: abortSignal }) {
      const tags = [{ key: 'anytune', value: key }]
      const request = { modelDeploymentName: key, clientRequestToken: key, modelArn, tags }
      const made = await client.send(new CreateCustomModelDeploymentCommand(request), { abortSignal })
      if (made.customModelDeploymentArn === undefined) throw new Error('Bedrock deployed and did not name it')
      return { id: made.customModelDeploymentArn }
    },
    async find(_spec, { key }, { signal }) {
      const raw = await look(key, signal)
      const id = raw?.customModelDeploymentArn
      // "The name must be unique within your account and Region", and the token is the attempt's.
      return raw === undefined || id === undefined
        ? { state: 'absent' }
        : { state: 'found', value: toDeployment(id, raw) }
    },
    get: async (id, { signal }) => toDeployment(id, await get(id, signal)),
    async list({ limit, after }, { signal: abortSignal }) {
      const order = { sortBy: 'CreationTime', sortOrder: 'Descending' } as const
      const query = { ...order, maxResults: limit, nextToken: after }
      const page = await client.send(new ListCustomModelDeploymentsCommand(query), { abortSignal })
      const items = (page.modelDeploymentSummaries ?? []).flatMap((raw) =>
        raw.customModelDeploymentArn === undefined ? [] : [toDeployment(raw.customModelDeploymentArn, raw)],
      )
      return { items, ...present({ next: page.nextToken }) }
    },
    async delete(id, context) {
      const { signal: abortSignal } = context
      const request = new DeleteCustomModelDeploymentCommand({ customModelDeploymentIdentifier: id })
      await client.send(request, { abortSignal })
      await context.until(async () => ((await look(id, abortSignal)) === undefined ? true : undefined))
    },
  }
}

function toDeployment(id: string, raw: Raw): Deployment<Raw> {
  const { status, modelArn: model, createdAt, failureMessage: failure } = raw
  const updating = 'updateDetails' in raw && raw.updateDetails?.updateStatus === 'Updating'
  const known = word(STATUSES, status ?? '')
  // The deployment's ARN, never the model's, is what Converse takes.
  return present({
    id,
    target: id,
    model,
    status: known === 'ready' && updating ? ('updating' as const) : known,
    rawStatus: status ?? '',
    createdAt,
    failure,
    raw,
  })
}

const FINISHES: Record<StopReason, NonNullable<ChatChunk['finish']>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  content_filtered: 'filtered',
  guardrail_intervened: 'filtered',
  tool_use: 'unknown',
  malformed_model_output: 'unknown',
  malformed_tool_use: 'unknown',
}

/** Converse has no seed: `chatSettings` does not list it, and core refuses it. */
export async function* bedrockChat(
  client: BedrockRuntimeClient,
  modelId: string,
  { messages, maxTokens, temperature }: ChatRequest,
  abortSignal: AbortSignal,
): AsyncGenerator<ChatChunk> {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => ({ text: content }))
  const turns = messages.flatMap(({ role, content }) =>
    role === 'system' ? [] : [{ role, content: [{ text: content }] }],
  )
  const inferenceConfig = { maxTokens, temperature }
  const command = new ConverseStreamCommand({ modelId, system, messages: turns, inferenceConfig })
  const { stream = [] } = await client.send(command, { abortSignal })
  let finish: ChatChunk['finish']
  for await (const piece of stream) {
    const text = piece.contentBlockDelta?.delta?.text
    if (text !== undefined) yield { text }
    if (piece.messageStop) finish = word(FINISHES, piece.messageStop.stopReason ?? '')
    const usage = piece.metadata?.usage
    if (usage === undefined) continue
    const { inputTokens = 0, outputTokens = 0 } = usage
    yield { text: '', finish: finish ?? 'unknown', usage: { inputTokens, outputTokens } }
  }
}
