import { createHash } from 'node:crypto'
import { ACCOUNT_PREFIX, isAccountName } from '../accounts.ts'

/** Everything by which one emulated Azure OpenAI resource is addressed; all of it follows from the account's name. */
export interface AzureNames {
  /** The account's name in the emulator, which is its API key: the header `api-key`, or a bearer token on the data plane. */
  readonly key: string
  /** An Entra access token: a bearer token on the data plane, and the only thing that Azure Resource Manager takes. */
  readonly token: string
  readonly subscriptionId: string
  readonly resourceGroup: string
  /** The name of the resource, `Microsoft.CognitiveServices/accounts/{account}`. */
  readonly account: string
}

/** The names of an account's resource; the same name always gives the same ones. */
export function azureNames(name: string): AzureNames {
  const rest = name.slice(ACCOUNT_PREFIX.length)
  const short = rest.length <= longestPart ? rest : digest(name).slice(0, 32)
  return {
    key: name,
    token: TOKEN_PREFIX + rest,
    subscriptionId: toUuid(digest(name)),
    resourceGroup: `rg-${short}`,
    account: `aoai-${short}`,
  }
}

/** The name of the account whose API key this is; undefined for a token, and for what no account can have. */
export function nameOfKey(key: string): string | undefined {
  return isAccountName(key) && !key.startsWith(TOKEN_PREFIX) ? key : undefined
}

/** The name of the account whose access token this is; undefined for anything else, an API key included. */
export function nameOfToken(token: string): string | undefined {
  if (!token.startsWith(TOKEN_PREFIX)) return undefined
  return nameOfKey(ACCOUNT_PREFIX + token.slice(TOKEN_PREFIX.length))
}

const TOKEN_PREFIX = `${ACCOUNT_PREFIX}token-`
/** The vendor's limit for a resource's name is 64. */
const longestPart = 56

function digest(name: string): string {
  return createHash('sha256').update(`anytune emulator ${name}`).digest('hex')
}

/** Azure's subscription ids are UUIDs. */
function toUuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
