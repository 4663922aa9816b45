import type { OpenAI } from 'openai'
import type { Failure } from '../training/life.ts'

/** A job's `error` for a failure. Codes and texts as OpenAI's jobs show them; the schema lists none. */
export function describeFailure(failure: Failure | undefined): OpenAI.FineTuning.FineTuningJob.Error {
  const usual = USUAL[failure?.reason ?? 'failed']
  return {
    code: failure?.code ?? usual.code,
    message: failure?.message ?? usual.message,
    param: failure?.param ?? usual.param,
  }
}

const USUAL: Readonly<Record<Failure['reason'], OpenAI.FineTuning.FineTuningJob.Error>> = {
  'refused-data': {
    code: 'invalid_training_file',
    message:
      'The job failed due to an unsafe training file. This training file was blocked by our moderation system because it contains examples that violate our usage policies.',
    param: 'training_file',
  },
  'refused-model': {
    code: 'unsafe_model',
    message: 'The job failed because the fine-tuned model did not pass our safety evaluations.',
    param: null,
  },
  failed: { code: 'server_error', message: 'The job failed due to an internal error.', param: null },
  'bad-file': {
    code: 'invalid_training_file',
    message: 'The job failed due to an invalid training file.',
    param: 'training_file',
  },
}
