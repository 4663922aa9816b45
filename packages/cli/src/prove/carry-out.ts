import type { FileHandle } from 'node:fs/promises'
import type { JobStatus, Plan, Receipt, StartProgress, Tuner } from '@anytune/core'
import { Interrupted, interruptible } from '../interrupt.ts'
import { nextCommand } from '../next-command.ts'
import { startLine } from '../output/event-line.ts'
import { version } from '../program.ts'
import type { Session } from '../session.ts'
import { runOfPlan } from '../start-run.ts'
import { cannotWrite } from '../write-text.ts'
import { adapterVersion } from './adapter-version.ts'
import { evidenceOf, type Evidence } from './evidence.ts'
import { resultOf, type Ledger } from './ledger.ts'
import { live, removeAll, type Extent, type Life } from './life.ts'
import type { Tap } from './tap.ts'

/** A proof that was agreed to. */
export interface Proof {
  readonly tuner: Tuner
  readonly plan: Plan
  readonly extent: Extent
  /** Leave what was made at the provider. */
  readonly keep: boolean
  readonly ledger: Ledger
  readonly tap: Tap
}

/** The file that was opened for the evidence; `shown` is how messages call it. */
export interface EvidenceFile {
  readonly file: FileHandle
  readonly shown: string
}

export interface CarriedOut {
  readonly evidence: Evidence
  readonly run: string | undefined
  /** Absent when what was made was kept. */
  readonly receipt?: Receipt
}

/**
 * Lives the life. Whatever becomes of it, what it made is removed and what was seen is written.
 *
 * @throws what went wrong first, once that is done.
 */
export async function carryOut(session: Session, proof: Proof, to: EvidenceFile): Promise<CarriedOut> {
  const lived = await liveOnce(session, proof)
  const removed = lived.run === undefined || proof.keep ? {} : await remove(session, proof, lived.run)
  const evidence = await write(session, proof, lived, to)
  const failure = lived.failure ?? removed.failure
  if (failure !== undefined) {
    session.output.note(`what was seen until then is in ${to.shown}`)
    throw failure.error
  }
  return { evidence, run: lived.run, ...(removed.receipt !== undefined && { receipt: removed.receipt }) }
}

interface Failure {
  readonly error: unknown
}

interface Lived {
  readonly run: string | undefined
  readonly statuses: readonly JobStatus[]
  readonly failure?: Failure
}

async function liveOnce({ output }: Session, { tuner, plan, extent, ledger }: Proof): Promise<Lived> {
  const statuses: JobStatus[] = []
  let failure: Failure | undefined
  const onStatus = (status: JobStatus) => {
    if (statuses.at(-1) !== status) statuses.push(status)
  }
  const tell = (progress: StartProgress) => {
    if (progress.type === 'step') output.progress({ ...progress, type: 'start' }, () => startLine(progress))
  }
  try {
    await interruptible((signal) => {
      const start: Life['start'] = (onProgress) =>
        tuner.start(plan, {
          signal,
          onProgress(progress) {
            onProgress(progress)
            tell(progress)
          },
        })
      return live({ tuner, plan, ledger, extent, start, onStatus, signal })
    })
  } catch (error) {
    ledger.end(resultOf(error))
    failure = { error }
  }
  // From the journal: a start that failed has opened a run all the same.
  return { run: await runOfPlan(tuner, plan), statuses, ...(failure !== undefined && { failure }) }
}

/** Removes what was made, also after Ctrl-C: a second one ends the process, and by then the command that removes the rest was named. */
async function remove(
  session: Session,
  { tuner, ledger }: Proof,
  run: string,
): Promise<{ readonly receipt?: Receipt; readonly failure?: Failure }> {
  const again = nextCommand(session, { do: 'purge', target: { kind: 'run', id: run }, cancelJob: true })
  session.output.note(`removing what was made; should it not come to its end: ${again}`)
  try {
    const receipt = await interruptible((signal) => removeAll(tuner, ledger, run, signal))
    if (receipt.complete) session.output.note('everything that was made is removed')
    return { receipt }
  } catch (error) {
    ledger.end(resultOf(error))
    session.output.complaint(`not everything is removed; to go on: ${again}`)
    return { failure: { error } }
  }
}

async function write(
  { streams }: Session,
  proof: Proof,
  lived: Lived,
  { file, shown }: EvidenceFile,
): Promise<Evidence> {
  const { tuner, plan, extent, ledger, tap } = proof
  const { failure, statuses } = lived
  const adapter = adapterVersion(tuner.provider, streams.cwd)
  const evidence = evidenceOf({
    plan,
    catalogue: tuner.catalogue,
    extent,
    outcome: failure === undefined ? 'completed' : failure.error instanceof Interrupted ? 'interrupted' : 'failed',
    at: new Date(),
    versions: { anytune: version(), node: process.versions.node, ...(adapter !== undefined && { adapter }) },
    jobStatuses: statuses,
    results: ledger.results,
    exchanges: await tap.exchanges(),
    besides: tap.besides(),
    secrets: secretsOf(streams.env),
  })
  await file.writeFile(`${JSON.stringify(evidence, null, 2)}\n`).catch((cause: NodeJS.ErrnoException) => {
    throw cannotWrite(shown, cause)
  })
  return evidence
}

/** Values of the environment that name or open an account. */
function secretsOf(env: NodeJS.ProcessEnv): readonly string[] {
  const named = /key|token|secret|password|account|group|org|project|subscription/i
  return Object.entries(env).flatMap(([name, value]) => (value !== undefined && named.test(name) ? [value] : []))
}
