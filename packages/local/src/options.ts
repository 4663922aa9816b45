import { fileURLToPath } from 'node:url'
import { AnytuneError, type ErrorCode } from '@anytune/core/driver'
import { z } from 'zod'

/** Options of `local()`. */
export interface LocalOptions {
  /**
   * Where datasets, jobs and models are kept. A relative path starts at the working directory; a configuration that shall work
   * from anywhere gives a URL: `new URL('.anytune/local/', import.meta.url)`. Default `.anytune/local`.
   */
  readonly directory?: string | URL
}

/** `providerOptions.local`: there are none. */
export type LocalJobOptions = Readonly<Record<string, never>>

const DEFAULT_DIRECTORY = '.anytune/local'

const OptionsSchema = z.strictObject({ directory: z.union([z.string().min(1), z.instanceof(URL)]).optional() })
const JobOptionsSchema = z.strictObject({})

/** The directory that the options name. @throws AnytuneError `configuration` for an unknown option or a bad one. */
export function parseOptions(options: unknown): { readonly directory: string } {
  const { directory = DEFAULT_DIRECTORY } = parse(OptionsSchema, 'configuration', 'local', options ?? {})
  if (typeof directory === 'string') return { directory }
  if (directory.protocol === 'file:') return { directory: fileURLToPath(directory) }
  throw new AnytuneError('configuration', 'local: directory must be a file URL or a path', {
    provider: 'local',
    hint: "give directory as a path, or as new URL('.anytune/local/', import.meta.url)",
  })
}

/** `providerOptions.local` of a job. @throws AnytuneError `invalid-argument` for any option. */
export function parseJobOptions(options: unknown): LocalJobOptions {
  return parse(JobOptionsSchema, 'invalid-argument', 'providerOptions.local', options ?? {})
}

function parse<T>(schema: z.ZodObject & z.ZodType<T>, code: ErrorCode, where: string, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const allowed = Object.keys(schema.shape)
  const [issue] = parsed.error.issues
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : []
  const fault =
    unknown.length > 0
      ? `there is no option ${unknown.map((key) => `"${key}"`).join(', ')}`
      : `${issue?.path.join('.') || 'the value'} is not valid: ${issue?.message ?? 'unknown reason'}`
  throw new AnytuneError(code, `${where}: ${fault}`, {
    provider: 'local',
    hint: allowed.length > 0 ? `the options are: ${allowed.join(', ')}` : 'there are no options; leave it out',
    data: { allowed },
  })
}
