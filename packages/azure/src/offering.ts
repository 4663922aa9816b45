import type { Offering, OfferingTarget } from '@anytune/core/driver'
import { DEPLOYMENT_SKUS, type DeploymentSku, type TrainingType } from './options.ts'

/** The vendor has two spellings for one of them. */
const TRAINING: Readonly<Record<TrainingType, string>> = {
  Standard: 'Standard',
  GlobalStandard: 'GlobalStandard',
  Developer: 'Developer',
  developerTier: 'Developer',
}

/** One offering for each training type and each SKU: these decide in which regions content is kept and processed, and the price. */
export function offeringOf(defaults: {
  readonly trainingType: TrainingType
  readonly sku: DeploymentSku | undefined
}): (target: OfferingTarget) => Offering {
  return ({ operation, providerOptions }) => {
    // As `options.job` or `options.deployment` returned them, or empty.
    const chosen = providerOptions as { readonly trainingType?: TrainingType; readonly sku?: DeploymentSku }
    if (operation === 'serve') return serving(chosen.sku ?? defaults.sku)
    const tier = TRAINING[chosen.trainingType ?? defaults.trainingType]
    return { id: `azure/train/${tier}`, title: `Azure OpenAI fine-tuning, ${tier}`, egress: 'provider' }
  }
}

function serving(sku: DeploymentSku | undefined): Offering {
  if (sku === undefined) {
    return { id: 'azure/serve/unchosen', title: 'Azure OpenAI deployment, SKU not chosen', egress: 'provider' }
  }
  return { id: servingOffering(sku), title: `Azure OpenAI deployment, ${canonicalSku(sku)}`, egress: 'provider' }
}

/** What the price and terms of a deployment with this SKU are found by. */
export function servingOffering(sku: string): string {
  return `azure/serve/${canonicalSku(sku)}`
}

/** True for the SKU that lasts 24 hours. */
export function isDeveloperTier(sku: string): boolean {
  return canonicalSku(sku) === 'DeveloperTier'
}

/** The vendor's documentation and its answers differ in capitals, and it compares without them. */
function canonicalSku(sku: string): string {
  return DEPLOYMENT_SKUS.find((known) => known.toLowerCase() === sku.toLowerCase()) ?? sku
}
