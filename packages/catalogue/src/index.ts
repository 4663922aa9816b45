export { defineCatalogue, findModel, findOffering, mergeCatalogue } from './catalogue.ts'
export type { Catalogue, OfferingAmendment } from './catalogue.ts'
export { ageOf, daysUntil, GRADES, STALE_AFTER_DAYS, TOO_OLD_AFTER_DAYS } from './evidence.ts'
export type { Age, Evidence, Grade, Source } from './evidence.ts'
export { catalogue } from './offerings/offerings.ts'
export { findPrice, hourlyCost } from './prices.ts'
export type { FoundPrice, PriceQuery } from './prices.ts'
export type {
  ClosureRecord,
  EndRecord,
  LifetimeRecord,
  MethodName,
  ModelRecord,
  OfferingRecord,
  PricedItem,
  PriceRecord,
  RuleRecord,
  RuleUnit,
} from './record.ts'
export type { DataClass, Place, TermName, TermRecord, TermValues } from './terms.ts'
