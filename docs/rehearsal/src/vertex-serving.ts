/** Tuned models, the endpoints that serve them (made by the service, or again by us), and generateContent. */
import { createHash } from 'node:crypto'
import type { ChatChunk, ChatRequest, Context, Deployment, Driver, FineTunedModel, Kept } from '@anytune/core/driver'
import { call, type Google, GoogleError, isMissing, type Operation, queryOf } from './google.ts'
import { present, word } from './shared.ts'
import { type Location, urlOf } from './vertex-location.ts'

interface Serving extends Location {
  readonly google: Google
}

interface Model {
  readonly name?: string
  readonly versionId?: string
  readonly createTime?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly modelSourceInfo?: { readonly sourceType?: string }
  readonly baseModelSource?: { readonly genieSource?: { readonly baseModelUri?: string } }
  readonly deployedModels?: readonly { readonly endpoint?: string; readonly deployedModelId?: string }[]
}

interface Endpoint {
  readonly name?: string
  readonly createTime?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly deployedModels?: readonly {
    readonly id?: string
    readonly model?: string
    readonly modelVersionId?: string
  }[]
}

const get = <T>(google: Google, name: string, signal: AbortSignal) => call<T>(google, 'GET', urlOf(name), signal)
const orMissing = (error: unknown): undefined => {
  if (isMissing(error)) return undefined
  throw error
}

/** Waits for an operation; its error is thrown. */
async function ended(google: Google, operation: Operation, context: Context): Promise<void> {
  const { signal } = context
  const { name } = operation
  if (name === undefined) throw new Error('Vertex began an operation and did not name it')
  const last = await context.until(async () => {
    const now = await get<Operation>(google, name, signal)
    return now.done === true ? now : undefined
  })
  if (last.error) throw new GoogleError(new Response(null, { status: 500 }), { error: last.error })
}

export function models(serving: Serving): Kept<FineTunedModel> & Required<Pick<Kept<FineTunedModel>, 'delete'>> {
  const { google } = serving
  return {
    get: async (id, { signal }) => toModel(await get<Model>(google, id, signal), id),
    list: ({ limit, after }, { signal }) =>
      everywhere(serving, after, async (parent, pageToken) => {
        const url = `${urlOf(`${parent}/models`)}${queryOf({ pageSize: String(limit), pageToken })}`
        const page = await call<{ models?: Model[]; nextPageToken?: string }>(google, 'GET', url, signal)
        const tuned = (page.models ?? []).filter(({ modelSourceInfo: source }) => source?.sourceType === 'GENIE')
        return { items: tuned.flatMap((raw) => (raw.name ? [toModel(raw, raw.name)] : [])), next: page.nextPageToken }
      }),
    async delete(id, context) {
      // A name with a version is the job's; the model goes with all its versions.
      await ended(google, await call<Operation>(google, 'DELETE', urlOf(withoutVersion(id)), context.signal), context)
    },
  }
}

function toModel(raw: Model, id: string): FineTunedModel<Model> {
  const { createTime, baseModelSource } = raw
  return present({
    id,
    baseModel: baseModelSource?.genieSource?.baseModelUri?.split('/').at(-1),
    createdAt: createTime === undefined ? undefined : new Date(createTime),
    raw,
  })
}

