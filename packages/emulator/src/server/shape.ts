/**
 * What a JSON value must look like, as data: each vendor writes its requests down in it and tells a `Violation` in its own words.
 * Members that an object does not name are violations, unless it is open.
 */
export type Shape =
  | { readonly kind: 'anything' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text'; readonly minimum?: number; readonly maximum?: number; readonly pattern?: RegExp }
  | { readonly kind: 'number'; readonly minimum?: number; readonly maximum?: number; readonly above?: number }
  | { readonly kind: 'whole'; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly items: Shape; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: 'map'; readonly values: Shape; readonly maximum?: number; readonly longestKey?: number }
  | { readonly kind: 'object'; readonly members: Readonly<Record<string, Member>>; readonly open?: boolean }
  | { readonly kind: 'either'; readonly shapes: readonly Shape[] }
  | { readonly kind: 'variants'; readonly tag: string; readonly shapes: Readonly<Record<string, Shape>> }
  | { readonly kind: 'nullable'; readonly shape: Shape }

/** A shape with the type of what fits it; who writes the shape down promises that the two agree. */
export type ShapeOf<Type> = Shape & { readonly promised?: Type }

/** A member of an object: a shape, or one that may be left out. */
export type Member = Shape | { readonly kind: 'optional'; readonly shape: Shape }

/** The first thing that is wrong with a value. */
export interface Violation {
  readonly rule: 'missing' | 'unknown' | 'type' | 'choice' | 'minimum' | 'maximum' | 'pattern'
  /** Such as `method.dpo.hyperparameters.beta` or `messages[0].role`; empty for the value itself. */
  readonly path: string
  /** What was wanted, as the end of a sentence: `a string`, `one of 'a' and 'b'`. */
  readonly expected: string
  /** The JSON type that was found. */
  readonly found: JsonType
  /** The kind of shape that was violated. */
  readonly shape: Shape['kind']
}

export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object' | 'nothing'

export const anything: Shape = { kind: 'anything' }
export const flag: Shape = { kind: 'boolean' }
export const text = (limits: { minimum?: number; maximum?: number; pattern?: RegExp } = {}): Shape => ({
  kind: 'text',
  ...limits,
})
export const number = (limits: { minimum?: number; maximum?: number; above?: number } = {}): Shape => ({
  kind: 'number',
  ...limits,
})
export const whole = (limits: { minimum?: number; maximum?: number } = {}): Shape => ({ kind: 'whole', ...limits })
export const choice = (...values: readonly string[]): Shape => ({ kind: 'choice', values })
export const list = (items: Shape, limits: { minimum?: number; maximum?: number } = {}): Shape => ({
  kind: 'list',
  items,
  ...limits,
})
export const map = (values: Shape, limits: { maximum?: number; longestKey?: number } = {}): Shape => ({
  kind: 'map',
  values,
  ...limits,
})
export const object = (members: Readonly<Record<string, Member>>): Shape => ({ kind: 'object', members })
/** An object that may have more members than are named. */
export const openObject = (members: Readonly<Record<string, Member>>): Shape => ({
  kind: 'object',
  members,
  open: true,
})
export const either = (...shapes: readonly Shape[]): Shape => ({ kind: 'either', shapes })
/** Objects told apart by the text in one of their members, which their shapes need not repeat. */
export const variants = (tag: string, shapes: Readonly<Record<string, Shape>>): Shape => ({
  kind: 'variants',
  tag,
  shapes,
})
export const nullable = (shape: Shape): Shape => ({ kind: 'nullable', shape })
export const optional = (shape: Shape): Member => ({ kind: 'optional', shape })

/** The first violation, in the order of the shape's members; undefined for a value that fits. */
export function checkShape(shape: Shape, value: unknown, path = ''): Violation | undefined {
  const wrong = (rule: Violation['rule'], expected: string): Violation => ({
    rule,
    path,
    expected,
    found: typeOf(value),
    shape: shape.kind,
  })
  switch (shape.kind) {
    case 'anything':
      return undefined
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrong('type', 'a boolean')
    case 'text':
      if (typeof value !== 'string') return wrong('type', 'a string')
      if (value.length < (shape.minimum ?? 0)) return wrong('minimum', `a string with minimum length ${shape.minimum}`)
      if (value.length > (shape.maximum ?? Infinity)) {
        return wrong('maximum', `a string with maximum length ${shape.maximum}`)
      }
      return shape.pattern?.test(value) === false
        ? wrong('pattern', `a string that matches ${shape.pattern}`)
        : undefined
    case 'whole':
      return Number.isInteger(value) ? checkRange(shape, value, wrong) : wrong('type', 'an integer')
    case 'number':
      return typeof value === 'number' ? checkRange(shape, value, wrong) : wrong('type', 'a decimal')
    case 'choice':
      if (typeof value !== 'string') return wrong('type', choices(shape.values))
      return shape.values.includes(value) ? undefined : wrong('choice', choices(shape.values))
    case 'list':
      return checkList(shape, value, path, wrong)
    case 'map':
      return checkMap(shape, value, path, wrong)
    case 'object':
      return checkObject(shape, value, path, wrong)
    case 'either':
      return checkEither(shape.shapes, value, path)
    case 'variants':
      return checkVariants(shape, value, path, wrong)
    case 'nullable':
      return value === null ? undefined : checkShape(shape.shape, value, path)
  }
}

type Wrong = (rule: Violation['rule'], expected: string) => Violation
type Of<Kind extends Shape['kind']> = Extract<Shape, { kind: Kind }>

function checkRange(shape: Of<'number'> | Of<'whole'>, value: unknown, wrong: Wrong): Violation | undefined {
  const number = Number(value)
  const above = shape.kind === 'number' ? shape.above : undefined
  if (number < (shape.minimum ?? -Infinity)) return wrong('minimum', `a value >= ${shape.minimum}`)
  if (above !== undefined && number <= above) return wrong('minimum', `a value > ${above}`)
  return number > (shape.maximum ?? Infinity) ? wrong('maximum', `a value <= ${shape.maximum}`) : undefined
}

function checkList(shape: Of<'list'>, value: unknown, path: string, wrong: Wrong): Violation | undefined {
  if (!Array.isArray(value)) return wrong('type', 'an array')
  if (value.length < (shape.minimum ?? 0)) return wrong('minimum', `an array with minimum length ${shape.minimum}`)
  if (value.length > (shape.maximum ?? Infinity))
    return wrong('maximum', `an array with maximum length ${shape.maximum}`)
  return first(value, (item, index) => checkShape(shape.items, item, `${path}[${index}]`))
}

function checkMap(shape: Of<'map'>, value: unknown, path: string, wrong: Wrong): Violation | undefined {
  if (!isObject(value)) return wrong('type', 'an object')
  const entries = Object.entries(value)
  if (entries.length > (shape.maximum ?? Infinity)) {
    return wrong('maximum', `an object with at most ${shape.maximum} properties`)
  }
  if (entries.some(([key]) => key.length > (shape.longestKey ?? Infinity))) {
    return wrong('maximum', `keys with a maximum length of ${shape.longestKey}`)
  }
  return first(entries, ([key, item]) => checkShape(shape.values, item, join(path, key)))
}

function checkObject(shape: Of<'object'>, value: unknown, path: string, wrong: Wrong): Violation | undefined {
  if (!isObject(value)) return wrong('type', 'an object')
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(shape.members, key))
  if (unknown !== undefined && shape.open !== true) {
    return { ...wrong('unknown', 'no such member'), path: join(path, unknown), found: typeOf(value[unknown]) }
  }
  return first(Object.entries(shape.members), ([key, member]) => {
    const given = Object.hasOwn(value, key)
    if (member.kind === 'optional') return given ? checkShape(member.shape, value[key], join(path, key)) : undefined
    if (given) return checkShape(member, value[key], join(path, key))
    return { ...wrong('missing', 'this member'), path: join(path, key), found: 'nothing' as const }
  })
}

