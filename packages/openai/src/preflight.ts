import type { Driver, PreflightCheck } from '@anytune/core/driver'
import { checkBaseModel } from '@anytune/openai-compatible'
import type { OpenAI } from 'openai'

/** Reads the base model with the account's key, and says what cannot be read. */
export function preflightOf(client: OpenAI): NonNullable<Driver['preflight']> {
  return async ({ baseModel }, context) => [...(await checkBaseModel(client, baseModel, context)), OPEN]
}

const OPEN: PreflightCheck = {
  id: 'open-to-new-jobs',
  result: 'could-not-read',
  message: 'whether this organisation may still make jobs is told only when one is made',
  hint: 'OpenAI is winding fine-tuning down; a job that is refused for it costs nothing; the error names what removes the staged data',
}