export function deployments(serving: Serving): NonNullable<Driver['deployments']> {
  const { google } = serving
  /** The endpoint that serves the model already: the service made it at the end of training. */
  const served = async (model: string, signal: AbortSignal) => {
    const { deployedModels = [] } = await get<Model>(google, model, signal)
    return deployedModels.find(({ endpoint }) => endpoint !== undefined)?.endpoint
  }
  const state = async (name: string, signal: AbortSignal) => {
    const endpoint = await get<Endpoint>(google, name, signal)
    if (endpoint.deployedModels?.length) return toDeployment(name, endpoint, [])
    const { operations = [] } = await get<{ operations?: Operation[] }>(google, `${name}/operations`, signal)
    return toDeployment(name, endpoint, operations)
  }
  return {
    async create({ model }, { key }, context) {
      const { signal } = context
      const there = await served(model, signal)
      if (there !== undefined) return { id: there }
      const parent = withoutVersion(model).split('/').slice(0, 4).join('/')
      const id = `${parent}/endpoints/${key}`
      if ((await get<Endpoint>(google, id, signal).catch(orMissing)) === undefined) {
        const url = `${urlOf(`${parent}/endpoints`)}?endpointId=${key}`
        const body = { displayName: key, labels: { anytune: key } }
        await ended(google, await call<Operation>(google, 'POST', url, signal, body), context)
      }
      // One id, so that a second request for the same attempt is refused and not served twice.
      const deployedModel = { id: tenDigits(key), model }
      await call<Operation>(google, 'POST', `${urlOf(id)}:deployModel`, signal, { deployedModel })
      return { id }
    },
    async find({ model }, { key }, { signal }) {
      const parent = withoutVersion(model).split('/').slice(0, 4).join('/')
      const there = await served(model, signal)
      if (there !== undefined) return { state: 'found', value: await state(there, signal) }
      const value = await state(`${parent}/endpoints/${key}`, signal).catch(orMissing)
      // An endpoint without a model, and without an operation that brings one: the last request was never accepted.
      return value === undefined || value.status === 'unknown' ? { state: 'absent' } : { state: 'found', value }
    },
    get: (id, { signal }) => state(id, signal),
    list: ({ limit, after }, { signal }) =>
      everywhere(serving, after, async (parent, pageToken) => {
        const url = `${urlOf(`${parent}/endpoints`)}${queryOf({ pageSize: String(limit), pageToken })}`
        const page = await call<{ endpoints?: Endpoint[]; nextPageToken?: string }>(google, 'GET', url, signal)
        const items = (page.endpoints ?? []).flatMap((raw) => (raw.name ? [toDeployment(raw.name, raw, [])] : []))
        return { items, next: page.nextPageToken }
      }),
    async delete(id, context) {
      // In this order: an endpoint that serves cannot be deleted.
      const { deployedModels = [] } = await get<Endpoint>(google, id, context.signal)
      for (const { id: deployedModelId } of deployedModels) {
        const url = `${urlOf(id)}:undeployModel`
        await ended(google, await call<Operation>(google, 'POST', url, context.signal, { deployedModelId }), context)
      }
      await ended(google, await call<Operation>(google, 'DELETE', urlOf(id), context.signal), context)
    },
  }
}

function toDeployment(id: string, raw: Endpoint, operations: readonly Operation[]): Deployment<Endpoint> {
  const [deployed] = raw.deployedModels ?? []
  const coming = operations.some(({ done, metadata }) => !done && metadata?.['@type']?.includes('DeployModel'))
  const { createTime } = raw
  const version = deployed?.modelVersionId === undefined ? '' : `@${deployed.modelVersionId}`
  return present({
    id,
    target: id,
    ...(deployed?.model != null && { model: withoutVersion(deployed.model) + version }),
    status: deployed ? ('ready' as const) : coming ? ('creating' as const) : ('unknown' as const),
    // An endpoint has no state of its own.
    rawStatus: deployed ? 'deployed' : coming ? 'deploying' : 'empty',
    createdAt: createTime === undefined ? undefined : new Date(createTime),
    raw,
  })
}

function withoutVersion(model: string): string {
  return model.split('@')[0] ?? model
}

/** A number of at most ten digits, the only id a deployed model may have. */
function tenDigits(key: string): string {
  return String(createHash('sha256').update(key).digest().readUInt32BE(0))
}

