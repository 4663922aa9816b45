import { hourlyCost } from '@anytune/catalogue'
import type { Deployment, Driver, Offering } from '../driver.ts'
import type { Served } from '../policy/judge-serving.ts'
import type { Settings } from '../settings.ts'
import { assertOperation } from '../support.ts'
import type { DeploymentQuote, DeployOptions } from '../tuner.ts'

/** What a deployment with these options is offered as, and what it costs an hour as far as that is on record. */
export function quoteDeployment(
  { calls: { driver }, catalogue, now }: Settings,
  baseModel: string | undefined,
  { providerOptions = {} }: Pick<DeployOptions, 'providerOptions'>,
): DeploymentQuote {
  const own = providerOptions[driver.provider] ?? {}
  if (driver.deployments === undefined) {
    assertNoOptions(driver, own)
    return { creates: false, offering: servingOffering(driver, baseModel, {}) }
  }
  const offering = servingOffering(driver, baseModel, parseDeploymentOptions(driver, own))
  return { creates: true, offering, hourlyCost: hourlyCost(catalogue, offering.id, now()) }
}

/** How the provider offers what is served with these options. */
export function servingOffering(driver: Driver, baseModel: string | undefined, providerOptions: object): Offering {
  return driver.offering({ operation: 'serve', ...(baseModel !== undefined && { baseModel }), providerOptions })
}

/** A deployment that is there, as a policy judges it: by the offering that it says it is of. */
export function servedBy(driver: Driver, { model, offering: id }: Pick<Deployment, 'model' | 'offering'>): Served {
  const usual = servingOffering(driver, undefined, {})
  const offering = id === undefined || id === usual.id ? usual : { ...usual, id, title: id }
  return { offering, isServing: true, ...(model !== undefined && { model }) }
}

/** A model that the provider serves by its id. */
export function servedModel({ calls }: Settings, model: string, baseModel: string | undefined): Served {
  return { offering: servingOffering(calls.driver, baseModel, {}), model, isServing: true }
}

/** This provider's own options of a deployment. @throws AnytuneError `unsupported` where it takes none, or what the driver refuses. */
export function parseDeploymentOptions(driver: Driver, own: object): object {
  if (driver.options.deployment !== undefined) return driver.options.deployment(own)
  assertNoOptions(driver, own)
  return {}
}

/** Refuses options that would be ignored. @throws AnytuneError `unsupported`. */
export function assertNoOptions(driver: Driver, own: object): void {
  if (Object.keys(own).length > 0) assertOperation(driver, 'options of a deployment', undefined)
}
