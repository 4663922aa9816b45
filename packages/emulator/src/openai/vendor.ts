import { createAccounts, type Accounts } from '../accounts.ts'
import { matchRoute } from '../server/routes.ts'
import { withHeaders } from '../server/answer.ts'
import { newId } from '../server/identifiers.ts'
import type { Answer, Circumstances, Resolved, Vendor, VendorContext, VendorRequest } from '../server/service.ts'
import { Refusal } from '../errors.ts'
import { openAccount, type OpenAIAccount } from './account.ts'
import { limitRate } from './rate-limit.ts'
import { errorAnswer, USUAL_DETAILS } from './refusal.ts'
import { ADMINISTRATORS, ROUTES } from './routes.ts'
import { seedAccount } from './seed.ts'
import { parseSettings } from './settings.ts'

/** OpenAI's files, uploads, fine-tuning, models and chat completions, written from the vendor's schema and guides. */
export function createOpenAIVendor(context: VendorContext): Vendor {
  const accounts = createAccounts(
    (name) => openAccount(name, context.clock),
    ({ jobs }) => jobs.all().forEach(({ life }) => life.cancel()),
  )
  const accountOf = (name: string) => {
    const account = accounts.find(name)
    if (account === undefined) throw new Error(`the account ${name} was to be checked before`)
    return account
  }
  return {
    name: 'openai',
    env: (url, account) => ({ OPENAI_API_KEY: account, OPENAI_BASE_URL: `${url}/v1` }),
    resolve: (request) => resolve(context, accounts, request),
    refuse: ({ status, code, message }) => {
      const usual = USUAL_DETAILS[status] ?? { message: `The request failed with status ${status}.` }
      const detail = {
        ...usual,
        ...(message === undefined ? {} : { message }),
        ...(code === undefined ? {} : { code }),
      }
      return identified(errorAnswer(status, detail))
    },
    configure(name, settings) {
      const account = accountOf(name)
      account.settings = { ...account.settings, ...parseSettings(settings) }
    },
    seed: (name, seed) => seedAccount(accountOf(name), seed, context),
    plan(name, outcome) {
      accountOf(name).outcome = outcome
    },
    reset: (name) => accounts.reset(name),
  }
}

function resolve(context: VendorContext, accounts: Accounts<OpenAIAccount>, request: VendorRequest): Resolved {
  const match = matchRoute(ROUTES, request.method, request.path)
  const { account, administers } = accountOf(accounts, request)
  const known = account === undefined ? {} : { account: account.name }
  if (match.found !== 'route') {
    const { method, path } = request
    const answer =
      match.found === 'nothing'
        ? errorAnswer(404, { message: `Invalid URL (${method} ${path})`, code: 'unknown_url' })
        : withHeaders(
            errorAnswer(405, { message: `Not allowed to ${method} on ${path}.`, code: 'method_not_supported' }),
            { allow: match.allowed.join(', ') },
          )
    return { operation: 'unknown', ...known, act: () => identified(answer) }
  }
  const { route, params } = match
  return {
    operation: route.operation,
    ...known,
    async act(circumstances: Circumstances) {
      if (account === undefined) return identified(unauthenticated(request))
      if (ADMINISTRATORS.has(route.operation) !== administers) return identified(wrongKey(administers))
      try {
        limitRate(account, context.clock)
        return identified(await route.act({ ...circumstances, context, account, request, params }))
      } catch (error) {
        throw error instanceof Refusal ? new Refusal(identified(error.answer)) : error
      }
    },
  }
}

/** What stands before an account's name in the key of its organization's administrators. */
export const ADMIN_PREFIX = 'admin-'

interface Caller {
  readonly account: OpenAIAccount | undefined
  readonly administers: boolean
}

function accountOf(accounts: Accounts<OpenAIAccount>, { headers }: VendorRequest): Caller {
  const key = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
  const administers = key.startsWith(ADMIN_PREFIX)
  return { account: accounts.find(administers ? key.slice(ADMIN_PREFIX.length) : key), administers }
}

/** A key of an administrator manages the organization and nothing else; the other keys do not. */
function wrongKey(administers: boolean): Answer {
  const message = administers
    ? 'You have insufficient permissions for this operation: this is a key of an administrator.'
    : 'You have insufficient permissions for this operation. Missing scopes: api.organization.read.'
  return errorAnswer(administers ? 401 : 403, { message, code: 'insufficient_permissions' })
}

function unauthenticated({ headers }: VendorRequest): Answer {
  const given = headers.authorization !== undefined
  const message = given
    ? 'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.'
    : "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
  return errorAnswer(401, { message, code: given ? 'invalid_api_key' : null })
}

/** Every answer of OpenAI has an id, also an error. */
function identified(answer: Answer): Answer {
  return withHeaders(answer, { 'x-request-id': newId('req_', 32), 'openai-version': '2020-10-01' })
}
