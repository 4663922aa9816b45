import { startEmulator, type Emulator, type EmulatorOptions } from '@anytune/emulator'

/** One emulated resource and ways to ask its three APIs. */
export interface Resource extends AsyncDisposable {
  readonly emulator: Emulator
  readonly account: ReturnType<Emulator['account']>
  readonly env: Readonly<Record<string, string>>
  /** The data plane, with the key unless other headers are given. */
  data(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>
  /** Azure Resource Manager, below the resource; a path that begins with a slash is taken whole. */
  arm(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>
  /** A form to the data plane. */
  form(path: string, fields: Readonly<Record<string, string | Blob>>): Promise<Reply>
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Undefined for what is no JSON. */
  // The tests read answers of many shapes, which they check member by member.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any
}

/** Starts an emulator of Azure alone, with a clock that stands still. */
export async function startResource(options: Partial<EmulatorOptions> = {}): Promise<Resource> {
  const emulator = await startEmulator({ vendors: ['azure'], clock: 'driven', ...options })
  const account = emulator.account()
  const env = account.env()
  const { AZURE_OPENAI_ENDPOINT: endpoint = '', AZURE_OPENAI_API_KEY: key = '' } = env
  const json = { 'content-type': 'application/json' }
  return {
    emulator,
    account,
    env,
    data: (method, path, body, headers = { 'api-key': key }) =>
      ask(`${endpoint}${path}`, {
        method,
        headers: { ...json, ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    arm: (method, path, body, headers = { authorization: `Bearer ${env['ANYTUNE_AZURE_ACCESS_TOKEN']}` }) =>
      ask(
        path.startsWith('http') ? path : `${endpoint}${path.startsWith('/') ? path : `${accountPath(env)}/${path}`}`,
        {
          method,
          headers: { ...json, ...headers },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        },
      ),
    form(path, fields) {
      const body = new FormData()
      for (const [name, value] of Object.entries(fields)) {
        if (typeof value === 'string') body.append(name, value)
        else body.append(name, value, value instanceof File ? value.name : 'rows.jsonl')
      }
      return ask(`${endpoint}${path}`, { method: 'POST', headers: { 'api-key': key }, body })
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  }
}

/** The path of the resource in Azure Resource Manager. */
export function accountPath(env: Readonly<Record<string, string>>): string {
  const { AZURE_SUBSCRIPTION_ID, ANYTUNE_AZURE_RESOURCE_GROUP, ANYTUNE_AZURE_ACCOUNT } = env
  return `/subscriptions/${AZURE_SUBSCRIPTION_ID}/resourceGroups/${ANYTUNE_AZURE_RESOURCE_GROUP}/providers/Microsoft.CognitiveServices/accounts/${ANYTUNE_AZURE_ACCOUNT}`
}

/** Lines of chat, as many as wanted. */
export function rows(count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const messages = [
      { role: 'user', content: `question ${index % 3}` },
      { role: 'assistant', content: `answer ${index % 3}` },
    ]
    return `${JSON.stringify({ messages })}\n`
  }).join('')
}

/** A file that is processed; gives its id. */
export async function stage(resource: Resource, content = rows(12)): Promise<string> {
  const created = await resource.form('/openai/v1/files', { purpose: 'fine-tune', file: new Blob([content]) })
  resource.emulator.clock.advance(MINUTE)
  return String(created.json.id)
}

/** A job that succeeded; gives it as v1 tells it. */
export async function tune(resource: Resource, more: Readonly<Record<string, unknown>> = {}) {
  const created = await resource.data('POST', '/openai/v1/fine_tuning/jobs', {
    model: 'gpt-4.1-mini-2025-04-14',
    training_file: await stage(resource),
    trainingType: 'Standard',
    ...more,
  })
  resource.emulator.clock.advance(HOUR)
  const { json: job } = await resource.data('GET', `/openai/v1/fine_tuning/jobs/${created.json.id}`)
  return job
}

/** The body of a PUT that deploys a tuned model. */
export function deployment(model: string, sku = 'Standard', capacity = 1) {
  return { sku: { name: sku, capacity }, properties: { model: { format: 'OpenAI', name: model, version: '1' } } }
}

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const ARM = '?api-version=2026-07-01'
export const DATED = '?api-version=2025-04-01-preview'

async function ask(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init)
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parse(text) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
