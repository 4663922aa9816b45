import { AnytuneError } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import type { Reinforcement } from './reinforcement.ts'
import { present } from './values.ts'

type Request = OpenAI.FineTuning.ReinforcementMethod

/**
 * The reinforcement part of a request.
 *
 * @throws AnytuneError `invalid-argument` without a grader.
 */
export function toReinforcement(numbers: object, options: Reinforcement | undefined): Request {
  if (options === undefined) {
    throw new AnytuneError('invalid-argument', 'reinforcement training needs a grader', {
      operation: 'jobs.create',
      hint: 'give providerOptions with reinforcement: { grader: … }',
    })
  }
  const { grader, computeMultiplier, evalInterval, evalSamples, reasoningEffort } = options
  const hyperparameters = {
    ...numbers,
    ...present({
      compute_multiplier: computeMultiplier,
      eval_interval: evalInterval,
      eval_samples: evalSamples,
      reasoning_effort: reasoningEffort,
    }),
  }
  return {
    // The SDK types the graders of a `multi` grader as one; the service takes a map of them by name.
    grader: grader as unknown as Request['grader'],
    ...(Object.keys(hyperparameters).length > 0 && { hyperparameters }),
  }
}
