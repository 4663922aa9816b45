import { startEmulator, type Emulator, type EmulatorOptions } from '@anytune/emulator'
import { onTestFinished } from 'vitest'

/** An emulator of OpenAI that is closed when the test ends; its clock is driven unless told. */
export async function openEmulator(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const emulator = await startEmulator({ vendors: ['openai'], clock: 'driven', ...options })
  onTestFinished(() => emulator.close())
  return emulator
}

/** What came back, whatever it was. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Empty for a body that is no JSON. */
  readonly body: Body
}

/** The members of answers that tests read; which of them are there is what tests assert. */
export interface Body {
  readonly id: string
  readonly status: string
  readonly status_details: string
  readonly created_at: number
  readonly expires_at: number
  readonly error: { readonly code: string | null; readonly message: string; readonly param: string | null }
  readonly data: readonly Body[]
  readonly has_more: boolean
  readonly first_id: string
  readonly last_id: string
  readonly file: Body
  readonly type: string
  readonly message: string
  readonly model: string
  readonly fine_tuned_model: string
  readonly training_file: string
  readonly result_files: readonly string[]
  readonly step_number: number
  readonly metrics: Readonly<Record<string, number>>
  readonly method: { readonly type: string }
  readonly [member: string]: unknown
}

export interface Call {
  readonly method?: string
  readonly json?: unknown
  readonly body?: string | FormData
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks an emulated vendor without any SDK, as the account of a key. */
export type Api = (path: string, call?: Call) => Promise<Reply>

/** `path` begins after `/v1`. */
export function apiOf(emulator: Emulator, key = emulator.env['OPENAI_API_KEY'] ?? ''): Api {
  return (path, call) => ask(`${emulator.env['OPENAI_BASE_URL']}${path}`, call, { authorization: `Bearer ${key}` })
}

/** Tells the emulator itself something. */
export function controlOf(emulator: Emulator): Api {
  return (path, call) => ask(`${emulator.urls.openai}/__emulator${path}`, call)
}

async function ask(url: string, call: Call = {}, credentials: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const { json, body, method = json === undefined && body === undefined ? 'GET' : 'POST' } = call
  const headers = {
    ...credentials,
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...call.headers,
  }
  const sent = json === undefined ? body : JSON.stringify(json)
  const response = await fetch(url, { method, headers, ...(sent === undefined ? {} : { body: sent }) })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parse(text) }
}

function parse(text: string): Body {
  try {
    return JSON.parse(text) as Body // which members it has is what tests assert
  } catch {
    return {} as Body // none
  }
}

/** JSONL of small conversations. */
export function conversations(count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const messages = [
      { role: 'user', content: `Which word has the number ${index % WORDS.length}?` },
      { role: 'assistant', content: WORDS[index % WORDS.length] },
    ]
    return `${JSON.stringify({ messages })}\n`
  }).join('')
}

export const WORDS = ['alpha', 'beta', 'gamma', 'delta']

/** A form with a file in it, as any HTTP client makes one. */
export function fileForm(
  content: string | Uint8Array<ArrayBuffer>,
  fields: Readonly<Record<string, string>> = {},
  name = 'rows.jsonl',
): FormData {
  const form = new FormData()
  for (const [field, value] of Object.entries({ purpose: 'fine-tune', ...fields })) form.set(field, value)
  form.set('file', new Blob([content]), name)
  return form
}

/** Puts a training file on the account and waits until it is processed; its id. */
export async function stage(emulator: Emulator, api: Api, content = conversations(10)): Promise<string> {
  const { body } = await api('/files', { body: fileForm(content) })
  emulator.clock.advance(PROCESSING)
  return body.id
}

/** Longer than a file's processing. */
export const PROCESSING = 1_000
/** Longer than a job of a few steps. */
export const WHOLE_JOB = 600_000
