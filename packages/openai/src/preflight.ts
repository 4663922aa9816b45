import type { Driver, PreflightCheck } from '@anytune/core/driver'
import { checkBaseModel, checkGrader } from '@anytune/openai-compatible'
import type { OpenAI } from 'openai'
import type { OpenAIJobOptions } from './job-options.ts'

/** Reads the base model with the account's key, says what cannot be read, and whether a grader stands where one is needed. */
export function preflightOf(client: OpenAI): NonNullable<Driver['preflight']> {
  return async ({ baseModel, method, providerOptions }, context) => {
    // As `options.job` returned it.
    const { reinforcement } = providerOptions as OpenAIJobOptions
    return [
      ...(await checkBaseModel(client, baseModel, context)),
      ...checkGrader('openai', method, reinforcement !== undefined),
      OPEN,
    ]
  }
}

const OPEN: PreflightCheck = {
  id: 'open-to-new-jobs',
  result: 'could-not-read',
  message: 'whether this organisation may still make jobs is told only when one is made',
  hint: 'OpenAI is winding fine-tuning down; a job that is refused for it costs nothing; the error names what removes the staged data',
}
