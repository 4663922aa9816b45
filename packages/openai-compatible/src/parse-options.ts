import { AnytuneError, type ErrorCode } from '@anytune/core/driver'
import type { z } from 'zod'

/** Where options were given, for their errors. */
export interface OptionsPlace {
  readonly provider: string
  /** As the user wrote it, such as `providerOptions.openai`. */
  readonly where: string
  /** `configuration` for an adapter's own options, `invalid-argument` for those of a request. */
  readonly code: Extract<ErrorCode, 'configuration' | 'invalid-argument'>
}

/**
 * Strict parsing; an absent value is read as `{}`.
 *
 * @throws AnytuneError that names the key, what is wrong with it and which keys there are, and never the value: it may be a key.
 */
export function parseOptions<S extends z.ZodObject>(schema: S, value: unknown, place: OptionsPlace): z.output<S> {
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return parsed.data
  const allowed = Object.keys(schema.shape)
  const faults = parsed.error.issues.map(faultOf)
  throw new AnytuneError(place.code, `${place.where}: ${faults.join('; ')}`, {
    provider: place.provider,
    hint: allowed.length > 0 ? `the options are: ${allowed.join(', ')}` : 'there are no options; leave it out',
    data: { allowed },
  })
}

function faultOf(issue: z.core.$ZodIssue): string {
  const at = issue.path.join('.')
  if (issue.code !== 'unrecognized_keys') return at === '' ? issue.message : `${at}: ${issue.message}`
  const keys = issue.keys.map((key) => `"${[...issue.path, key].join('.')}"`)
  return `there is no option ${keys.join(', ')}`
}
