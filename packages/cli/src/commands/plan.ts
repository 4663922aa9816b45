import { resolve } from 'node:path'
import { EXIT_CODES, SUCCESS } from '../exit-codes.ts'
import { withTuner } from '../open-tuner.ts'
import { interruptible } from '../interrupt.ts'
import { nextCommand } from '../next-command.ts'
import { planText } from '../output/plan-text.ts'
import { planTelling } from '../plan-telling.ts'
import { planFor, requestCommand, type RequestOptions } from '../plan-request.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'
import { writeText } from '../write-text.ts'

/** `anytune plan FILE --model MODEL` */
export function addPlan(program: Program, cli: Cli): void {
  requestCommand(program, 'plan')
    .description('say what a run would do: what is created where, what leaves, at what cost; sends nothing')
    .option('--out <file>', 'also write the plan to a file, for `apply`')
    .addHelpText(
      'after',
      examples(
        'anytune plan train.jsonl --model support-small --epochs 2',
        'anytune plan train.jsonl --model support-small --validation held-out.jsonl --out plan.json',
      ),
    )
    .action((file, options, command) =>
      cli.run(command.optsWithGlobals(), (session) => plan(session, file, options, options.out)),
    )
}

async function plan(session: Session, file: string, options: RequestOptions, out: string | undefined): Promise<number> {
  const { output, streams } = session
  const made = await withTuner(session, (tuner) =>
    interruptible((signal) => planFor(session, tuner, file, options, signal)),
  )
  output.result(made, () => planText(made, planTelling(session)))
  // What is not permitted is told all the same: what is in the way, and what would satisfy it.
  const permitted = made.policy.verdict === 'permit'
  if (out !== undefined) {
    await writeText(resolve(streams.cwd, out), `${JSON.stringify(made, null, 2)}\n`, out)
    const way = permitted ? `; to carry it out: ${nextCommand(session, { do: 'apply', plan: out })}` : ''
    output.note(`written to ${out}${way}`)
  }
  return permitted ? SUCCESS : EXIT_CODES['policy-refused']
}
