import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Plan, Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { assertMayAsk, confirmed } from '../ask.ts'
import { INTERRUPTED, SUCCESS, UNEXPECTED } from '../exit-codes.ts'
import { interruptible } from '../interrupt.ts'
import { nextCommand } from '../next-command.ts'
import { withTuner } from '../open-tuner.ts'
import { countOption, moneyOption, settingOption } from '../options.ts'
import { planText } from '../output/plan-text.ts'
import { planTelling } from '../plan-telling.ts'
import { safeLine } from '../output/safe-text.ts'
import { fields } from '../output/table.ts'
import { examples, type Program } from '../program.ts'
import type { CarriedOut } from '../prove/carry-out.ts'
import type { Ledger, Result } from '../prove/ledger.ts'
import type { ProofOperation } from '../prove/operations.ts'
import type { Tap } from '../prove/tap.ts'
import type { Cli, Session } from '../session.ts'
import { cannotWrite } from '../write-text.ts'

/** `anytune prove --model MODEL --max-cost AMOUNT` */
export function addProve(program: Program, cli: Cli): void {
  proveCommand(program)
    .description('live a small life at the provider with your account, and write down what was seen, without a value')
    .addHelpText(
      'after',
      examples(
        'anytune prove --provider prod --model gpt-4.1-nano-2025-04-14 --max-cost 1USD',
        'anytune prove --provider prod --model gpt-4.1-nano-2025-04-14 --max-cost 5USD --full',
      ) + '\nWithout --full the job is cancelled as soon as it is accepted; the provider may charge it all the same.\n',
    )
    .action((flags, command) => cli.run(command.optsWithGlobals(), (session) => prove(session, flags)))
}

function proveCommand(program: Program) {
  return program
    .command('prove')
    .requiredOption(
      '--model <model>',
      'base model: a name from `models` in the configuration, or the provider’s own id',
    )
    .option('--max-cost <amount>', 'do nothing that may cost more, such as 1USD', moneyOption)
    .option('--accept-unknown-cost', 'go on when no price is on record')
    .option('--full', 'wait for the model, serve it, ask it, and take it down')
    .option('--keep', 'leave what was made at the provider')
    .option('--epochs <number>', 'passes over the 12 rows', countOption, 1)
    .option('--set <key=value>', 'one of the provider’s own options; may be repeated', settingOption)
    .option('--out <file>', 'where the evidence goes (default: anytune-evidence-PROVIDER-TIME.json)')
    .option('-y, --yes', 'start without asking')
}

type ProveFlags = ReturnType<ReturnType<typeof proveCommand>['opts']>

async function prove(session: Session, flags: ProveFlags): Promise<number> {
  assertMayAsk(session, flags.yes)
  const { createLedger } = await import('../prove/ledger.ts')
  const { tapFetch } = await import('../prove/tap.ts')
  const ledger = createLedger((operation, result) => tellResult(session, operation, result))
  // Before the configuration is loaded: a client takes `fetch` when it is made.
  const tap = tapFetch(() => ledger.current())
  try {
    return await withTuner(session, (tuner) => proveWith(session, flags, { tuner, ledger, tap }))
  } finally {
    tap.remove()
  }
}

interface Prepared {
  readonly tuner: Tuner
  readonly ledger: Ledger
  readonly tap: Tap
}

