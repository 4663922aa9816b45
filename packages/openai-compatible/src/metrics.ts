/**
 * The service's names of metrics, in events, checkpoints and result files, and ours. Sources: OpenAI's supervised guide (event data,
 * result file), OpenAPI document 2.3.0 (FineTuningJobCheckpoint), Azure's documentation of reinforcement training and of its result file.
 */
const NAMES: Readonly<Record<string, string>> = {
  train_loss: 'loss',
  valid_loss: 'validationLoss',
  full_valid_loss: 'fullValidationLoss',
  train_accuracy: 'tokenAccuracy',
  train_mean_token_accuracy: 'tokenAccuracy',
  valid_accuracy: 'validationTokenAccuracy',
  valid_mean_token_accuracy: 'validationTokenAccuracy',
  validation_mean_token_accuracy: 'validationTokenAccuracy',
  full_valid_mean_token_accuracy: 'fullValidationTokenAccuracy',
  train_reward_mean: 'reward',
  valid_reward_mean: 'validationReward',
  full_valid_reward_mean: 'fullValidationReward',
  train_reasoning_tokens_mean: 'reasoningTokens',
  valid_reasoning_tokens_mean: 'validationReasoningTokens',
  learning_rate: 'learningRate',
}

/** Our name of a metric: camel case, also for one that is not in the table. */
export function metricName(vendorName: string): string {
  if (Object.hasOwn(NAMES, vendorName)) return NAMES[vendorName] ?? vendorName
  return vendorName.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
