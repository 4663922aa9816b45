import type { z } from 'zod'
import { AnytuneError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { keysAt } from './schema-keys.ts'

/** Names the place of a key for a message: the file and, where it is known, the line. */
export type Locate = (path: readonly PropertyKey[]) => string

/**
 * Parses untrusted data and names what is wrong by key: what was found there is never repeated, it may be a secret.
 *
 * @param whole How messages call all of it.
 * @throws AnytuneError `configuration`.
 */
export function checkShape<S extends z.ZodType>(
  schema: S,
  value: unknown,
  locate: Locate,
  whole = 'the configuration',
): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [first] = result.error.issues
  if (first === undefined) throw new AnytuneError('configuration', `${locate([])}: is not valid`)
  const issue = foremost(first)
  if (issue.code === 'unrecognized_keys') throw unknownKey(schema, issue, locate)
  const name = issue.path.length === 0 ? whole : `"${issue.path.map(String).join('.')}"`
  throw new AnytuneError('configuration', `${locate(issue.path)}: ${name} ${fault(issue, value)}`, {
    data: { key: issue.path.map(String).join('.') },
  })
}

/** Of a choice that nothing satisfies: what is wrong within the alternative that fits best, where one fits in part. */
function foremost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const [best] = issue.errors
    .flatMap(([first, ...rest]) => (first === undefined ? [] : [{ first, depth: depthOf(first), rest: rest.length }]))
    .toSorted((one, other) => other.depth - one.depth || one.rest - other.rest)
  if (best === undefined || best.depth === 0) return issue
  return foremost({ ...best.first, path: [...issue.path, ...best.first.path] })
}

/** An unknown key is found within what has the right kind. */
function depthOf({ code, path }: z.core.$ZodIssue): number {
  return code === 'unrecognized_keys' ? path.length + 1 : path.length
}

function unknownKey(schema: z.ZodType, issue: z.core.$ZodIssueUnrecognizedKeys, locate: Locate): AnytuneError {
  const key = issue.keys[0] ?? ''
  const path = [...issue.path, key]
  // Of a choice the keys of another alternative are allowed, and not beside these.
  const allowed = keysAt(schema, issue.path).filter((one) => !issue.keys.includes(one))
  const meant = nearest(key, allowed)
  const hints = [
    ...(meant === undefined ? [] : [`did you mean "${meant}"?`]),
    ...(allowed.length === 0 ? [] : [`allowed keys: ${allowed.join(', ')}`]),
  ]
  return new AnytuneError('configuration', `${locate(path)}: unknown key "${path.map(String).join('.')}"`, {
    ...(hints.length === 0 ? {} : { hint: hints.join(' ') }),
    data: { key: path.map(String).join('.'), allowed },
  })
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'must be text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  object: 'must be a set of keys and values',
  record: 'must be a set of keys and values',
  array: 'must be a list',
}

function fault(issue: z.core.$ZodIssue, root: unknown): string {
  if (isMissing(root, issue.path)) return 'is missing'
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? `must be ${issue.expected}`
  if (issue.code === 'too_small')
    return issue.origin === 'number' ? `must be ${issue.minimum} or more` : 'must not be empty'
  if (issue.code === 'invalid_value') return `must be ${issue.values.map(String).join(' or ')}`
  // Both carry this project's own words: zod's could repeat the value.
  if (issue.code === 'custom') return issue.message
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? 'is not a usable name'
  if (issue.code === 'invalid_union') return alternatives(issue)
  return 'is not valid'
}

/** What each alternative takes, where all of them can say it. */
function alternatives({ errors }: z.core.$ZodIssueInvalidUnion): string {
  const faults = errors.map(([first]) => (first === undefined ? '' : fault(first, undefined)))
  const takes = 'must be '
  if (faults.length === 0 || !faults.every((one) => one.startsWith(takes))) return 'is not valid'
  return takes + faults.map((one) => one.slice(takes.length)).join(' or ')
}

function isMissing(root: unknown, path: readonly PropertyKey[]): boolean {
  if (path.length === 0) return false
  let value = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return false
    value = Reflect.get(value, key)
  }
  return value === undefined
}
