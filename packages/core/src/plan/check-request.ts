import type { DatasetSource } from '@anytune/dataset'
import { z } from 'zod'
import type { Driver, Hyperparameters, Method } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import { ALLOWABLE, type AllowableFinding } from './allow.ts'
import type { DatasetInput, PlanRequest } from './request.ts'

/** A request with every field that any provider has: what `plan` works with once the types have done their part. */
export interface AnyRequest {
  readonly baseModel: string
  readonly method: Method
  readonly training: string | DatasetInput
  readonly validation?: string | DatasetInput
  readonly hyperparameters?: Readonly<Hyperparameters>
  readonly suffix?: string
  readonly seed?: number
  readonly metadata?: Readonly<Record<string, string>>
  readonly providerOptions?: Readonly<Record<string, object>>
  readonly skipRejected?: boolean
  readonly allow?: readonly AllowableFinding[]
}

const datasetSource = z.custom<DatasetSource>(
  (value) => typeof value === 'object' && value !== null && 'open' in value && typeof value.open === 'function',
)
const datasetInput = z.union(
  [
    z.string().min(1),
    z.strictObject({
      source: z.union([z.string().min(1), datasetSource]),
      class: z.string().optional(),
      format: z.string().optional(),
    }),
  ],
  { error: 'must be a path, or dataset(source) with no other options than class and format' },
)

const requestSchema = z.strictObject({
  baseModel: z.string().min(1, { error: 'must name a base model' }),
  // Which methods there are is the driver's to say: assertSupported lists them.
  method: z.string().min(1, { error: 'must name a method' }),
  training: datasetInput,
  validation: datasetInput.optional(),
  hyperparameters: z.record(z.string(), z.number({ error: 'must be a number' }).optional()).optional(),
  suffix: z.string().min(1, { error: 'must not be empty' }).optional(),
  seed: z.int({ error: 'must be a whole number' }).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  providerOptions: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  skipRejected: z.boolean().optional(),
  allow: z.array(z.enum(ALLOWABLE, { error: `must be of ${ALLOWABLE.join(', ')}` })).optional(),
})

/**
 * What the types promise, checked for callers that have none.
 *
 * @throws AnytuneError `invalid-argument` naming each field.
 */
export function checkRequest<D extends Driver>(request: PlanRequest<D>): AnyRequest {
  const parsed = requestSchema.safeParse(request)
  if (parsed.success) return parsed.data as AnyRequest
  const fields = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.') || (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : 'request'),
    problem: issue.code === 'unrecognized_keys' ? 'is not a field of a request' : issue.message,
  }))
  const [first] = fields
  throw new AnytuneError('invalid-argument', `${first?.field ?? 'request'}: ${first?.problem ?? 'is not valid'}`, {
    hint: `the fields are ${Object.keys(requestSchema.shape).join(', ')}`,
    data: { fields },
  })
}
