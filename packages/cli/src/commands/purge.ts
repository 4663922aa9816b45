import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { PurgeProgress, PurgeTarget, Receipt, Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { InvalidArgumentError } from '@commander-js/extra-typings'
import { assertMayAsk, confirmed } from '../ask.ts'
import { EXIT_CODES, INTERRUPTED, SUCCESS } from '../exit-codes.ts'
import { Interrupted, interruptible } from '../interrupt.ts'
import type { CommandAction } from '../command-words.ts'
import { nextCommand } from '../next-command.ts'
import { withTuner } from '../open-tuner.ts'
import { receiptText, thingLine } from '../output/receipt-text.ts'
import { safeLine } from '../output/safe-text.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'
import { ownActions } from '../with-commands.ts'
import { cannotWrite, writeText } from '../write-text.ts'

/** `anytune purge TARGET` */
export function addPurge(program: Program, cli: Cli): void {
  purgeCommand(program)
    .description('remove at the provider what a run made, or one thing, and write a receipt; cannot be undone')
    .addHelpText(
      'after',
      examples(
        'anytune purge run-k3v9 --dry-run',
        'anytune purge run-k3v9 --out receipt.json',
        'anytune purge run-k3v9 --cancel --yes --json',
        'anytune purge ftjob-17 --kind job',
      ),
    )
    .action((target, flags, command) => cli.run(command.optsWithGlobals(), (session) => purge(session, target, flags)))
}

function purgeCommand(program: Program) {
  return program
    .command('purge')
    .argument('<target>', 'a run, or a reference; the id of anything else with --kind')
    .option('--kind <kind>', `what the id is of: ${KINDS.join(', ')}`, kindOption)
    .option('--dry-run', 'list what would be removed, and remove nothing')
    .option('--cancel', 'cancel the job first, when it is under way')
    .option('--forget-rows', 'of a run: also remove the hashes of the rows it was given; `runs saw` then cannot tell')
    .option('--out <file>', 'also write the receipt to a file, as JSON')
    .option('-y, --yes', 'remove without asking')
}

const KINDS = ['run', 'job', 'model', 'deployment', 'dataset'] as const satisfies readonly PurgeTarget['kind'][]

function kindOption(text: string): PurgeTarget['kind'] {
  const kind = KINDS.find((known) => known === text)
  if (kind === undefined) throw new InvalidArgumentError(`It must be one of ${KINDS.join(', ')}.`)
  return kind
}

type PurgeFlags = ReturnType<ReturnType<typeof purgeCommand>['opts']>

async function purge(session: Session, id: string, flags: PurgeFlags): Promise<number> {
  const { output } = session
  const { kind, dryRun, out } = flags
  if (!dryRun) assertMayAsk(session, flags.yes)
  await assertPlaceFor(session, out)
  const target = kind === undefined ? id : { kind, id }
  return withTuner(session, async (tuner) => {
    const planned = await interruptible((signal) => tuner.purge(target, { dryRun: true, signal }))
    assertRowsOf(planned, flags)
    if (dryRun) return tell(session, planned, out)
    assertNotUnderWay(id, planned, flags)
    output.progress({ type: 'plan', receipt: planned }, () => receiptText(planned, session))
    const message = 'Remove what is planned? This cannot be undone.'
    if (!(await confirmed(session, { message, yes: flags.yes, suggest: false }))) {
      output.note('nothing was removed')
      return INTERRUPTED
    }
    const receipt = await removed(session, tuner, target, id, flags)
    if (flags.forgetRows) await forgetRows(session, tuner, receipt)
    return tell(session, receipt, out)
  })
}

/** A receipt that has no place to go is learned of before anything is removed. */
async function assertPlaceFor({ streams }: Session, out: string | undefined): Promise<void> {
  if (out === undefined) return
  await access(dirname(resolve(streams.cwd, out)), constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw cannotWrite(out, cause)
  })
}

/** Said before anybody is asked for a yes that would lead to a refusal. */
function assertNotUnderWay(id: string, { jobs }: Receipt, flags: PurgeFlags): void {
  const running = jobs.find(({ ended, status }) => !ended && status !== 'cancelling')
  if (flags.cancel || running === undefined) return
  throw new AnytuneError('failed-precondition', `the job ${running.id} is ${running.status}: nothing was removed`, {
    hint: 'wait until it has ended, or have it cancelled first',
    next: ownActions(again(id, { ...flags, cancel: true })),
    data: { job: running.id, status: running.status },
  })
}

/** Rows are kept of runs alone. */
function assertRowsOf({ target }: Receipt, { forgetRows }: PurgeFlags): void {
  if (!forgetRows || target.kind === 'run') return
  throw new AnytuneError('invalid-argument', `--forget-rows is about a run, and ${target.id} is a ${target.kind}`, {
    hint: 'name the run, or leave the option out',
  })
}

async function forgetRows({ output }: Session, { lineage }: Tuner, { target }: Receipt): Promise<void> {
  const manifests = await lineage.forget(target.id)
  output.progress({ type: 'rows-forgotten', run: target.id, manifests }, () =>
    manifests === 0 ? 'no hashes of rows were kept' : 'the hashes of the rows it was given are removed',
  )
}

async function removed(
  session: Session,
  tuner: Tuner,
  target: string | PurgeTarget,
  id: string,
  flags: PurgeFlags,
): Promise<Receipt> {
  const onProgress = (told: PurgeProgress) => session.output.progress(told, () => progressLine(told))
  const cancelJob = flags.cancel === true
  try {
    return await interruptible((signal) => tuner.purge(target, { signal, cancelJob, onProgress }))
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    const next = nextCommand(session, again(id, flags))
    throw new Interrupted(`stopped while it was being purged; to go on: ${next}`, { next })
  }
}

function progressLine(told: PurgeProgress): string {
  return told.type === 'cancelling' ? `cancelling the job ${safeLine(told.job)}` : thingLine(told.thing)
}

function again(id: string, { kind = 'run', cancel, forgetRows }: PurgeFlags): CommandAction {
  const how = cancel ? { cancelJob: true as const } : {}
  // A reference says its kind itself.
  return forgetRows ? { do: 'purge-with-rows', run: id, ...how } : { do: 'purge', target: { kind, id }, ...how }
}

async function tell(session: Session, receipt: Receipt, out: string | undefined): Promise<number> {
  const { output, streams } = session
  output.result({ type: 'receipt', receipt }, () => receiptText(receipt, session))
  if (out !== undefined) {
    await writeText(resolve(streams.cwd, out), `${JSON.stringify(receipt, null, 2)}\n`, out)
    output.note(`the receipt is in ${out}`)
  }
  return exitCodeOf(receipt)
}

/** The code of the first thing that was not removed. */
function exitCodeOf({ things, dryRun }: Receipt): number {
  if (dryRun) return SUCCESS
  for (const thing of things) {
    if (thing.state === 'kept') return EXIT_CODES[thing.code]
    if (thing.state === 'unsure') return EXIT_CODES['needs-decision']
  }
  return SUCCESS
}
