import { z } from 'zod'
import { parseOptions } from './parse-options.ts'

/** Options of `openaiCompatible()`. */
export interface CompatibleOptions<Form extends 'method' | 'legacy' = 'method' | 'legacy'> {
  /** With its path, such as `https://host.example/v1`. */
  readonly baseURL: string
  readonly apiKey: string | (() => Promise<string>)
  readonly headers?: Readonly<Record<string, string>>
  /** Default `method`. `legacy`: the deprecated `hyperparameters` beside the model, supervised training alone. */
  readonly hyperparametersForm?: Form
  /** False for a host that refuses metadata in a job. Default true. */
  readonly metadata?: boolean
  /** True for a host that looks at a file only when a job asks for it: its files are `uploaded` for ever. Default false. */
  readonly filesStayUploaded?: boolean
  /** What the ids of fine-tuned models begin with. Default `ft:`. */
  readonly fineTunedPrefix?: string
  /** A file of more bytes is sent in parts; a host without uploads gets it whole. Default 64 MiB. */
  readonly uploadAboveBytes?: number
  /** Patience for a request that carries no file, in milliseconds. Default one minute. */
  readonly timeoutMs?: number
  /** How often a job may be looked at. */
  readonly polling?: { readonly firstMs: number; readonly maximumMs: number }
  /** Used for every request: for a proxy of its own, certificates of a client, or looking on. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch
}

const MEBIBYTE = 1024 * 1024

/** A key or a token: what a header can carry. A line break at its end is what reading it from a file leaves. */
export const secretSchema = z
  .string()
  .regex(/^[!-~]+$/, 'must be a key alone, without line breaks, spaces or characters beyond ASCII')

/** Members that adapters of this wire format share. */
export const connectionShape = {
  apiKey: z.union([secretSchema, z.custom<() => Promise<string>>((value) => typeof value === 'function')], {
    error:
      'must be a key alone, without line breaks, spaces or characters beyond ASCII, or a function that fetches one',
  }),
  // fetch refuses an address that holds a user.
  baseURL: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
    .refine((address) => !/^https?:\/\/[^/]*@/.test(address), 'must hold no user and no password'),
  headers: z.record(z.string(), z.string()).optional(),
  timeoutMs: z.int().min(1).optional(),
  polling: z.strictObject({ firstMs: z.int().min(1), maximumMs: z.int().min(1) }).optional(),
  fetch: z
    .custom<typeof globalThis.fetch>((value) => typeof value === 'function', 'must be a function like the global fetch')
    .optional(),
}

/** Sizes of uploads for the vendors whose limits are 512 MB a file and 64 MB a part. */
export const uploadShape = {
  // The one request that carries a whole file is sent again from its start when it fails, and its fate is told by a list alone;
  // of parts only the one that failed is, and nothing exists before they are completed. So parts begin long before the limit.
  uploadAboveBytes: z
    .int()
    .min(0)
    .max(512 * MEBIBYTE)
    .default(32 * MEBIBYTE),
  partBytes: z
    .int()
    .min(1)
    .max(64 * MEBIBYTE)
    .default(16 * MEBIBYTE),
}

const schema = z.strictObject({
  ...connectionShape,
  hyperparametersForm: z.enum(['method', 'legacy']).default('method'),
  metadata: z.boolean().default(true),
  filesStayUploaded: z.boolean().default(false),
  fineTunedPrefix: z.string().min(1).default('ft:'),
  uploadAboveBytes: z
    .int()
    .min(0)
    .default(64 * MEBIBYTE),
})

/** The options with their defaults. */
export type CompatibleSettings = z.output<typeof schema>

/** @throws AnytuneError `configuration` for an unknown option or a bad one. */
export function parseCompatibleOptions(options: unknown): CompatibleSettings {
  return parseOptions(schema, options, {
    provider: 'openai-compatible',
    where: 'openai-compatible',
    code: 'configuration',
  })
}

const jobSchema = z.strictObject({})

/** `providerOptions['openai-compatible']` of a job: there are none. */
export type CompatibleJobOptions = Readonly<Record<string, never>>

/** @throws AnytuneError `invalid-argument` for any option. */
export function parseCompatibleJobOptions(value: unknown): CompatibleJobOptions {
  return parseOptions(jobSchema, value, {
    provider: 'openai-compatible',
    where: 'providerOptions.openai-compatible',
    code: 'invalid-argument',
  })
}
