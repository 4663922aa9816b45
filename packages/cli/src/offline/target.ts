import {
  type Catalogue,
  type EncodingRecord,
  findEncoding,
  findFormat,
  findOffering,
  findOfferings,
  findRules,
  type FormatRecord,
  namesModel,
  type OfferingRecord,
  providerOf,
  type RuleRecord,
} from '@anytune/catalogue'
import type { Method } from '@anytune/core/driver'
import { AnytuneError } from '@anytune/core/driver'

/** Whom a dataset is meant for, by what the catalogue has of it: no account and no configuration is needed. */
export interface Target {
  readonly provider: string
  readonly baseModel: string
  readonly method: Method
  /** Where it can be trained: one, when it was named, or all of the provider. */
  readonly offerings: readonly [OfferingRecord, ...OfferingRecord[]]
  /** False when no record names the base model: what is on record for all is all that is known of it. */
  readonly isModelOnRecord: boolean
  /** The rules of all of them, each once. */
  readonly rules: readonly RuleRecord[]
  /** Absent where no format is on record for this base model and method. */
  readonly format?: FormatRecord
  /** Absent where the vocabulary of the base model is not published. */
  readonly encoding?: EncodingRecord
}

const METHODS = [
  'supervised',
  'preference',
  'reinforcement',
  'distillation',
  'continued-pretraining',
] as const satisfies readonly Method[]

/**
 * Reads `provider:model`, such as `openai:gpt-4.1-mini-2025-04-14`; an offering's id may stand for the provider, as in
 * `azure/train/Standard:gpt-4o-2024-08-06`.
 *
 * @throws AnytuneError `invalid-argument` naming what is known.
 */
export function targetNamed(catalogue: Catalogue, text: string, method: string): Target {
  const colon = text.indexOf(':')
  const [who, baseModel] = colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
  const [first, ...others] = offeringsNamed(catalogue, who)
  if (first === undefined) throw unknownProvider(catalogue, who)
  if (baseModel === '') throw invalid(`--for ${text} names no base model`, 'write it as provider:model')
  const known = METHODS.find((one) => one === method)
  if (known === undefined) throw invalid(`there is no method "${method}"`, `methods: ${METHODS.join(', ')}`)
  const query = { model: baseModel, method: known }
  const format = findFormat(first, query)
  const encoding = findEncoding(first, query)
  return {
    provider: providerOf(first),
    baseModel,
    method: known,
    offerings: [first, ...others],
    isModelOnRecord: [first, ...others].some((offering) => namesModel(offering, baseModel)),
    // Offerings of one provider share their rules: the same record counts once.
    rules: [...new Set([first, ...others].flatMap((offering) => findRules(offering, query)))],
    ...(format && { format }),
    ...(encoding && { encoding }),
  }
}

/** Where the result may be served: by the same host where that is the provider's way, or else in any way on record. */
export function servingOf(catalogue: Catalogue, { id }: OfferingRecord): readonly OfferingRecord[] {
  const beside = findOffering(catalogue, id.replace(/\/train$/, '/serve'))
  if (beside?.operation === 'serve') return [beside]
  return findOfferings(catalogue, providerOf({ id }), 'serve')
}

function offeringsNamed(catalogue: Catalogue, who: string): readonly OfferingRecord[] {
  if (!who.includes('/')) return findOfferings(catalogue, who, 'train')
  const offering = findOffering(catalogue, who)
  return offering?.operation === 'train' ? [offering] : []
}

function unknownProvider(catalogue: Catalogue, who: string): AnytuneError {
  const training = catalogue.offerings.filter(({ operation }) => operation === 'train')
  const providers = [...new Set(training.map(providerOf))]
  const ofProvider = training.filter((offering) => who.startsWith(`${providerOf(offering)}/`)).map(({ id }) => id)
  const hint = ofProvider.length > 0 ? ofProvider : providers
  return invalid(
    `nothing is on record of "${who}"`,
    `known: ${hint.join(', ')}; a plan judges for the providers of your configuration`,
  )
}

function invalid(message: string, hint: string): AnytuneError {
  return new AnytuneError('invalid-argument', message, { hint })
}
