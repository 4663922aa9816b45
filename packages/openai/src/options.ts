import { AnytuneError } from '@anytune/core/driver'
import { connectionShape, parseOptions, secretSchema, uploadShape } from '@anytune/openai-compatible'
import type { OpenAI } from 'openai'
import { z } from 'zod'
import { isOwnHost } from './offering.ts'

/** Options of `openai()`. Those of the connection are taken from the environment where they are absent. */
export interface OpenAIOptions {
  /** A key, or what fetches one before each request. Default `OPENAI_API_KEY`. */
  readonly apiKey?: string | (() => Promise<string>)
  /**
   * A key of an administrator, with which alone the organization's agreement on retention can be read; nothing else is asked with it.
   * Default `OPENAI_ADMIN_KEY`, for OpenAI's own hosts alone.
   */
  readonly adminKey?: string
  /** Default `OPENAI_BASE_URL`, else `https://api.openai.com/v1`. A region has a host of its own, such as `https://eu.api.openai.com/v1`. */
  readonly baseURL?: string
  /** Default `OPENAI_PROJECT_ID`. */
  readonly project?: string
  /** Default `OPENAI_ORG_ID`. */
  readonly organization?: string
  /** Of the webhooks, `whsec_…`. Default `OPENAI_WEBHOOK_SECRET`. */
  readonly webhookSecret?: string
  readonly headers?: Readonly<Record<string, string>>
  /** A client of your own instead of a connection: for a proxy, or identities without keys. Its retries and logs are switched off. */
  readonly client?: OpenAI
  /** A file of more bytes is sent in parts, at most 512 MB. Default 32 MiB. */
  readonly uploadAboveBytes?: number
  /** Bytes of a part, at most 64 MB; four are under way at a time. Default 16 MiB. */
  readonly partBytes?: number
  /** Patience for a request that carries no file, in milliseconds. Default one minute. */
  readonly timeoutMs?: number
  /** How often a job may be looked at. */
  readonly polling?: { readonly firstMs: number; readonly maximumMs: number }
  /** Used for every request: for a proxy of its own, certificates of a client, or looking on. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch
}

/** Hosts of others may be reached within a company's own network; OpenAI's only over the internet. */
const baseURL = connectionShape.baseURL.refine(
  (address) => !/^http:\/\/(?:[^/]+\.)?openai\.com(?:[:/]|$)/i.test(address),
  'must begin with https://: otherwise the key and the rows could be read on their way',
)

const schema = z.strictObject({
  ...connectionShape,
  apiKey: connectionShape.apiKey.optional(),
  adminKey: secretSchema.optional(),
  baseURL: baseURL.optional(),
  project: z.string().min(1).optional(),
  organization: z.string().min(1).optional(),
  webhookSecret: z.string().min(1).optional(),
  client: z.custom<OpenAI>(isClient, 'must be a client of the package openai').optional(),
  ...uploadShape,
})

/** Variables are checked as options are. */
const environmentSchema = z.strictObject({
  OPENAI_API_KEY: secretSchema.optional(),
  OPENAI_ADMIN_KEY: secretSchema.optional(),
  OPENAI_BASE_URL: baseURL.optional(),
  OPENAI_PROJECT_ID: z.string().optional(),
  OPENAI_ORG_ID: z.string().optional(),
})

/** The options with what the environment and the defaults add. */
export type OpenAISettings = z.output<typeof schema> & { readonly baseURL: string }

const DEFAULT_BASE_URL = 'https://api.openai.com/v1'
const CONNECTION = ['apiKey', 'baseURL', 'project', 'organization', 'headers', 'timeoutMs', 'fetch'] as const

/** @throws AnytuneError `configuration` for an unknown option, a bad one, or a key that is missing. */
export function parseOpenAIOptions(options: unknown, environment: NodeJS.ProcessEnv): OpenAISettings {
  const given = parseOptions(schema, options, { provider: 'openai', where: 'openai', code: 'configuration' })
  const webhookSecret = given.webhookSecret ?? set(environment['OPENAI_WEBHOOK_SECRET'])
  if (given.client !== undefined) {
    const twice = CONNECTION.filter((name) => given[name] !== undefined)
    if (twice.length > 0) throw ambiguous(twice)
    return { ...given, webhookSecret, baseURL: given.client.baseURL }
  }
  const variables = read(environment)
  const apiKey = given.apiKey ?? variables.OPENAI_API_KEY
  if (apiKey === undefined) throw withoutKey()
  const address = given.baseURL ?? variables.OPENAI_BASE_URL ?? DEFAULT_BASE_URL
  return {
    ...given,
    webhookSecret,
    apiKey,
    // A variable that is meant for OpenAI goes to nobody else: it opens the whole organization.
    adminKey: given.adminKey ?? (isOwnHost(address) ? variables.OPENAI_ADMIN_KEY : undefined),
    baseURL: address,
    project: given.project ?? variables.OPENAI_PROJECT_ID,
    organization: given.organization ?? variables.OPENAI_ORG_ID,
  }
}

function read(environment: NodeJS.ProcessEnv): z.output<typeof environmentSchema> {
  const variables = Object.keys(environmentSchema.shape).map((name) => [name, set(environment[name])] as const)
  const place = { provider: 'openai', where: 'the environment', code: 'configuration' } as const
  return parseOptions(environmentSchema, Object.fromEntries(variables), place)
}

/** A variable that is set to nothing is not set. */
function set(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}

/** A client of any copy of the package. */
function isClient(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'fineTuning' in value && 'withOptions' in value
}

function withoutKey(): AnytuneError {
  return new AnytuneError('configuration', 'openai: there is no key', {
    provider: 'openai',
    hint: 'set OPENAI_API_KEY in the environment, or give apiKey',
  })
}

function ambiguous(names: readonly string[]): AnytuneError {
  return new AnytuneError('configuration', `openai: a client is given, and beside it ${names.join(', ')}`, {
    provider: 'openai',
    hint: 'give these to the client, or leave the client out',
  })
}
