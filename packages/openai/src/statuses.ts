import type { JobStatus, StagedDataset } from '@anytune/core/driver'
import type { OpenAI } from 'openai'

/** The SDK's union, and the words that the service sends beside it: `paused` is in its documentation's own example. */
export const JOB_STATUSES: Record<
  OpenAI.FineTuning.FineTuningJob['status'] | 'pausing' | 'paused' | 'resuming',
  JobStatus
> = {
  // Not the end of anything: the job goes on by itself.
  validating_files: 'validating',
  queued: 'queued',
  running: 'running',
  pausing: 'pausing',
  paused: 'paused',
  resuming: 'queued',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
}

export const FILE_STATUSES: Record<OpenAI.FileObject['status'], StagedDataset['status']> = {
  uploaded: 'processing',
  processed: 'ready',
  error: 'failed',
}
