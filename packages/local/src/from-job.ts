import type { Job, JobFile, JobStatus } from '@anytune/core/driver'
import type { JobRecord, LaunchRecord, RequestRecord, StatusRecord } from './records.ts'

/** Everything that can be seen of a job without touching it. */
export interface JobFacts {
  readonly id: string
  /** The job's directory, where its log is. */
  readonly directory: string
  /** Undefined when `job.json` cannot be read as one. */
  readonly record: JobRecord | undefined
  readonly launch: LaunchRecord | undefined
  /** `damaged` when `status.json` cannot be read as one. */
  readonly status: StatusRecord | 'damaged' | undefined
  readonly cancel: RequestRecord | undefined
  readonly pause: RequestRecord | undefined
  /** The process that starts the runner lives, or the runner that it started. */
  readonly launching: boolean
  /** A living process holds the job's lock. */
  readonly held: boolean
  /** The model is there, whole. */
  readonly modelReady: boolean
}

/** A job's own files, as {@link Job.raw} shows them. */
export type LocalJob = Omit<JobFacts, 'modelReady' | 'status'> & { readonly status: StatusRecord | undefined }

/** How long a runner may take to come up before its absence means that it died. */
export const STARTING_MS = 15_000

type RawStatus =
  | StatusRecord['state']
  | 'starting'
  | 'cancelling'
  | 'pausing'
  | 'paused'
  /** The runner died: killed, or the computer was switched off. `resume` goes on from the last checkpoint. */
  | 'interrupted'
  | 'unreadable'

const STATUS = {
  starting: 'queued',
  validating: 'validating',
  running: 'running',
  pausing: 'pausing',
  paused: 'paused',
  interrupted: 'paused',
  cancelling: 'cancelling',
  cancelled: 'cancelled',
  succeeded: 'succeeded',
  failed: 'failed',
  unreadable: 'unknown',
} as const satisfies Record<RawStatus, JobStatus>

/** What the files and the lock say together; reading them changes nothing, so a dead runner's job is seen as it is. */
export function fromJob(facts: JobFacts, now: Date): Job<LocalJob> {
  const { modelReady, ...seen } = facts
  const { record } = facts
  const status = facts.status === 'damaged' ? undefined : facts.status
  const rawStatus = rawStatusOf(facts, now)
  const base = { id: facts.id, status: STATUS[rawStatus], rawStatus, raw: { ...seen, status } }
  const finishedAt = finishOf(rawStatus, status, facts.cancel)
  return {
    ...base,
    ...(record !== undefined && {
      baseModel: record.baseModel,
      createdAt: new Date(record.createdAt),
      files: filesOf(record),
    }),
    ...(status !== undefined && { startedAt: new Date(status.startedAt) }),
    ...(finishedAt !== undefined && { finishedAt: new Date(finishedAt) }),
    ...(rawStatus === 'succeeded' && modelReady && record !== undefined && { model: record.model }),
    ...(rawStatus === 'unreadable' && { failure: UNREADABLE }),
    ...(rawStatus === 'failed' && status?.failure !== undefined && { failure: status.failure }),
    ...(rawStatus === 'failed' && status?.resumable === true && { resumable: true }),
    ...(status?.progress !== undefined && { progress: status.progress }),
    ...(status?.trainedTokens !== undefined && { trainedTokens: status.trainedTokens }),
  }
}

function filesOf({ training, validation }: JobRecord): readonly JobFile[] {
  const given = [{ role: 'training', id: training.id } as const]
  return validation === undefined ? given : [...given, { role: 'validation', id: validation.id }]
}

const UNREADABLE = { code: 'unreadable', message: 'a file of this job is damaged, or of a newer version' }

function rawStatusOf(facts: JobFacts, now: Date): RawStatus {
  const { status, held, launch } = facts
  // Also a job that cannot be read can be ended.
  if (facts.record === undefined || status === 'damaged') {
    return facts.cancel !== undefined && !held ? 'cancelled' : 'unreadable'
  }
  const heard = status !== undefined && (launch === undefined || Date.parse(status.at) >= Date.parse(launch.at))
  if (status?.state === 'succeeded' || status?.state === 'cancelled') return status.state
  if (facts.cancel !== undefined && status?.state !== 'failed') return held ? 'cancelling' : 'cancelled'
  // A failure from before the last start is the one that it was started to overcome.
  if (status?.state === 'failed' && (heard || !isComing(facts, now))) return 'failed'
  if (held && facts.pause !== undefined) return 'pausing'
  if (held) return heard ? status.state : 'starting'
  if (facts.pause !== undefined) return 'paused'
  return !heard && isComing(facts, now) ? 'starting' : 'interrupted'
}

/** True while a runner that was started may still come up, or has just done so. */
function isComing({ launch, launching, held }: JobFacts, now: Date): boolean {
  // The time limit is for process numbers that were given to others meanwhile.
  return held || (launching && launch !== undefined && now.getTime() - Date.parse(launch.at) < STARTING_MS)
}

function finishOf(
  rawStatus: RawStatus,
  status: StatusRecord | undefined,
  cancel: RequestRecord | undefined,
): string | undefined {
  if (rawStatus === 'cancelled') return status?.finishedAt ?? cancel?.at
  return rawStatus === 'succeeded' || rawStatus === 'failed' ? status?.finishedAt : undefined
}
