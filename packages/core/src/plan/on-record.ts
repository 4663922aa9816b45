import {
  type Catalogue,
  defineCatalogue,
  findModel,
  findOffering,
  mergeCatalogue,
  type ModelRecord,
  type OfferingRecord,
} from '@anytune/catalogue'
import type { Driver, Offering } from '../driver.ts'
import type { Plan } from './plan-document.ts'

/** What is on record of training a model somewhere and of serving the result. */
export interface OnRecord {
  readonly training: { readonly offering: Offering; readonly record: OfferingRecord | undefined }
  readonly serving: { readonly offering: Offering; readonly record: OfferingRecord | undefined }
  readonly model: ModelRecord | undefined
  readonly now: Date
}

/** A catalogue with what the driver itself has on record, wherever the catalogue has nothing. @throws TypeError for records that are not. */
export function withRecordsOf(driver: Driver, catalogue: Catalogue): Catalogue {
  return driver.catalogue === undefined ? catalogue : mergeCatalogue(defineCatalogue(driver.catalogue), catalogue)
}

type Planned = Pick<Plan, 'baseModel' | 'method' | 'offering' | 'providerOptions'>

/** Looks up a plan's offerings, which the driver names; the deployment is the one that its defaults would make. */
export function onRecord(driver: Driver, planned: Planned, catalogue: Catalogue, now: Date): OnRecord {
  const { baseModel, method, offering } = planned
  const serving = driver.offering({ operation: 'serve', baseModel, method, providerOptions: {} })
  const record = findOffering(catalogue, offering.id)
  return {
    training: { offering, record },
    serving: { offering: serving, record: findOffering(catalogue, serving.id) },
    model: record && findModel(record, baseModel),
    now,
  }
}
