import { assertMayAsk, confirmed } from '../ask.ts'
import { EXIT_CODES, INTERRUPTED } from '../exit-codes.ts'
import { interruptible } from '../interrupt.ts'
import { withTuner } from '../open-tuner.ts'
import { planText } from '../output/plan-text.ts'
import { planTelling } from '../plan-telling.ts'
import { planFor, requestCommand, type RequestOptions } from '../plan-request.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'
import { leaveRun, startRun, watchRun } from '../start-run.ts'

interface TuneOptions {
  readonly yes?: true | undefined
  readonly detach?: true | undefined
}

/** `anytune tune FILE --model MODEL` */
export function addTune(program: Program, cli: Cli): void {
  requestCommand(program, 'tune')
    .description('plan, ask, start and watch: from a dataset to a fine-tuned model')
    .option('-y, --yes', 'start without asking')
    .option('--detach', 'leave once the job is submitted')
    .addHelpText(
      'after',
      examples(
        'anytune tune train.jsonl --model support-small --validation held-out.jsonl --epochs 3',
        'anytune tune train.jsonl --model support-small --yes --detach --json',
      ),
    )
    .action((file, options, command) =>
      cli.run(command.optsWithGlobals(), (session) => tune(session, file, options, options)),
    )
}

async function tune(session: Session, file: string, request: RequestOptions, options: TuneOptions): Promise<number> {
  const { output } = session
  assertMayAsk(session, options.yes)
  return withTuner(session, async (tuner) => {
    const plan = await interruptible((signal) => planFor(session, tuner, file, request, signal))
    output.progress({ type: 'plan', plan }, () => planText(plan, planTelling(session)))
    if (plan.policy.verdict !== 'permit') {
      output.note('the policy does not permit it: nothing was started')
      return EXIT_CODES['policy-refused']
    }
    const suggest = plan.offering.egress === 'none'
    if (!(await confirmed(session, { message: 'Start it?', yes: options.yes, suggest }))) {
      output.note('nothing was started')
      return INTERRUPTED
    }
    const run = await startRun(session, tuner, {
      of: plan,
      start: (start) => tuner.start(plan, start),
    })
    return options.detach ? leaveRun(session, run) : watchRun(session, run, { stepsTold: true })
  })
}
