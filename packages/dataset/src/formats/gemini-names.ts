import type { JsonObject, JsonValue } from '../example.ts'
import type { Fault } from '../rules.ts'
import { isKnownKey } from '../safe-path.ts'
import { fault, isList, isObject, within } from './shape.ts'

/** Keys whose values are the user's own, or a schema, whose keys are. */
const OPAQUE: ReadonlySet<string> = new Set(['args', 'response', 'parameters', 'parametersJsonSchema'])

const WITH_UNDERSCORE = /^[a-z]+(?:_[a-z]+)+$/

/**
 * The same row with every key of the vendor's in the spelling of its documentation: Google takes `system_instruction`
 * as well as `systemInstruction`. What needs no change is not copied.
 */
export function camelNames(row: JsonObject): { readonly row: JsonObject } | { readonly fault: Fault } {
  const renamed = renameObject(row)
  return 'rule' in renamed ? { fault: renamed.rule } : { row: renamed.value }
}

type Renamed<Value> = { readonly value: Value } | { readonly rule: Fault }

function rename(value: JsonValue): Renamed<JsonValue> {
  if (isList(value)) return renameList(value)
  return isObject(value) ? renameObject(value) : { value }
}

function renameList(list: readonly JsonValue[]): Renamed<JsonValue> {
  let changed = false
  const items: JsonValue[] = []
  for (const [index, item] of list.entries()) {
    const renamed = rename(item)
    if ('rule' in renamed) return { rule: within(index, renamed.rule) }
    if (renamed.value !== item) changed = true
    items.push(renamed.value)
  }
  return { value: changed ? items : list }
}

function renameObject(object: JsonObject): Renamed<JsonObject> {
  let changed = false
  const members: [string, JsonValue][] = []
  for (const [key, value] of Object.entries(object)) {
    const name = WITH_UNDERSCORE.test(key) ? camel(key) : key
    if (name !== key && Object.hasOwn(object, name)) return { rule: isKnownKey(name) ? within(name, twice) : twice }
    const renamed = OPAQUE.has(name) ? { value } : rename(value)
    // A key that is not the vendor's is refused later; its name never reaches the field.
    if ('rule' in renamed) return { rule: renamed.rule }
    if (name !== key || renamed.value !== value) changed = true
    members.push([name, renamed.value])
  }
  return { value: changed ? Object.fromEntries(members) : object }
}

function camel(key: string): string {
  return key.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase())
}

const twice = fault('duplicate-key', 'the object has the key in both spellings', 'keep the one that is meant')
