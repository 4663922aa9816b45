import type { Plan, Run, StartProgress, Tuner } from '@anytune/core'
import { Interrupted, interruptible } from './interrupt.ts'
import { nextCommand } from './next-command.ts'
import { startLine } from './output/event-line.ts'
import { fields } from './output/table.ts'
import { INTERRUPTED, SUCCESS } from './exit-codes.ts'
import type { Session } from './session.ts'
import { watch, type WatchChoices, type Watched } from './watch.ts'

/** How a run is started or gone on with: `start` gives the run once the provider has accepted the job. */
export interface Start {
  /** The plan of a new run, or the id of one that exists. */
  readonly of: Plan | string
  readonly start: (options: { signal: AbortSignal; onProgress: (progress: StartProgress) => void }) => Promise<Run>
}

/** Starts a run and says where it can be found, however the start ends. */
export async function startRun(session: Session, tuner: Tuner, { of, start }: Start): Promise<Run> {
  const { output } = session
  const onProgress = (progress: StartProgress) => {
    // Bytes come many times a second; the step says when they are all there.
    if (progress.type === 'step') output.progress({ ...progress, type: 'start' }, () => startLine(progress))
  }
  try {
    return await interruptible((signal) => start({ signal, onProgress }))
  } catch (error) {
    // Another error of a run names what can be done next itself.
    if (!(error instanceof Interrupted)) throw error
    const id = typeof of === 'string' ? of : await runOfPlan(tuner, of)
    throw id === undefined ? error : stopped(session, id)
  }
}

/** Watches a run to its end, and prints the model; 130 when the user had it cancelled. */
export async function watchRun(session: Session, run: Run, choices: WatchChoices): Promise<number> {
  const cancelled = await watch(session, watchedRun(session, run), choices)
  const job = await run.job()
  if (cancelled && job.status === 'cancelled') {
    session.output.result(
      { type: 'result', run: run.id, job: job.id, status: job.status },
      () => `cancelled  ${run.id}`,
    )
    return INTERRUPTED
  }
  const model = await run.model()
  const next = model.needsDeployment
    ? nextCommand(session, { do: 'deploy', model: run.id })
    : nextCommand(session, { do: 'chat', model: model.id })
  session.output.result(
    {
      type: 'result',
      run: run.id,
      job: job.id,
      status: job.status,
      model: model.id,
      reference: model.reference,
      next,
    },
    () => fields({ run: run.id, model: model.id, next }),
  )
  return SUCCESS
}

/** Prints where a submitted run can be found again. */
export async function leaveRun(session: Session, run: Run): Promise<number> {
  const job = await run.job()
  const next = nextCommand(session, { do: 'watch-run', run: run.id })
  session.output.result(
    {
      type: 'result',
      run: run.id,
      job: job.id,
      status: job.status,
      reference: run.reference,
      next,
    },
    () => fields({ run: run.id, job: job.id, status: job.status, next }),
  )
  return SUCCESS
}

function watchedRun(session: Session, run: Run): Watched {
  return {
    kind: 'run',
    id: run.id,
    again: nextCommand(session, { do: 'watch-run', run: run.id }),
    goOn: nextCommand(session, { do: 'resume-run', run: run.id }),
    events: (options) => run.events(options),
    cancel: () => run.cancel(),
  }
}

/** The run that was opened for this plan, if it came so far; a plan's digest is its own. */
export async function runOfPlan(tuner: Tuner, plan: Plan): Promise<string | undefined> {
  for await (const { id, createdAt, provider } of tuner.runs.list()) {
    if (createdAt < new Date(plan.createdAt)) return undefined
    if (provider === plan.provider && (await tuner.runs.get(id)).plan.digest === plan.digest) return id
  }
  return undefined
}

function stopped(session: Session, run: string): Interrupted {
  const next = nextCommand(session, { do: 'resume-run', run })
  return new Interrupted(`stopped while it was being started; to go on: ${next}`, { run, next })
}
