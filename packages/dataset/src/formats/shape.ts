import type { JsonObject, JsonValue } from '../example.ts'
import type { BuiltInRuleId, Fault } from '../rules.ts'

/** Looks at one value; undefined means it is as it must be. Must not allocate on the happy path. */
export type Check = (value: JsonValue) => Fault | undefined

/** The keys an object may and must have. */
export interface Shape {
  readonly checks: ReadonlyMap<string, Check>
  readonly required: readonly string[]
  readonly expected: string
  /** Keys the vendor defines and an example has no place for. */
  readonly others: ReadonlySet<string>
}

/** Makes a fault about the value itself; `within` adds the way to it. */
export function fault(rule: BuiltInRuleId, message: string, hint?: string): Fault {
  return { rule, message, ...(hint !== undefined && { hint }) }
}

/** The same fault seen from the container: `segment` is a known key name or an index. */
export function within(segment: string | number, inner: Fault): Fault {
  const head = typeof segment === 'number' ? `[${segment}]` : segment
  const tail = inner.field ?? ''
  const field = tail === '' || tail.startsWith('[') ? head + tail : `${head}.${tail}`
  return { ...inner, field }
}

/** An object with exactly these keys; `others` are keys of the vendor's that are refused by name. */
export function shape(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
  others: readonly string[] = [],
): Shape {
  const checks = new Map([...Object.entries(required), ...Object.entries(optional)])
  return { checks, required: Object.keys(required), expected: listed(checks), others: new Set(others) }
}

/** An object with exactly one of these keys, which is how AWS and Google write a choice; `others` as for `shape`. */
export function oneKeyOf(members: Readonly<Record<string, Check>>, others: readonly string[] = []): Check {
  const checks = new Map(Object.entries(members))
  const choice: Shape = { checks, required: [], expected: listed(checks), others: new Set(others) }
  return (value) => {
    if (!isObject(value)) return wrongType('an object', value)
    const found = checkShape(value, choice)
    if (found || Object.keys(value).length === 1) return found
    return fault('invalid-value', `must have exactly one of the keys ${choice.expected}`)
  }
}

function listed(checks: ReadonlyMap<string, Check>): string {
  return [...checks.keys()].join(', ')
}

/** Checks every key of the object once, in the order of the row, and that none is missing. */
export function checkShape(object: JsonObject, shape: Shape): Fault | undefined {
  let seen = 0
  // Not Object.keys, which makes a list. A parsed JSON object has no keys but its own.
  for (const key in object) {
    const check = shape.checks.get(key)
    // What is missing says more: a key without a name here is often the missing one by another name.
    if (check === undefined) {
      if (shape.others.has(key)) return within(key, notCarried)
      return missingOf(object, shape) ?? unknownKey(key, object, shape)
    }
    const found = check(object[key] ?? null)
    if (found) return within(key, found)
    seen++
  }
  return seen >= shape.checks.size ? undefined : missingOf(object, shape)
}

const notCarried = fault(
  'not-carried',
  'the vendor defines this, but no example here can hold it',
  'remove it, or send the file as it is without anytune',
)

function missingOf(object: JsonObject, { required }: Shape): Fault | undefined {
  for (const key of required) if (!Object.hasOwn(object, key)) return within(key, missingKey(key))
  return undefined
}

/** A nested object with exactly these keys. */
export function objectOf(shape: Shape): Check {
  return (value) => (isObject(value) ? checkShape(value, shape) : wrongType('an object', value))
}

/** A list whose every item passes. */
export function listOf(check: Check, empty?: Fault): Check {
  return (value) => {
    if (!isList(value)) return wrongType('a list', value)
    if (value.length === 0) return empty
    for (let index = 0; index < value.length; index++) {
      const found = check(value[index] ?? null)
      if (found) return within(index, found)
    }
    return undefined
  }
}

/** One of several object shapes, chosen by the value of its `type` key. */
export function byType(shapes: ReadonlyMap<string, Shape>): Check {
  const types = [...shapes.keys()].map((name) => `"${name}"`).join(', ')
  return (value) => {
    if (!isObject(value)) return wrongType('an object', value)
    const type = Object.hasOwn(value, 'type') ? value['type'] : undefined
    if (type === undefined) return within('type', missingKey('type'))
    if (typeof type !== 'string') return within('type', wrongType('a string', type))
    const found = shapes.get(type)
    if (found === undefined) return within('type', fault('invalid-value', `must be one of ${types}`))
    return checkShape(value, found)
  }
}

/** One of these strings. */
export function oneOf(...allowed: readonly string[]): Check {
  const names = allowed.map((name) => `"${name}"`).join(', ')
  return (value) => {
    if (typeof value !== 'string') return wrongType('a string', value)
    return allowed.includes(value) ? undefined : fault('invalid-value', `must be one of ${names}`)
  }
}

/** Null, or a value that passes. */
export function orNull(check: Check): Check {
  return (value) => (value === null ? undefined : check(value))
}

/** Any string. */
export function text(value: JsonValue): Fault | undefined {
  return typeof value === 'string' ? undefined : wrongType('a string', value)
}

/** Text that is learned, so there must be some. */
export function target(value: JsonValue): Fault | undefined {
  return value === ''
    ? fault('empty-target', 'the text to learn is empty', 'give it text, or remove the row')
    : text(value)
}

/** Any string but the empty one. */
export function someText(value: JsonValue): Fault | undefined {
  return value === '' ? fault('invalid-value', 'must not be empty') : text(value)
}

/** Text that matches; `allowed` says so in words. */
export function textLike(pattern: RegExp, allowed: string): Check {
  return (value) => {
    if (typeof value !== 'string') return wrongType('a string', value)
    return pattern.test(value) ? undefined : fault('invalid-value', `must have ${allowed}`)
  }
}

/** Any JSON value. */
export function anything(): undefined {
  return undefined
}

/** True or false. */
export function boolean(value: JsonValue): Fault | undefined {
  return typeof value === 'boolean' ? undefined : wrongType('true or false', value)
}

/** Any JSON object, such as a JSON Schema. */
export function anyObject(value: JsonValue): Fault | undefined {
  return isObject(value) ? undefined : wrongType('an object', value)
}

/** The fault of a value with another type than expected; names types, never the value. */
export function wrongType(expected: string, value: JsonValue): Fault {
  return fault('wrong-type', `must be ${expected}, but is ${typeName(value)}`)
}

/** True for a JSON object; an exact number is not one. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
}

/** True for a JSON array. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function isRawNumber(value: object): boolean {
  return Object.getPrototypeOf(value) === null
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null'
  if (isList(value)) return 'a list'
  if (isObject(value)) return 'an object'
  if (typeof value === 'string') return 'a string'
  return typeof value === 'boolean' ? 'true or false' : 'a number'
}

function unknownKey(key: string, object: JsonObject, shape: Shape): Fault {
  const keys = Object.keys(object)
  const which = `key ${keys.indexOf(key) + 1} of ${keys.length}`
  return fault(
    'unknown-key',
    `${which} is not one this format defines`,
    `keys allowed here: ${shape.expected}; remove the key; a field mapping such as messages=messages leaves out what else stands at the top of rows`,
  )
}

function missingKey(key: string): Fault {
  return fault('missing-key', `"${key}" is required and absent`)
}