async function proveWith(session: Session, flags: ProveFlags, { tuner, ledger, tap }: Prepared): Promise<number> {
  const { output, streams } = session
  const plan = await ledger.attempt('preflight', () => interruptible((signal) => planProof(tuner, flags, signal)))
  if (plan === undefined) return UNEXPECTED
  const cost = await affordable(tuner, plan, flags)
  output.progress(
    { type: 'plan', plan, cost },
    () => `${planText(plan, planTelling(session))}\n\nthis proof costs ${cost}`,
  )
  assertPreflight(plan)
  const message = flags.full ? 'Train, serve, ask and remove it?' : 'Start it, cancel it and remove it?'
  if (!(await confirmed(session, { message, yes: flags.yes, suggest: plan.offering.egress === 'none' }))) {
    output.note('nothing was started')
    return INTERRUPTED
  }
  const shown = flags.out ?? `anytune-evidence-${tuner.provider}-${stamp(new Date())}.json`
  // Opened before anything is paid for: what was seen must have a place to go.
  const file = await open(resolve(streams.cwd, shown), 'wx').catch((cause: NodeJS.ErrnoException) => {
    throw cannotWrite(shown, cause)
  })
  try {
    const { carryOut } = await import('../prove/carry-out.ts')
    const extent = flags.full ? 'full-life' : 'cancelled-job'
    const proof = { tuner, plan, extent, keep: flags.keep === true, ledger, tap } as const
    return tell(session, await carryOut(session, proof, { file, shown }), shown)
  } finally {
    await file.close()
  }
}

async function planProof(tuner: Tuner, { model, epochs, set }: ProveFlags, signal: AbortSignal): Promise<Plan> {
  const { proofData } = await import('../prove/proof-data.ts')
  return tuner.plan(
    {
      baseModel: model,
      method: 'supervised',
      training: { source: proofData() },
      hyperparameters: { epochs },
      ...(set !== undefined && { providerOptions: { [tuner.provider]: set } }),
    },
    { signal },
  )
}

/** What a check has found wrong would only be found again, with an evidence file that says so. */
function assertPreflight({ provider, preflight }: Plan): void {
  const failed = preflight.find(({ result }) => result === 'failed')
  if (failed === undefined) return
  throw new AnytuneError('failed-precondition', `${provider}: ${failed.message}`, {
    hint: failed.hint ?? 'mend it, and prove again',
    ...(failed.next && { next: failed.next }),
  })
}

/** The cost in words. @throws AnytuneError when it is too much, or unknown and not accepted. */
async function affordable(tuner: Tuner, plan: Plan, flags: ProveFlags): Promise<string> {
  const { assertAffordable, costText, proofCost } = await import('../prove/affordable.ts')
  const cost = proofCost(plan, flags.full ? tuner.models.open(plan.baseModel).quote() : undefined)
  assertAffordable(cost, flags)
  // A question's tokens are too few to be counted, and too certain not to be named.
  return flags.full && cost.kind !== 'none' ? `${costText(cost)}, and the tokens of one question` : costText(cost)
}

function tellResult({ output }: Session, operation: ProofOperation, result: Result): void {
  const more =
    result.result === 'failed' ? ` (${result.code})` : result.result === 'skipped' ? ` (${result.reason})` : ''
  output.progress({ type: 'operation', operation, ...result }, () => `${result.result.padEnd(11)}  ${operation}${more}`)
}

function tell(session: Session, { evidence, run, receipt }: CarriedOut, shown: string): number {
  const { rehearsal, outcome } = evidence
  const left = receipt?.things.filter(({ state }) => state === 'kept' || state === 'unsure') ?? []
  const next =
    receipt === undefined && run !== undefined
      ? nextCommand(session, { do: 'purge', target: { kind: 'run', id: run } })
      : undefined
  session.output.result({ type: 'result', evidence: shown, rehearsal, outcome, run, left, next }, () =>
    fields({
      evidence: shown,
      'proves anything': rehearsal
        ? 'no: it was not a provider’s own service that answered'
        : 'yes: look it through, then publish it',
      left: left.map(({ kind, id }) => `${kind} ${safeLine(id)}`),
      'to remove it': next,
    }),
  )
  // What a provider has no way to remove was known before; anything else could have gone and did not.
  return left.every((thing) => thing.state === 'kept' && thing.code === 'unsupported') ? SUCCESS : UNEXPECTED
}

/** A moment as it may stand in a file name everywhere. */
function stamp(at: Date): string {
  return at.toISOString().replaceAll(/[-:]|\.\d+/g, '')
}
