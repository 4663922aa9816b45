export {
  defineCatalogue,
  findEncoding,
  findFormat,
  findModel,
  findOffering,
  findOfferings,
  findRules,
  mergeCatalogue,
  namesModel,
  providerOf,
} from './catalogue.ts'
export type { Catalogue, OfferingAmendment, TuningQuery } from './catalogue.ts'
export { ageOf, daysUntil, GRADES, STALE_AFTER_DAYS, TOO_OLD_AFTER_DAYS } from './evidence.ts'
export type { Age, Evidence, Grade, Source } from './evidence.ts'
export { catalogue } from './offerings/offerings.ts'
export { AREAS, COUNTRIES } from './places/countries.ts'
export type { Area, AreaRecord, Country } from './places/countries.ts'
export { isPlace, isRegion, isWithin, PLACES, regionOf } from './places/place.ts'
export type { Place, Region, Whereabouts } from './places/place.ts'
export { REGIONS } from './places/regions.ts'
export type { RegionTable, RegionVendor } from './places/regions.ts'
export { findPrice, hourlyCost, priceOfTokens } from './prices.ts'
export type { FoundPrice, PriceQuery } from './prices.ts'
export type {
  ClosureRecord,
  EncodingRecord,
  EndRecord,
  FormatRecord,
  LifetimeRecord,
  MethodName,
  ModelRecord,
  ModelScope,
  OfferingRecord,
  PricedItem,
  PriceRecord,
  PriceUnit,
  RuleRecord,
  RuleUnit,
} from './record.ts'
export { DATA_CLASSES, subjectOf, termsUnder } from './terms.ts'
export type { DataClass, TermInForce, TermName, TermRecord, TermValues, VariantRecord } from './terms.ts'
