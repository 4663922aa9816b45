import type { CallOptions, Job, Tuner } from '@anytune/core'
import { interruptible } from '../interrupt.ts'
import { printList } from '../list.ts'
import { nextCommand } from '../next-command.ts'
import { withTuner } from '../open-tuner.ts'
import { countOption } from '../options.ts'
import { jobFields, jobText } from '../output/job-text.ts'
import { statusText } from '../output/progress.ts'
import { safeLine } from '../output/safe-text.ts'
import { fields } from '../output/table.ts'
import { moment } from '../output/units.ts'
import type { Program } from '../program.ts'
import { EXIT_CODES, INTERRUPTED, SUCCESS } from '../exit-codes.ts'
import type { Cli, Session } from '../session.ts'
import { watch } from '../watch.ts'

const CHANGES = {
  cancel: {
    description: 'cancel a job',
    change: (tuner, id, options) => tuner.jobs.cancel(id, options),
  },
  pause: {
    description: 'pause a job, where the provider can',
    change: (tuner, id, options) => tuner.jobs.pause(id, options),
  },
  resume: {
    description: 'go on with a paused job',
    change: (tuner, id, options) => tuner.jobs.resume(id, options),
  },
} as const satisfies Readonly<
  Record<
    string,
    {
      description: string
      change: (tuner: Tuner, id: string, options: CallOptions) => Promise<Job>
    }
  >
>

/** `anytune jobs …` */
export function addJobs(program: Program, cli: Cli): void {
  const jobs = program.command('jobs').description('the provider’s fine-tuning jobs, whoever started them')
  jobs
    .command('list')
    .description('list jobs, newest first')
    .option('--limit <count>', 'how many', countOption, 20)
    .action((options, command) => cli.run(command.optsWithGlobals(), (session) => list(session, options.limit)))
  jobs
    .command('show')
    .description('show a job; --json adds the provider’s own object')
    .argument('<job>', 'id or reference')
    .action((id, _options, command) => cli.run(command.optsWithGlobals(), (session) => show(session, id)))
  jobs
    .command('watch')
    .description('tell what happens, until the job ends')
    .argument('<job>', 'id or reference')
    .option('--after <cursor>', 'go on after the event with this cursor')
    .action((id, options, command) =>
      cli.run(command.optsWithGlobals(), (session) => watchTheJob(session, id, options.after)),
    )
  for (const [name, { description, change }] of Object.entries(CHANGES)) {
    jobs
      .command(name)
      .description(description)
      .argument('<job>', 'id or reference')
      .action((id, _options, command) =>
        cli.run(command.optsWithGlobals(), async (session) =>
          printJob(session, await query(session, (tuner, options) => change(tuner, id, options))),
        ),
      )
  }
}

function list(session: Session, limit: number): Promise<void> {
  return printList(session, {
    limit,
    open: (tuner, options) => tuner.jobs.list(options),
    data: ({ raw: _raw, ...job }) => job,
    headings: ['JOB', 'STATUS', 'BASE MODEL', 'CREATED', 'MODEL'],
    row: (job) => [
      safeLine(job.id),
      statusText(job.status, job.rawStatus),
      safeLine(job.baseModel ?? ''),
      job.createdAt === undefined ? '' : moment(job.createdAt),
      safeLine(job.model ?? ''),
    ],
    empty: 'the provider has no fine-tuning jobs',
  })
}

async function show(session: Session, id: string): Promise<void> {
  printJob(session, await query(session, (tuner, options) => tuner.jobs.get(id, options)))
}

function printJob({ output }: Session, job: Job): void {
  output.result(job, () => jobText(job))
}

/** Watches to the end; the exit code says whether the job succeeded. */
async function watchTheJob(session: Session, id: string, after: string | undefined): Promise<number> {
  const goOn = nextCommand(session, { do: 'resume-job', job: id })
  return withTuner(session, async (tuner) => {
    const cancelled = await watch(
      session,
      {
        kind: 'job',
        id,
        again: nextCommand(session, { do: 'watch-job', job: id }),
        goOn,
        events: (options) => tuner.jobs.watch(id, options),
        cancel: () => tuner.jobs.cancel(id),
      },
      { after },
    )
    const job = await tuner.jobs.get(id)
    const { raw: _raw, ...facts } = job
    const next = job.resumable ? { next: goOn } : {}
    session.output.result({ type: 'result', ...facts, ...next }, () => fields({ ...jobFields(job), ...next }))
    if (cancelled && job.status === 'cancelled') return INTERRUPTED
    return job.status === 'succeeded' ? SUCCESS : EXIT_CODES['job-failed']
  })
}

function query<T>(session: Session, call: (tuner: Tuner, options: CallOptions) => Promise<T>): Promise<T> {
  return withTuner(session, (tuner) => interruptible((signal) => call(tuner, { signal })))
}
