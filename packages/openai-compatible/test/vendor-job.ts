import type { VendorJob } from '@anytune/openai-compatible'

/** The job of the vendor's documentation that has just been made (CreateFineTuningJobRequest, sample response). */
const CREATED: VendorJob = {
  object: 'fine_tuning.job',
  id: 'ftjob-abc123',
  model: 'gpt-4o-mini-2024-07-18',
  created_at: 1_721_764_800,
  finished_at: null,
  fine_tuned_model: null,
  organization_id: 'org-123',
  result_files: [],
  status: 'queued',
  validation_file: null,
  training_file: 'file-abc123',
  hyperparameters: { n_epochs: 'auto', batch_size: 'auto', learning_rate_multiplier: 'auto' },
  trained_tokens: null,
  error: null,
  seed: 42,
  metadata: null,
}

/** The same with some members otherwise, or of a kind that no schema knows. */
export function vendorJob(given: object = {}): VendorJob {
  return { ...CREATED, ...given }
}
