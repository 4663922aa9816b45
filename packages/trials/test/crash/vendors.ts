import { azure } from '@anytune/azure'
import type { Driver } from '@anytune/core/driver'
import { openai } from '@anytune/openai'
import { OpenAI } from 'openai'

/** How a driver of a vendor is opened on an account of the emulator. */
export interface Connection {
  /** The account's, as the emulator gives it. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof globalThis.fetch
  /** True: even a small file is sent in parts, several at a time. */
  readonly inParts: boolean
}

export type VendorName = 'openai' | 'azure'

/** The vendors' real adapters, over their real SDKs. */
export const VENDORS: Readonly<Record<VendorName, (connection: Connection) => Driver>> = {
  openai({ environment, fetch, inParts }) {
    const client = new OpenAI({
      apiKey: environment['OPENAI_API_KEY'],
      baseURL: environment['OPENAI_BASE_URL'],
      organization: null,
      project: null,
      fetch,
    })
    return openai({ client, polling: POLLING, ...(inParts && IN_PARTS) })
  },
  azure({ environment, fetch, inParts }) {
    const token = environment['ANYTUNE_AZURE_ACCESS_TOKEN'] ?? ''
    return azure({
      trainingType: 'Standard',
      deploymentSku: 'Standard',
      endpoint: environment['AZURE_OPENAI_ENDPOINT'] ?? '',
      credential: { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
      subscriptionId: environment['AZURE_SUBSCRIPTION_ID'] ?? '',
      resourceGroup: environment['ANYTUNE_AZURE_RESOURCE_GROUP'] ?? '',
      account: environment['ANYTUNE_AZURE_ACCOUNT'] ?? '',
      resourceManager: environment['ANYTUNE_AZURE_RESOURCE_MANAGER'] ?? '',
      polling: POLLING,
      fetch,
      ...(inParts && IN_PARTS),
    })
  },
}

const POLLING = { firstMs: 1, maximumMs: 5 }
/** The datasets of these tests have about 1,200 bytes: five parts. */
const IN_PARTS = { uploadAboveBytes: 0, partBytes: 256 }
