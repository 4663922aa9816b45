import type { AzureAccount } from '../account.ts'
import { provisioningState, type Deployment } from '../deployments.ts'
import type { ArmVersion } from './deployment-request.ts'

/** The path of the resource, which is also its id. */
export function accountId({ names }: AzureAccount): string {
  const { subscriptionId, resourceGroup, account } = names
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.CognitiveServices/accounts/${account}`
}

/** An `Account`; its endpoint is where the emulator was reached. */
export function toAccount(account: AzureAccount, origin: string) {
  const { names, settings, createdAt } = account
  return {
    id: accountId(account),
    name: names.account,
    type: 'Microsoft.CognitiveServices/accounts',
    kind: 'AIServices',
    location: settings.location,
    etag: `"${names.subscriptionId}"`,
    sku: { name: 'S0' },
    tags: {},
    systemData: systemData(createdAt, createdAt),
    properties: {
      provisioningState: 'Succeeded',
      endpoint: `${origin}/`,
      endpoints: { 'OpenAI Language Model Instance API': `${origin}/` },
      customSubDomainName: names.account,
      publicNetworkAccess: settings.publicNetworkAccess,
      capabilities: [
        { name: 'CustomerManagedKey' },
        // A resource that logs does not name it.
        ...(settings.contentLogging ? [] : [{ name: 'ContentLogging', value: 'false' }]),
      ],
      ...(settings.customerManagedKey && { encryption: customerKey(names.account) }),
      disableLocalAuth: false,
      dateCreated: new Date(createdAt).toISOString(),
    },
  }
}

function customerKey(account: string) {
  const keyVaultUri = `https://${account}.vault.azure.net`
  return { keySource: 'Microsoft.KeyVault', keyVaultProperties: { keyName: 'tuning', keyVersion: '1', keyVaultUri } }
}

/** A `Deployment` as it is at `now`; its state of pause is told by the newest API version only. */
export function toDeployment(account: AzureAccount, deployment: Deployment, now: number, apiVersion: ArmVersion) {
  const { name, choice, createdAt, changedAt, paused } = deployment
  const { sku, model, tags, others } = choice
  return {
    id: `${accountId(account)}/deployments/${name}`,
    name,
    type: 'Microsoft.CognitiveServices/accounts/deployments',
    etag: `"${createdAt.toString(16)}-${changedAt.toString(16)}"`,
    sku,
    ...(tags !== undefined && { tags }),
    systemData: systemData(createdAt, changedAt),
    properties: {
      ...others,
      model,
      versionUpgradeOption: others['versionUpgradeOption'] ?? 'OnceNewDefaultVersionAvailable',
      currentCapacity: sku.capacity,
      capabilities: { chatCompletion: 'true' },
      provisioningState: provisioningState(deployment, now),
      rateLimits: [
        { key: 'request', renewalPeriod: 60, count: sku.capacity },
        { key: 'token', renewalPeriod: 60, count: sku.capacity * 1000 },
      ],
      ...(apiVersion === '2026-07-01' && { deploymentState: paused ? 'Paused' : 'Running' }),
    },
  }
}

function systemData(createdAt: number, changedAt: number) {
  const by = {
    createdBy: 'emulator',
    createdByType: 'Application',
    lastModifiedBy: 'emulator',
    lastModifiedByType: 'Application',
  }
  return { ...by, createdAt: new Date(createdAt).toISOString(), lastModifiedAt: new Date(changedAt).toISOString() }
}
