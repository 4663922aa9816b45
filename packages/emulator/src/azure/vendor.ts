import { randomUUID } from 'node:crypto'
import { createAccounts, type Accounts } from '../accounts.ts'
import { withHeaders } from '../server/answer.ts'
import type { Match } from '../server/routes.ts'
import type { Answer, Resolved, Vendor, VendorContext, VendorRequest } from '../server/service.ts'
import { bringUpToDate, createAccount, type AzureAccount } from './account.ts'
import { actArm, armAccountName, armRefusal, matchArm } from './arm/surface.ts'
import { actData, dataAccountName, dataRefusal, dataSurface, matchData } from './data-surface.ts'
import { azureNames } from './names.ts'
import { AzureRefusal, unauthenticated, type Surface } from './refusal.ts'
import { usualRefusal } from './usual-refusals.ts'
import { seedAccount } from './seed.ts'
import { parseSettings } from './settings.ts'

/** Azure OpenAI: the v1 and the dated API of a resource, and the part of Azure Resource Manager that deploys its models. */
export function createAzureVendor(context: VendorContext): Vendor {
  const accounts = createAccounts((name) => createAccount(name, context.clock))
  const open = (name: string) => {
    const account = accounts.find(name)
    if (account === undefined) throw new Error(`the account ${name} was to be checked before`)
    return account
  }
  return {
    name: 'azure',
    env: (url, name) => toEnvironment(url, name),
    resolve: (request) => resolve(context, accounts, request),
    refuse({ status, code, message }, request) {
      const surface = surfaceOf(request.path)
      return answerRefusal(usualRefusal({ status, code, message }, surface), surface)
    },
    configure(name, settings) {
      const account = open(name)
      account.settings = { ...account.settings, ...parseSettings(settings) }
    },
    seed: (name, seed) => seedAccount(open(name), seed, context),
    plan(name, outcome) {
      open(name).outcome = outcome
    },
    reset: (name) => accounts.reset(name),
  }
}

/** What reaches an account: by its key, and by its token where Azure Resource Manager is asked. */
function toEnvironment(url: string, name: string): Readonly<Record<string, string>> {
  const { key, token, subscriptionId, resourceGroup, account } = azureNames(name)
  return {
    AZURE_OPENAI_ENDPOINT: url,
    AZURE_OPENAI_API_KEY: key,
    OPENAI_API_VERSION: '2025-04-01-preview',
    AZURE_SUBSCRIPTION_ID: subscriptionId,
    ANYTUNE_AZURE_RESOURCE_GROUP: resourceGroup,
    ANYTUNE_AZURE_ACCOUNT: account,
    ANYTUNE_AZURE_RESOURCE_MANAGER: url,
    ANYTUNE_AZURE_ACCESS_TOKEN: token,
  }
}

function resolve(context: VendorContext, accounts: Accounts<AzureAccount>, request: VendorRequest): Resolved {
  const surface = surfaceOf(request.path)
  const name = surface === 'arm' ? armAccountName(request) : dataAccountName(request)
  const known = name === undefined ? {} : { account: name }
  const openNow = (now: number) => {
    const account = name === undefined ? undefined : accounts.find(name)
    if (account !== undefined) bringUpToDate(account, now)
    return account
  }
  if (surface === 'arm') {
    const match = matchArm(request)
    return {
      operation: operationOf(match),
      ...known,
      act({ lag }) {
        const now = context.clock.now()
        return guard(surface, () => actArm(request, match, openNow(now), lag, now))
      },
    }
  }
  const match = matchData(request)
  return {
    operation: operationOf(match),
    ...known,
    act({ lag }) {
      const now = context.clock.now()
      return guard(surface, () => {
        const account = openNow(now)
        if (account === undefined) throw unauthenticated()
        return actData({ surface, request, account, params: {}, now, lag, context }, match)
      })
    },
  }
}

function operationOf(match: Match<unknown>): string {
  return match.found === 'route' ? match.route.operation : 'unknown'
}

/** Answers with ids, an error in the words of the API that was asked. */
async function guard(surface: Surface, act: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return identified(await act(), surface)
  } catch (error) {
    if (error instanceof AzureRefusal) return answerRefusal(error, surface)
    throw error
  }
}

function answerRefusal(refusal: AzureRefusal, surface: Surface): Answer {
  return identified(surface === 'arm' ? armRefusal(refusal) : dataRefusal(refusal, surface), surface)
}

/** The data plane has a header of its own, and not the one that OpenAI's SDK reads. */
function identified(answer: Answer, surface: Surface): Answer {
  const id = randomUUID()
  return withHeaders(
    answer,
    surface === 'arm' ? { 'x-ms-request-id': id, 'x-ms-correlation-request-id': id } : { 'apim-request-id': id },
  )
}

function surfaceOf(path: string): Surface {
  return /^\/subscriptions(\/|$)/i.test(path) ? 'arm' : dataSurface(path)
}
