import type {
  Capabilities,
  ChatSetting,
  Driver,
  FieldCapabilities,
  Hyperparameters,
  Method,
  MethodCapability,
  NumberRange,
  TextLimit,
} from './driver.ts'
import { AnytuneError } from './errors.ts'
import { nearest } from './nearest.ts'
import type { NextAction } from './next-action.ts'
import type { PlanEvidence } from './plan/evidence.ts'

/** What a request asks for, as far as support is concerned. */
export interface SupportQuery {
  readonly baseModel: string
  readonly method: Method
  readonly hyperparameters: Readonly<Hyperparameters>
  readonly validation?: unknown
  readonly suffix?: string
  readonly seed?: number
  readonly metadata?: Readonly<Record<string, string>>
}

/** A thing the plan says aloud without refusing. */
export interface PlanWarning {
  readonly id: string
  readonly message: string
  readonly next?: readonly NextAction[]
  /** How it is known, where a record says it. */
  readonly evidence?: PlanEvidence
}

/** Adapters write the attempt's key under such a name. */
const RESERVED = 'anytune'

export interface Support {
  /** How the method is offered on this base model. */
  readonly capability: MethodCapability
  readonly warnings: readonly PlanWarning[]
}

/**
 * The one place that refuses what a provider does not have, before any request is made.
 *
 * @throws AnytuneError `unsupported`, or `invalid-argument` for a value out of bounds.
 */
export function assertSupported(driver: Driver, query: SupportQuery): Support {
  const { capabilities, provider } = driver
  const general = own(capabilities.methods, query.method)
  if (general === undefined) refuse(provider, `the method "${query.method}"`, Object.keys(capabilities.methods))
  const { capability, warnings } = onBaseModel(capabilities, provider, query, general)
  const ranges = capability.hyperparameters
  for (const [name, value] of Object.entries(query.hyperparameters)) {
    if (value === undefined) continue
    const range = own(ranges, name)
    if (range === undefined) {
      refuse(
        provider,
        `the hyperparameter "${name}" for ${query.method} training on ${query.baseModel}`,
        Object.keys(ranges),
      )
    }
    assertNumber(provider, `hyperparameters.${name}`, range, value)
  }
  assertFields(provider, capabilities.fields, query)
  const wanted = capabilities.fields.validation?.required === true || capability.validationRequired === true
  if (wanted && query.validation === undefined) {
    invalid(provider, 'validation', `is required for ${query.method} training`, 'give a validation dataset')
  }
  return { capability, warnings }
}

/** Refuses an operation that the driver does not have. */
export function assertOperation<T>(driver: Driver, operation: string, implementation: T | undefined): T {
  if (implementation !== undefined) return implementation
  throw new AnytuneError('unsupported', `${driver.provider} does not support ${operation}`, {
    provider: driver.provider,
    operation,
    hint: `choose a provider that has ${operation}, or do without it`,
  })
}

/** Refuses a setting of a question that the provider would ignore. */
export function assertChatSettings(driver: Driver, settings: Readonly<Record<string, unknown>>): void {
  const known: readonly string[] = driver.capabilities.chatSettings ?? ([] satisfies ChatSetting[])
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined && !known.includes(name)) refuse(driver.provider, `the chat setting "${name}"`, known)
  }
}

function onBaseModel(
  capabilities: Capabilities,
  provider: string,
  query: SupportQuery,
  general: MethodCapability,
): Support {
  const { exhaustive, known } = capabilities.baseModels
  const model = own(known, query.baseModel)
  if (model === undefined) {
    if (exhaustive) refuse(provider, `the base model "${query.baseModel}"`, Object.keys(known))
    const message = `nothing is known here about the base model "${query.baseModel}" on ${provider}; the provider will judge`
    return { capability: general, warnings: [{ id: 'unknown-base-model', message }] }
  }
  if (model.methods === undefined) return { capability: general, warnings: [] }
  const special = own(model.methods, query.method)
  if (special === undefined) {
    refuse(provider, `the method "${query.method}" on ${query.baseModel}`, Object.keys(model.methods))
  }
  return { capability: { ...general, ...special }, warnings: [] }
}