/** Lists the place of the jobs, then the place that serves; the cursor says in which of them it is. */
async function everywhere<T>(
  { project, location, servingLocation }: Serving,
  after: string | undefined,
  list: (
    parent: string,
    token?: string,
  ) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>,
) {
  const places = [...new Set([location, servingLocation])]
  const [index = '0', token] = after?.split(':', 2) ?? []
  const place = Number(index)
  const page = await list(`projects/${project}/locations/${places[place] ?? location}`, token || undefined)
  const more = place + 1 < places.length ? `${place + 1}:` : undefined
  return { items: page.items, ...present({ next: page.next ? `${place}:${page.next}` : more }) }
}

type FinishReason =
  | 'FINISH_REASON_UNSPECIFIED'
  | 'STOP'
  | 'MAX_TOKENS'
  | 'SAFETY'
  | 'RECITATION'
  | 'OTHER'
  | 'BLOCKLIST'
  | 'PROHIBITED_CONTENT'
  | 'SPII'
  | 'MALFORMED_FUNCTION_CALL'
  | 'MODEL_ARMOR'
  | 'IMAGE_SAFETY'
  | 'IMAGE_PROHIBITED_CONTENT'
  | 'IMAGE_RECITATION'
  | 'IMAGE_OTHER'
  | 'UNEXPECTED_TOOL_CALL'
  | 'NO_IMAGE'

const FINISHES: Record<FinishReason, NonNullable<ChatChunk['finish']>> = {
  FINISH_REASON_UNSPECIFIED: 'unknown',
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'filtered',
  RECITATION: 'filtered',
  OTHER: 'unknown',
  BLOCKLIST: 'filtered',
  PROHIBITED_CONTENT: 'filtered',
  SPII: 'filtered',
  MALFORMED_FUNCTION_CALL: 'unknown',
  MODEL_ARMOR: 'filtered',
  IMAGE_SAFETY: 'filtered',
  IMAGE_PROHIBITED_CONTENT: 'filtered',
  IMAGE_RECITATION: 'filtered',
  IMAGE_OTHER: 'unknown',
  UNEXPECTED_TOOL_CALL: 'unknown',
  NO_IMAGE: 'unknown',
}

interface Piece {
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly { readonly text?: string; readonly thought?: boolean }[] }
    readonly finishReason?: FinishReason
  }[]
  readonly usageMetadata?: { readonly promptTokenCount?: number; readonly candidatesTokenCount?: number }
}

export async function* vertexChat(
  google: Google,
  endpoint: string,
  { messages, maxTokens: maxOutputTokens, temperature, seed }: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ChatChunk> {
  const system = messages.filter(({ role }) => role === 'system').map(({ content: text }) => ({ text }))
  const contents = messages
    .filter(({ role }) => role !== 'system')
    .map(({ role, content: text }) => ({ role: role === 'assistant' ? 'model' : 'user', parts: [{ text }] }))
  const body = JSON.stringify({
    contents,
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    generationConfig: present({ maxOutputTokens, temperature, seed }),
  })
  const headers = { authorization: `Bearer ${await google.token()}`, 'content-type': 'application/json' }
  const url = `${urlOf(endpoint)}:streamGenerateContent?alt=sse`
  const response = await google.fetch(url, { method: 'POST', headers, body, signal })
  if (!response.ok || response.body === null) throw new GoogleError(response, undefined)
  let last: ChatChunk = { text: '', finish: 'unknown' }
  for await (const { candidates: [candidate] = [], usageMetadata: usage } of pieces(response.body)) {
    // What a model thinks aloud is no part of its answer.
    const text = (candidate?.content?.parts ?? []).map((part) => (part.thought ? '' : (part.text ?? ''))).join('')
    if (text !== '') yield { text }
    const { promptTokenCount: inputTokens = 0, candidatesTokenCount: outputTokens = 0 } = usage ?? {}
    if (usage) last = { ...last, usage: { inputTokens, outputTokens } }
    if (candidate?.finishReason) last = { ...last, finish: word(FINISHES, candidate.finishReason) }
  }
  yield last
}

/** Server-sent events: one line of data each. */
async function* pieces(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Piece> {
  let rest = ''
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      // The vendor's schema vouches for it.
      if (line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length)) as Piece
    }
  }
}
