import { parseOptions } from '@anytune/openai-compatible'
import type { AzureChatExtensionConfiguration } from '@azure/openai/types'
import { z } from 'zod'

/** `providerOptions.azure` of a question. */
export interface AzureChatOptions {
  /**
   * Where the service looks for facts before the model answers ("on your data"): the question goes to those as well. Each is given
   * as the service takes it, with its own `authentication`.
   */
  readonly dataSources?: readonly AzureChatExtensionConfiguration[]
}

const chatSchema = z.strictObject({
  dataSources: z
    .array(z.strictObject({ type: z.string().min(1), parameters: z.record(z.string(), z.unknown()) }))
    .min(1)
    .optional(),
})

/** @throws AnytuneError `invalid-argument` that names the key and which keys there are. */
export function parseChatOptions(value: unknown): AzureChatOptions {
  // The parameters of each kind are the service's to judge.
  return parseOptions(chatSchema, value, {
    provider: 'azure',
    where: 'providerOptions.azure',
    code: 'invalid-argument',
  }) as AzureChatOptions
}

/** The members of a request that say so. */
export function toChatMembers({ dataSources }: AzureChatOptions): object {
  return dataSources === undefined ? {} : { data_sources: dataSources }
}
