import type { JobStatus, StagedDataset } from '@anytune/core/driver'

/** OpenAI's words, and those that services send beside them. */
export const JOB_STATUSES = {
  created: 'queued',
  pending: 'queued',
  validating_files: 'validating',
  queued: 'queued',
  running: 'running',
  pausing: 'pausing',
  paused: 'paused',
  resuming: 'queued',
  cancelling: 'cancelling',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
} as const satisfies Readonly<Record<string, JobStatus>>

/** A host's words for a file: OpenAI's, and those that services send beside them. */
export const FILE_STATUSES = {
  uploaded: 'processing',
  pending: 'processing',
  running: 'processing',
  processed: 'ready',
  error: 'failed',
} as const satisfies Readonly<Record<string, StagedDataset['status']>>
