import { type AccountSettings, type Driver, regionOf, type SetTerm, type TermsCheck } from '@anytune/core/driver'
import { z } from 'zod'
import { attempt } from './attempt.ts'
import { expected, type ResourceManager } from './resource-manager.ts'

/** The resource as Azure Resource Manager 2026-07-01 describes it, as far as it tells of terms. */
const resourceSchema = z.looseObject({
  location: z.string().min(1),
  properties: z.looseObject({
    capabilities: z.array(z.looseObject({ name: z.string().nullish(), value: z.string().nullish() })).nullish(),
    encryption: z.looseObject({ keySource: z.string().nullish() }).nullish(),
    publicNetworkAccess: z.string().nullish(),
  }),
})
type Resource = z.output<typeof resourceSchema>['properties']

/** Reads the resource: its region, whether prompts are logged for abuse monitoring, whose key and which network it has. */
export function verifyTermsOf(manager: ResourceManager | undefined): NonNullable<Driver['verifyTerms']> {
  return async ({ signal }) => {
    if (manager === undefined) return unread(NOT_CONFIGURED)
    const looked = await attempt(async () => {
      const { body } = await manager.request('GET', '', { signal })
      return expected(resourceSchema, body)
    }, signal)
    if ('failed' in looked) {
      const { message, hint } = looked.failed
      return unread({ message: `the resource could not be read: ${message}`, ...(hint !== undefined && { hint }) })
    }
    const { location, properties } = looked.value
    const region = regionOf('azure', location)
    const readings = [abuseMonitoring(properties), customerKey(properties), network(properties)]
    return {
      source: SOURCE,
      region,
      settings: readings.flatMap(({ setting }) => (setting === undefined ? [] : [setting])),
      terms: readings.flatMap(({ term }) => (term === undefined ? [] : [term])),
      checks: [
        { id: 'region', result: 'read', message: `the resource is in ${region}` },
        ...readings.map(({ check }) => check),
      ],
    }
  }
}

const SOURCE = 'Azure Resource Manager, what the resource says of itself'

const NOT_CONFIGURED = {
  message: 'the settings of the resource cannot be read without Azure Resource Manager',
  hint: 'give subscriptionId, resourceGroup, account and credential',
}

function unread(why: Pick<TermsCheck, 'message' | 'hint'>): AccountSettings {
  return { source: SOURCE, settings: [], terms: [], checks: [{ id: 'resource', result: 'could-not-read', ...why }] }
}

interface Reading {
  readonly check: TermsCheck
  readonly setting?: string
  readonly term?: SetTerm
}

/** A resource that logs does not name the capability: its absence is an answer. */
function abuseMonitoring({ capabilities }: Resource): Reading {
  const id = 'abuse-monitoring'
  const logging = capabilities?.find(({ name }) => name?.toLowerCase() === 'contentlogging')
  if (logging?.value?.toLowerCase() !== 'false') {
    return { check: { id, result: 'read', message: 'prompts may be kept for abuse monitoring' } }
  }
  const message = 'prompts are not kept for abuse monitoring (ContentLogging is false)'
  return { check: { id, result: 'read', message }, setting: 'azure/content-logging-off' }
}

function customerKey({ encryption }: Resource): Reading {
  const id = 'customer-keys'
  const source = encryption?.keySource
  // A resource without the member has the service's own keys.
  const value = encryption == null ? 'not-in-use' : VALUE_OF_KEY_SOURCE[source ?? '']
  if (value === undefined) {
    return {
      check: { id, result: 'could-not-read', message: 'the resource does not say whose key it is encrypted with' },
    }
  }
  const whose = value === 'in-use' ? 'a key of the customer' : 'a key of the service'
  return {
    check: { id, result: 'read', message: `the resource is encrypted with ${whose}` },
    term: { dataClass: 'account', term: 'customer-keys', value, conditions: [WHOLE_RESOURCE] },
  }
}

const VALUE_OF_KEY_SOURCE: Readonly<Record<string, 'in-use' | 'not-in-use' | undefined>> = {
  'Microsoft.KeyVault': 'in-use',
  'Microsoft.CognitiveServices': 'not-in-use',
}

function network({ publicNetworkAccess: access }: Resource): Reading {
  const id = 'private-network'
  const value = VALUE_OF_ACCESS[access ?? '']
  if (value === undefined) {
    return { check: { id, result: 'could-not-read', message: 'the resource does not say who may reach it' } }
  }
  const who = value === 'in-use' ? 'cannot be reached' : 'can be reached'
  return {
    check: { id, result: 'read', message: `the resource ${who} from the public internet` },
    term: { dataClass: 'account', term: 'private-network', value, conditions: [WHOLE_RESOURCE] },
  }
}

const VALUE_OF_ACCESS: Readonly<Record<string, 'in-use' | 'not-in-use' | undefined>> = {
  Disabled: 'in-use',
  Enabled: 'not-in-use',
}

/** No page of the vendor says how far it reaches. */
const WHOLE_RESOURCE = 'as the resource is set; that it covers files and models of tuning is on no page that was read'
