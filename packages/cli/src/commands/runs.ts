import type { Job, Run, RunSummary, Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { decisionOf, type DecisionFlags } from '../decision.ts'
import { containerOption, mapOption, textUnitOption } from '../dataset-inputs.ts'
import { INCOMPLETE } from '../exit-codes.ts'
import { understand } from '../failure.ts'
import { interruptible } from '../interrupt.ts'
import { nextCommand } from '../next-command.ts'
import { withTuner } from '../open-tuner.ts'
import { jobFields } from '../output/job-text.ts'
import { planText } from '../output/plan-text.ts'
import { planTelling } from '../plan-telling.ts'
import { safeLine } from '../output/safe-text.ts'
import { fields, table } from '../output/table.ts'
import { moment } from '../output/units.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'
import { tellWhoSaw } from '../saw-rows.ts'
import { leaveRun, startRun, watchRun } from '../start-run.ts'

/** `anytune runs …` */
export function addRuns(program: Program, cli: Cli): void {
  const runs = program.command('runs').description('the runs that were started with this configuration')
  runs
    .command('list')
    .description('list runs, newest first')
    .action((_options, command) => cli.run(command.optsWithGlobals(), list))
  runs
    .command('show')
    .description('show a run: its plan and where its job stands')
    .argument('<run>', 'id or reference')
    .action((id, _options, command) => cli.run(command.optsWithGlobals(), (session) => show(session, id)))
  runs
    .command('watch')
    .description('tell what happened and what happens, until the job ends')
    .argument('<run>', 'id or reference')
    .option('--after <cursor>', 'go on after the event with this cursor')
    .action((id, options, command) =>
      cli.run(command.optsWithGlobals(), (session) => watch(session, id, options.after)),
    )
  runs
    .command('resume')
    .description('go on with a run from wherever it was left, and watch it; makes nothing twice')
    .argument('<run>', 'id or reference')
    .option('--adopt <id>', 'after needs-decision: take the thing with this id at the provider as ours')
    .option('--create-again', 'after needs-decision: have it made again')
    .option('--detach', 'leave once the job is submitted')
    .addHelpText('after', examples('anytune runs resume run-k3v9', 'anytune runs resume run-k3v9 --adopt ftjob-17'))
    .action((id, options, command) => cli.run(command.optsWithGlobals(), (session) => resume(session, id, options)))
  runs
    .command('cancel')
    .description('cancel a run’s job')
    .argument('<run>', 'id or reference')
    .action((id, _options, command) => cli.run(command.optsWithGlobals(), (session) => cancel(session, id)))
  runs
    .command('saw')
    .description('which runs were given a row, or any row of a file; sends nothing')
    .argument('<file>', 'a file of rows, FILE:LINE for one row, - for standard input')
    .option('--format <format>', 'format of the rows (default: detected)')
    .addOption(containerOption())
    .addOption(mapOption())
    .addOption(textUnitOption())
    .addHelpText(
      'after',
      examples('anytune runs saw train.jsonl:17', 'anytune runs saw erasure-requests.jsonl --json') +
        `\nExit codes: 0 told, also when no run was · ${INCOMPLETE} of some runs or rows it cannot be told\n`,
    )
    .action((file, options, command) =>
      cli.run(command.optsWithGlobals(), (session) => tellWhoSaw(session, file, options)),
    )
}

async function list(session: Session): Promise<void> {
  const { output } = session
  const runs: RunSummary[] = []
  await withTuner(session, async (tuner) => {
    for await (const run of tuner.runs.list()) runs.push(run)
  })
  if (output.json) {
    for (const run of runs) output.data(run)
    return
  }
  if (runs.length === 0) return output.note(`no runs yet; to start one: ${nextCommand(session, { do: 'tune' })}`)
  const rows = runs.map((run) => [
    run.id,
    run.state,
    run.profile,
    safeLine(run.baseModel),
    run.method,
    moment(run.createdAt),
    safeLine(run.modelId ?? ''),
  ])
  const headings = ['RUN', 'STATE', 'PROFILE', 'BASE MODEL', 'METHOD', 'STARTED', 'MODEL']
  output.result(runs, () => table(headings, rows))
}

async function show(session: Session, id: string): Promise<void> {
  const { output } = session
  const shown = await withTuner(session, (tuner) =>
    interruptible(async (signal) => {
      const run = await tuner.runs.get(id)
      return { run, summary: await summaryOf(tuner, run), found: await jobOf(run, signal) }
    }),
  )
  const { run, summary, found } = shown
  const job = found.job && jobFields(found.job)
  const jobError = found.jobError && {
    job: `could not be read: ${safeLine(found.jobError.message)}`,
  }
  output.result({ ...summary, plan: run.plan, ...found }, () => {
    const facts = {
      reference: run.reference,
      state: summary.state,
      planned: moment(summary.createdAt),
    }
    return `${fields({ run: run.id, ...facts, ...job, ...jobError })}\n${planText(run.plan, planTelling(session))}`
  })
}

function watch(session: Session, id: string, after: string | undefined): Promise<number> {
  return withTuner(session, async (tuner) => watchRun(session, await tuner.runs.get(id), { after }))
}

interface ResumeFlags extends DecisionFlags {
  readonly detach?: true | undefined
}

function resume(session: Session, id: string, flags: ResumeFlags): Promise<number> {
  const decision = decisionOf(flags)
  return withTuner(session, async (tuner) => {
    const run = await startRun(session, tuner, {
      of: id,
      start: (options) => tuner.resume(id, { ...options, ...(decision && { decision }) }),
    })
    return flags.detach ? leaveRun(session, run) : watchRun(session, run, { stepsTold: true })
  })
}

async function cancel(session: Session, id: string): Promise<void> {
  const job = await withTuner(session, (tuner) =>
    interruptible(async (signal) => (await tuner.runs.get(id)).cancel({ signal })),
  )
  const next = nextCommand(session, { do: 'watch-run', run: id })
  session.output.result({ run: id, job: job.id, status: job.status, next }, () =>
    fields({ run: id, ...jobFields(job), next: job.status === 'cancelled' ? undefined : next }),
  )
}

async function summaryOf(tuner: Tuner, run: Run): Promise<RunSummary> {
  for await (const summary of tuner.runs.list()) if (summary.id === run.id) return summary
  throw new AnytuneError('not-found', `the run ${run.id} is not in the journal any more`)
}

interface FoundJob {
  readonly job?: Job
  readonly jobError?: AnytuneError
}

/** The job as it is, or why it cannot be read; neither for a run that was not submitted yet. */
async function jobOf(run: Run, signal: AbortSignal): Promise<FoundJob> {
  try {
    return { job: await run.job({ signal }) }
  } catch (error) {
    signal.throwIfAborted()
    const jobError = understand(error)
    return jobError.code === 'failed-precondition' ? {} : { jobError }
  }
}
