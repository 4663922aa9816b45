import { parseOptions, present, reinforcementSchema } from '@anytune/openai-compatible'
import type { OpenAI } from 'openai'
import { z } from 'zod'

const schema = z.strictObject({
  /** The grader of a reinforcement job, and its own numbers. */
  reinforcement: reinforcementSchema.optional(),
  /** Metrics of the job go to Weights & Biases, a third party, under a key that the account has registered there. */
  weightsAndBiases: z
    .strictObject({
      project: z.string().min(1),
      name: z.string().min(1).optional(),
      entity: z.string().min(1).optional(),
      tags: z.array(z.string().min(1)).optional(),
    })
    .optional(),
})

/** `providerOptions.openai` of a job. */
export type OpenAIJobOptions = z.output<typeof schema>

/** @throws AnytuneError `invalid-argument` that names the option and what is wrong with it. */
export function parseJobOptions(value: unknown): OpenAIJobOptions {
  return parseOptions(schema, value, { provider: 'openai', where: 'providerOptions.openai', code: 'invalid-argument' })
}

/** The integrations of a request; undefined for none. */
export function toIntegrations({
  weightsAndBiases,
}: OpenAIJobOptions): OpenAI.FineTuning.JobCreateParams['integrations'] {
  return weightsAndBiases && [{ type: 'wandb', wandb: present(weightsAndBiases) }]
}