function assertFields(provider: string, fields: FieldCapabilities, query: SupportQuery): void {
  for (const field of ['validation', 'suffix', 'seed', 'metadata'] as const) {
    if (query[field] !== undefined && fields[field] === undefined) {
      refuse(provider, `the field "${field}"`, Object.keys(fields))
    }
  }
  if (query.suffix !== undefined && fields.suffix !== undefined) {
    assertText(provider, 'suffix', fields.suffix, query.suffix)
  }
  if (query.seed !== undefined && fields.seed !== undefined) assertNumber(provider, 'seed', fields.seed, query.seed)
  if (query.metadata !== undefined && fields.metadata !== undefined) {
    assertMetadata(provider, fields.metadata, query.metadata)
  }
}

function assertMetadata(
  provider: string,
  limits: NonNullable<FieldCapabilities['metadata']>,
  metadata: Readonly<Record<string, string>>,
): void {
  const pairs = Object.entries(metadata)
  const { maximumPairs = Infinity, key = {}, value = {} } = limits
  if (pairs.length > maximumPairs) {
    invalid(provider, 'metadata', `has ${pairs.length} pairs, and ${maximumPairs} are allowed`, 'leave some out')
  }
  for (const [index, [name, text]] of pairs.entries()) {
    if (name.startsWith(RESERVED)) {
      invalid(
        provider,
        `metadata, name ${index + 1}`,
        `begins with "${RESERVED}"`,
        'that is kept for finding what was made',
      )
    }
    assertText(provider, `metadata, name ${index + 1}`, key, name)
    assertText(provider, `metadata, value ${index + 1}`, value, text)
  }
}

/** Says which limit is broken, never the text. */
function assertText(provider: string, field: string, limit: TextLimit, text: string): void {
  const { maximumLength = Infinity, pattern } = limit
  if (text.length > maximumLength) {
    invalid(provider, field, `has ${text.length} characters, and ${maximumLength} are allowed`, 'make it shorter')
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(text)) {
    invalid(provider, field, `has characters that ${provider} does not take`, `it must match ${pattern}`)
  }
}

function assertNumber(provider: string, field: string, range: NumberRange, value: unknown): void {
  const fault = outOfRange(range, value)
  if (fault !== undefined) {
    invalid(provider, field, `must be ${fault}`, `change ${field}, or leave it out for the provider's own default`)
  }
}

function outOfRange(range: NumberRange, value: unknown): string | undefined {
  const { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity, integer = false, oneOf } = range
  const wanted = integer ? 'a whole number' : 'a number'
  if (typeof value !== 'number' || !Number.isFinite(value) || (integer && !Number.isInteger(value))) return wanted
  if (value < minimum) return `${wanted}, ${minimum} or more; it is ${value}`
  if (value <= exclusiveMinimum) return `${wanted} above ${exclusiveMinimum}; it is ${value}`
  if (value > maximum) return `${wanted}, ${maximum} or less; it is ${value}`
  if (oneOf !== undefined && !oneOf.includes(value)) return `one of ${oneOf.join(', ')}; it is ${value}`
  return undefined
}

function own<V>(record: Readonly<Record<string, V | undefined>>, name: string): V | undefined {
  // Inherited members, such as "constructor", are not entries.
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function invalid(provider: string, field: string, problem: string, hint: string): never {
  throw new AnytuneError('invalid-argument', `${field} ${problem}`, { provider, hint, data: { field } })
}

function refuse(provider: string, what: string, supported: readonly string[]): never {
  const named = /"([^"]+)"/.exec(what)?.[1]
  const meant = named === undefined ? undefined : nearest(named, supported)
  throw new AnytuneError('unsupported', `${provider} does not support ${what}`, {
    provider,
    hint: `${meant === undefined ? '' : `did you mean "${meant}"? `}supported: ${supported.length > 0 ? supported.join(', ') : 'none'}`,
    data: { supported },
  })
}
