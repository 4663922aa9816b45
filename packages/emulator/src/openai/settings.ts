import { EmulatorError } from '../errors.ts'
import { checkShape, choice, flag, nullable, object, optional, whole } from '../server/shape.ts'

/** How OpenAI treats an account. */
export interface OpenAISettings {
  /** `closed`: no new jobs, as for organizations that the vendor has locked out. */
  readonly training: 'open' | 'closed'
  /** What the organization has agreed on the retention of its data; null: nothing, which the vendor's schema has no word for. */
  readonly dataRetention: RetentionAgreement | null
  /** The same of its one project. */
  readonly projectDataRetention: RetentionAgreement | 'organization_default' | 'none'
  /** Whether models end on their shutdown date by the emulator's clock. Off, so that no test expires. */
  readonly enforceShutdowns: boolean
  /** How long a file is `uploaded` before it is `processed`, in milliseconds of the emulator's clock. */
  readonly processingMilliseconds: number
  readonly minimumExamples: number
  /** The largest file in one request, the largest part and the largest upload, in bytes. */
  readonly fileBytes: number
  readonly partBytes: number
  readonly uploadBytes: number
  /** More requests in a window, by the emulator's clock, are answered 429 with Retry-After. Null: no limit. */
  readonly rateLimit: { readonly requests: number; readonly windowMilliseconds: number } | null
}

const AGREEMENTS = [
  'zero_data_retention',
  'modified_abuse_monitoring',
  'enhanced_zero_data_retention',
  'enhanced_modified_abuse_monitoring',
] as const
export type RetentionAgreement = (typeof AGREEMENTS)[number]

const MEGABYTE = 1024 * 1024

/** As the vendor documents them; the processing time is short. */
export const DEFAULT_SETTINGS: OpenAISettings = {
  training: 'open',
  dataRetention: null,
  projectDataRetention: 'organization_default',
  enforceShutdowns: false,
  processingMilliseconds: 50,
  minimumExamples: 10,
  fileBytes: 512 * MEGABYTE,
  partBytes: 64 * MEGABYTE,
  uploadBytes: 8 * 1024 * MEGABYTE,
  rateLimit: null,
}

/** Some settings from outside; throws an `EmulatorError` that says what is wrong. */
export function parseSettings(value: unknown): Partial<OpenAISettings> {
  const violation = checkShape(SETTINGS, value)
  if (violation === undefined) return value as Partial<OpenAISettings> // the shape says so
  const { path, rule, expected } = violation
  throw new EmulatorError(rule === 'unknown' ? `OpenAI has no setting "${path}"` : `${path} must be ${expected}`)
}

const count = whole({ minimum: 0 })

const SETTINGS = object({
  training: optional(choice('open', 'closed')),
  dataRetention: optional(nullable(choice(...AGREEMENTS))),
  projectDataRetention: optional(choice(...AGREEMENTS, 'organization_default', 'none')),
  enforceShutdowns: optional(flag),
  processingMilliseconds: optional(count),
  minimumExamples: optional(count),
  fileBytes: optional(count),
  partBytes: optional(count),
  uploadBytes: optional(count),
  rateLimit: optional(nullable(object({ requests: whole({ minimum: 1 }), windowMilliseconds: whole({ minimum: 1 }) }))),
})