/** Of several shapes that do not fit, the one of the value's own type says what is wrong. */
function checkEither(shapes: readonly Shape[], value: unknown, path: string): Violation | undefined {
  const violations: Violation[] = []
  for (const shape of shapes) {
    const violation = checkShape(shape, value, path)
    if (violation === undefined) return undefined
    violations.push(violation)
  }
  const close = violations.find(({ rule, path: where }) => rule !== 'type' || where !== path)
  if (close !== undefined) return close
  const [any] = violations
  return any && { ...any, expected: `one of ${violations.map(({ expected }) => expected).join(' or ')}` }
}

function checkVariants(shape: Of<'variants'>, value: unknown, path: string, wrong: Wrong): Violation | undefined {
  if (!isObject(value)) return wrong('type', 'an object')
  const { [shape.tag]: tag, ...rest } = value
  const where = join(path, shape.tag)
  if (tag === undefined) return { ...wrong('missing', 'this member'), path: where, found: 'nothing' }
  const variant = typeof tag === 'string' && Object.hasOwn(shape.shapes, tag) ? shape.shapes[tag] : undefined
  if (variant !== undefined) return checkShape(variant, rest, path)
  const rule = typeof tag === 'string' ? 'choice' : 'type'
  return { ...wrong(rule, choices(Object.keys(shape.shapes))), path: where, found: typeOf(tag), shape: 'choice' }
}

function first<Item>(
  items: readonly Item[],
  check: (item: Item, index: number) => Violation | undefined,
): Violation | undefined {
  for (const [index, item] of items.entries()) {
    const violation = check(item, index)
    if (violation !== undefined) return violation
  }
  return undefined
}

/** True for an object of JSON, which an array and null are not. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The JSON type of a value. */
export function typeOf(value: unknown): JsonType {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return JSON_TYPES[typeof value] ?? 'nothing'
}

const JSON_TYPES: Readonly<Record<string, JsonType>> = { boolean: 'boolean', string: 'string', object: 'object' }

function choices(values: readonly string[]): string {
  return `one of ${values.map((value) => `'${value}'`).join(', ')}`
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
