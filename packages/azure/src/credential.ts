/** What an identity of `@azure/identity` is to this adapter: any `TokenCredential` fits. */
export interface TokenCredential {
  getToken(scopes: string | string[]): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>
}

/** Gives a token for a scope such as `https://management.azure.com/.default`. */
export type TokenSource = (scope: string) => Promise<string>

/** No token was given: the identity refused, or there is none. The cause may name the account, so that it is never shown. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError'
  readonly scope: string
  constructor(scope: string, cause?: unknown) {
    super(`no token for ${scope}`, cause === undefined ? undefined : { cause })
    this.scope = scope
  }
}

/** A token this near its end is not used any more. */
const MARGIN_MS = 2 * 60_000

/**
 * Tokens of an identity, each asked for once while it lasts: some identities start a process for every token.
 *
 * @throws CredentialError when there is none to be had.
 */
export function tokensOf(open: () => Promise<TokenCredential>, now: () => number = Date.now): TokenSource {
  let credential: Promise<TokenCredential> | undefined
  const kept = new Map<string, { readonly token: string; readonly usableUntil: number }>()
  const asked = new Map<string, Promise<string>>()

  async function ask(scope: string): Promise<string> {
    try {
      credential ??= open()
      const answer = await (await credential).getToken(scope)
      if (answer === null) throw new CredentialError(scope)
      kept.set(scope, { token: answer.token, usableUntil: answer.expiresOnTimestamp - MARGIN_MS })
      return answer.token
    } catch (error) {
      throw error instanceof CredentialError ? error : new CredentialError(scope, error)
    } finally {
      asked.delete(scope)
    }
  }

  return (scope) => {
    const usable = kept.get(scope)
    if (usable !== undefined && usable.usableUntil > now()) return Promise.resolve(usable.token)
    const under = asked.get(scope) ?? ask(scope)
    asked.set(scope, under)
    return under
  }
}

/** The identity of the environment: variables, a managed identity, or a login of the command line. Loaded when it is first asked. */
export async function defaultCredential(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity')
  return new DefaultAzureCredential()
}
