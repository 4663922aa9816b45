import type { z } from 'zod'
import { AnytuneError } from '../errors.ts'
import { nearest } from '../nearest.ts'

/** Names the place of a key for a message: the file and, where it is known, the line. */
export type Locate = (path: readonly PropertyKey[]) => string

/**
 * Parses untrusted data and names what is wrong by key: what was found there is never repeated, it may be a secret.
 *
 * @throws AnytuneError `configuration`.
 */
export function checkShape<S extends z.ZodType>(schema: S, value: unknown, locate: Locate): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  if (issue === undefined) throw new AnytuneError('configuration', `${locate([])}: is not valid`)
  if (issue.code === 'unrecognized_keys') throw unknownKey(schema, issue, locate)
  const name = issue.path.length === 0 ? 'the configuration' : `"${issue.path.map(String).join('.')}"`
  throw new AnytuneError('configuration', `${locate(issue.path)}: ${name} ${fault(issue, value)}`, {
    data: { key: issue.path.map(String).join('.') },
  })
}

function unknownKey(schema: z.ZodType, issue: z.core.$ZodIssueUnrecognizedKeys, locate: Locate): AnytuneError {
  const key = issue.keys[0] ?? ''
  const path = [...issue.path, key]
  const allowed = issue.path.length === 0 ? keysOf(schema) : []
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

function keysOf(schema: z.ZodType): readonly string[] {
  if (!('shape' in schema) || typeof schema.shape !== 'object' || schema.shape === null) return []
  return Object.keys(schema.shape)
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
  if (issue.code === 'too_small') return 'must not be empty'
  if (issue.code === 'invalid_value') return `must be ${issue.values.map(String).join(' or ')}`
  // Both carry this project's own words: zod's could repeat the value.
  if (issue.code === 'custom') return issue.message
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? 'is not a usable name'
  return 'is not valid'
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
