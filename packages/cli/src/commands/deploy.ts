import type { DeploymentHandle, DeploymentQuote, DeployOptions, ModelHandle, Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { assertMayAsk, confirmed } from '../ask.ts'
import { decisionOf } from '../decision.ts'
import { INTERRUPTED, SUCCESS } from '../exit-codes.ts'
import { understand } from '../failure.ts'
import { Interrupted, interruptible } from '../interrupt.ts'
import { nextCommand } from '../next-command.ts'
import { withTuner } from '../open-tuner.ts'
import { moneyOption, settingOption } from '../options.ts'
import { statusText } from '../output/progress.ts'
import { safeLine } from '../output/safe-text.ts'
import { fields } from '../output/table.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'
import { ownActions, withNext } from '../with-commands.ts'

/** `anytune deploy MODEL|RUN` */
export function addDeploy(program: Program, cli: Cli): void {
  deployCommand(program)
    .description('say what serving a model costs an hour, ask, serve it, and wait until it answers')
    .addHelpText(
      'after',
      examples(
        'anytune deploy run-k3v9 --max-hourly-cost 2USD',
        'anytune deploy ft-support-small --set sku=Standard --yes --json',
        'anytune deploy ft-support-small --adopt deployment-17',
      ),
    )
    .action((target, flags, command) => cli.run(command.optsWithGlobals(), (session) => deploy(session, target, flags)))
}

function deployCommand(program: Program) {
  return program
    .command('deploy')
    .argument('<model|run>', 'id or reference of a fine-tuned model, a checkpoint, or a run that has ended')
    .option(
      '--max-hourly-cost <amount>',
      'refuse what costs more an hour, or nobody knows what, such as 2USD',
      moneyOption,
    )
    .option('--set <key=value>', 'one of the provider’s own options of a deployment; may be repeated', settingOption)
    .option('--adopt <id>', 'after needs-decision: take the deployment with this id at the provider as ours')
    .option('--create-again', 'after needs-decision: have it made again')
    .option('-y, --yes', 'deploy without asking')
}

type DeployFlags = ReturnType<ReturnType<typeof deployCommand>['opts']>

async function deploy(session: Session, target: string, flags: DeployFlags): Promise<number> {
  const decision = decisionOf(flags)
  return withTuner(session, async (tuner) => {
    const model = await interruptible((signal) => modelOf(session, tuner, target, signal))
    const providerOptions = flags.set && { [tuner.provider]: flags.set }
    const options = { ...(providerOptions && { providerOptions }), ...(decision && { decision }) }
    const quote = model.quote(options)
    tellQuote(session, model, quote)
    // Nothing is made, and nothing is paid by the hour.
    if (quote.creates && !(await isWanted(session, quote, flags.yes))) return INTERRUPTED
    const { maxHourlyCost } = flags
    const live = await made(session, target, model, { ...options, ...(maxHourlyCost && { maxHourlyCost }) })
    return tellServing(session, model, live)
  })
}

/** A run's model, or the model with this id. */
async function modelOf(session: Session, tuner: Tuner, target: string, signal: AbortSignal): Promise<ModelHandle> {
  const { hasEnded, parseReference } = await import('@anytune/core')
  const isReference = target.startsWith('anytune://')
  if (isReference && parseReference(target).kind !== 'run') return tuner.models.open(target)
  const run = await tuner.runs.get(target).catch((error: unknown) => {
    // An id without a kind is a model's, when no run has it.
    if (!isReference && understand(error).code === 'not-found') return undefined
    throw error
  })
  if (run === undefined) return tuner.models.open(target)
  const job = await run.job({ signal })
  if (hasEnded(job)) return run.model({ signal })
  throw new AnytuneError('failed-precondition', `the run ${run.id} has no model yet: its job is ${job.status}`, {
    hint: 'wait for it',
    next: ownActions({ do: 'watch-run', run: run.id }),
  })
}

function tellQuote({ output }: Session, model: ModelHandle, quote: DeploymentQuote): void {
  output.progress({ type: 'quote', model: model.id, ...quote }, () =>
    fields({
      model: safeLine(model.id),
      creates: quote.creates
        ? `a deployment: ${safeLine(quote.offering.title)}`
        : 'nothing: the provider serves it directly',
      'costs an hour': quote.hourlyCost && hourlyText(quote),
    }),
  )
}

function hourlyText({ hourlyCost, offering }: DeploymentQuote): string {
  if (offering.egress === 'none') return 'nothing: it runs on this computer'
  if (hourlyCost === undefined || hourlyCost.kind === 'unknown') {
    return `unknown: ${hourlyCost?.reason ?? 'no price is on record'}`
  }
  const { amount, currency, source, grade } = hourlyCost.price
  return `${amount} ${currency}, used or not, as long as it exists (${grade}: ${source.title}, ${source.pageDate ?? source.readOn})`
}

async function isWanted(session: Session, { offering }: DeploymentQuote, yes: true | undefined): Promise<boolean> {
  assertMayAsk(session, yes)
  const wanted = await confirmed(session, { message: 'Deploy it?', yes, suggest: offering.egress === 'none' })
  if (!wanted) session.output.note('nothing was deployed')
  return wanted
}

async function made(
  session: Session,
  target: string,
  model: ModelHandle,
  options: DeployOptions,
): Promise<DeploymentHandle> {
  const { output } = session
  try {
    return await interruptible((signal) =>
      model.deploy({
        ...options,
        signal,
        onProgress: (told) =>
          output.progress({ ...told, type: `deploy-${told.type}` }, () =>
            told.type === 'step'
              ? `deployment: ${told.state}`
              : `${safeLine(told.deployment)}  ${statusText(told.status, told.rawStatus)}`,
          ),
      }),
    )
  } catch (error) {
    throw unfinished(session, target, error)
  }
}

/** The same error, with the commands that go on from here. */
function unfinished(session: Session, target: string, cause: unknown): Error {
  if (cause instanceof Interrupted) {
    const again = nextCommand(session, { do: 'deploy', model: target })
    const list = nextCommand(session, { do: 'list', what: 'deployments' })
    const message = `stopped while it was being deployed; what exists costs: ${list}; to go on: ${again}`
    return new Interrupted(message, { next: again })
  }
  const error = understand(cause)
  // As it was named here: of a run more is known than of its model's id, such as what a deployment costs.
  const next = error.next?.map((action) => (action.do === 'deploy' ? { ...action, model: target } : action))
  return next === undefined ? error : withNext(error, next)
}

function tellServing(session: Session, model: ModelHandle, live: DeploymentHandle): number {
  const chat = nextCommand(session, { do: 'chat', model: live.reference })
  const undeploy = live.created ? nextCommand(session, { do: 'undeploy', deployment: live.id }) : undefined
  const next = [chat, ...(undeploy === undefined ? [] : [undeploy])]
  const { id, reference, created } = live
  session.output.result({ type: 'result', model: model.id, deployment: id, reference, created, next }, () =>
    fields({ [created ? 'deployment' : 'model']: safeLine(id), reference, next }),
  )
  return SUCCESS
}
