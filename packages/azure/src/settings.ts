import { AnytuneError } from '@anytune/core/driver'
import { parseOptions, secretSchema } from '@anytune/openai-compatible'
import { defaultCredential, type TokenCredential, type TokenSource, tokensOf } from './credential.ts'
import { parseEndpoint, parseResourceManager } from './endpoint.ts'
import { azureOptionsSchema, type ParsedOptions } from './options.ts'
import { RESOURCE_MANAGER, type ResourceManagerSettings } from './resource-manager.ts'

/** Options and environment, checked and put together. */
export interface AzureSettings extends Pick<
  ParsedOptions,
  'trainingType' | 'deploymentSku' | 'deploymentCapacity' | 'uploadAboveBytes' | 'partBytes' | 'timeoutMs' | 'polling'
> {
  /** Without a slash at its end. */
  readonly endpoint: string
  readonly access: Access
  readonly fetch: typeof globalThis.fetch
  /** Or what is missing for it, in words for the user. */
  readonly resourceManager: ResourceManagerSettings | readonly string[]
}

/** How the resource itself is asked; `scope` is what the user chose for tokens. */
export type Access =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'token'; readonly token: TokenSource; readonly scope: string | undefined }

type Environment = Readonly<Record<string, string | undefined>>

/**
 * @throws AnytuneError `configuration` that names the option, or the variable that would do.
 */
export function settingsOf(options: unknown, environment: Environment): AzureSettings {
  const given = parse(options)
  const variable = (name: string) => environment[name]?.trim() || undefined
  const secret = (name: string) => secretOf(name, variable(name))
  const fetch = given.fetch ?? ((...request) => globalThis.fetch(...request))
  const tokens = tokenSource(given, secret('ANYTUNE_AZURE_ACCESS_TOKEN'))
  const endpoint = given.endpoint ?? variable('AZURE_OPENAI_ENDPOINT')
  if (endpoint === undefined) {
    refuse(
      'there is no endpoint',
      'give endpoint, or set AZURE_OPENAI_ENDPOINT, as in https://RESOURCE.openai.azure.com',
    )
  }
  return {
    ...given,
    endpoint: parseEndpoint(endpoint),
    access: accessOf(given, secret('AZURE_OPENAI_API_KEY'), tokens),
    fetch,
    resourceManager: resourceManagerOf({
      base: parseResourceManager(
        given.resourceManager ?? variable('ANYTUNE_AZURE_RESOURCE_MANAGER') ?? RESOURCE_MANAGER,
      ),
      subscriptionId: given.subscriptionId ?? variable('AZURE_SUBSCRIPTION_ID'),
      resourceGroup: given.resourceGroup ?? variable('ANYTUNE_AZURE_RESOURCE_GROUP'),
      account: given.account ?? variable('ANYTUNE_AZURE_ACCOUNT'),
      token: tokens,
      fetch,
      timeoutMs: given.timeoutMs,
    }),
  }
}

function secretOf(name: string, value: string | undefined): string | undefined {
  const { success } = secretSchema.optional().safeParse(value)
  if (success) return value
  refuse(`${name} is no key or token`, 'look for a line break, a space or a quotation mark in it')
}

function parse(options: unknown): ParsedOptions {
  const parsed = parseOptions(azureOptionsSchema, options, { provider: 'azure', where: 'azure', code: 'configuration' })
  if (parsed.apiKey !== undefined && parsed.credential !== undefined) {
    refuse('apiKey and credential are given together', 'give one of them: the service refuses both at once')
  }
  return parsed
}

/** Tokens of the identity given, else the one token of the environment. */
function tokenSource({ credential }: ParsedOptions, token: string | undefined): TokenSource | undefined {
  if (credential !== undefined) return tokensOf(opener(credential))
  return token === undefined ? undefined : () => Promise.resolve(token)
}

function opener(credential: 'default' | TokenCredential): () => Promise<TokenCredential> {
  return credential === 'default' ? defaultCredential : () => Promise.resolve(credential)
}

/** What is said in the options goes before the environment, and a key before a token of the environment: never both at once. */
function accessOf(
  { apiKey, credential, tokenScope: scope }: ParsedOptions,
  environmentKey: string | undefined,
  tokens: TokenSource | undefined,
): Access {
  const key = credential === undefined ? (apiKey ?? environmentKey) : undefined
  if (key !== undefined) return { kind: 'key', key }
  if (tokens !== undefined) return { kind: 'token', token: tokens, scope }
  refuse(
    'there is neither a key nor an identity',
    "set AZURE_OPENAI_API_KEY, or give apiKey, or credential: 'default' for the identity of this computer",
  )
}

type Wanted = {
  readonly [K in 'subscriptionId' | 'resourceGroup' | 'account' | 'token']: ResourceManagerSettings[K] | undefined
} & Pick<ResourceManagerSettings, 'base' | 'fetch' | 'timeoutMs'>

const MISSING = {
  subscriptionId: 'subscriptionId (AZURE_SUBSCRIPTION_ID)',
  resourceGroup: 'resourceGroup (ANYTUNE_AZURE_RESOURCE_GROUP)',
  account: 'account (ANYTUNE_AZURE_ACCOUNT)',
  token: 'credential, for a key is not enough there (ANYTUNE_AZURE_ACCESS_TOKEN)',
} as const

function resourceManagerOf({
  subscriptionId,
  resourceGroup,
  account,
  token,
  ...rest
}: Wanted): AzureSettings['resourceManager'] {
  if (subscriptionId !== undefined && resourceGroup !== undefined && account !== undefined && token !== undefined) {
    return { ...rest, subscriptionId, resourceGroup, account, token }
  }
  const wanted = { subscriptionId, resourceGroup, account, token }
  // The keys of the table are those of `wanted`.
  const names = Object.keys(MISSING) as (keyof typeof MISSING)[]
  return names.filter((name) => wanted[name] === undefined).map((name) => MISSING[name])
}

function refuse(what: string, hint: string): never {
  throw new AnytuneError('configuration', `azure: ${what}`, { provider: 'azure', hint })
}
