import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Plan } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { withTuner } from '../open-tuner.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'
import { leaveRun, startRun, watchRun } from '../start-run.ts'

/** `anytune apply PLAN` */
export function addApply(program: Program, cli: Cli): void {
  program
    .command('apply')
    .description('carry out a plan that was written with `plan --out`, and watch it')
    .argument('<plan>', 'the plan’s file')
    .option('--detach', 'leave once the job is submitted')
    .addHelpText('after', examples('anytune apply plan.json', 'anytune apply plan.json --detach --json'))
    .action((file, options, command) =>
      cli.run(command.optsWithGlobals(), (session) => apply(session, file, options.detach)),
    )
}

async function apply(session: Session, file: string, detach: true | undefined): Promise<number> {
  const plan = await readPlan(resolve(session.streams.cwd, file), file)
  // A plan knows its profile; another one asked for is compared with the plan by core.
  const chosen = {
    ...session,
    globals: { ...session.globals, provider: session.globals.provider ?? plan.profile },
  }
  return withTuner(chosen, async (tuner) => {
    const run = await startRun(chosen, tuner, {
      of: plan,
      start: (options) => tuner.start(plan, options),
    })
    return detach ? leaveRun(chosen, run) : watchRun(chosen, run, { stepsTold: true })
  })
}

async function readPlan(path: string, shown: string): Promise<Plan> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === 'ENOENT'
    throw new AnytuneError(
      missing ? 'not-found' : 'invalid-argument',
      `${shown} ${missing ? 'does not exist' : 'cannot be read'}`,
      {
        hint: 'write a plan first',
        next: [{ do: 'plan' }],
        cause,
      },
    )
  })
  const plan = parsed(text)
  // Its digest is checked when it is started; this only tells a plan from any other file.
  if (typeof plan === 'object' && plan !== null && 'version' in plan && plan.version === 1 && 'digest' in plan)
    return plan as Plan
  throw new AnytuneError('invalid-argument', `${shown} is not a plan that this version can carry out`, {
    hint: 'write a plan first',
    next: [{ do: 'plan' }],
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
