import type { JobStatus, Plan, Receipt, Run, StartProgress, Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { understand } from '../failure.ts'
import type { Ledger } from './ledger.ts'
import type { ProofOperation } from './operations.ts'

/** How much of a life is lived: up to a job that is cancelled at once, or with a model that is served and asked. */
export type Extent = 'cancelled-job' | 'full-life'

export interface Life {
  readonly tuner: Tuner
  readonly plan: Plan
  readonly ledger: Ledger
  readonly extent: Extent
  /** Starts the plan's run; told apart from `tuner.start` so that a command can show what happens. */
  readonly start: (onProgress: (progress: StartProgress) => void) => Promise<Run>
  readonly onStatus: (status: JobStatus) => void
  readonly signal: AbortSignal
}

/** Lives it once: what an application does, in its order. Removes nothing but a deployment: {@link removeAll} does the rest. */
export async function live(life: Life): Promise<void> {
  const { ledger, extent } = life
  const run = await start(life)
  await look(life, run)
  if (extent === 'full-life') await serve(life, run)
  else await cancel(life, run)
  await readBack(life, run)
  ledger.end({ result: 'passed' })
}

/** The operations behind the steps of a start, as they begin and as they are done. */
const OPERATIONS: Readonly<Record<string, { readonly begun: ProofOperation; readonly done: ProofOperation }>> = {
  training: { begun: 'datasets.create', done: 'datasets.get' },
  job: { begun: 'jobs.create', done: 'jobs.get' },
}

async function start({ ledger, start }: Life): Promise<Run> {
  return start((progress) => {
    if (progress.type !== 'step' || (progress.state !== 'begun' && progress.state !== 'done')) return
    const operation = OPERATIONS[progress.step]?.[progress.state]
    if (operation !== undefined) ledger.begin(operation)
  })
}

/** Reads that any application makes while a job is under way. */
async function look({ tuner, ledger, signal, onStatus }: Life, run: Run): Promise<void> {
  const job = await ledger.attempt('jobs.get', () => run.job({ signal }))
  if (job === undefined) return
  onStatus(job.status)
  await ledger.attempt('jobs.list', () => first(tuner.jobs.list({ signal, pageSize: 5 })))
  await ledger.attempt('datasets.list', () => first(tuner.datasets.list({ signal, pageSize: 5 })))
  await ledger.attempt('models.list', () => first(tuner.models.list({ signal, pageSize: 5 })))
  await ledger.attempt('deployments.list', () => first(tuner.deployments.list({ signal, pageSize: 5 })))
  await ledger.attempt('jobs.events', () => first(tuner.jobs.events(job.id, { signal, follow: false })))
}

async function cancel(life: Life, run: Run): Promise<void> {
  const { ledger, signal } = life
  ledger.begin('jobs.cancel')
  try {
    await run.cancel({ signal })
  } catch (error) {
    if (understand(error).code !== 'failed-precondition') throw error
    ledger.end({ result: 'skipped', reason: 'the job had ended before it could be cancelled' })
  }
  await untilEnded(life, run)
}

async function untilEnded({ ledger, signal, onStatus }: Life, run: Run): Promise<void> {
  await ledger.attempt('jobs.get', async () => {
    for await (const event of run.events({ signal })) if (event.type === 'status') onStatus(event.status)
  })
}

async function serve(life: Life, run: Run): Promise<void> {
  const { tuner, ledger, signal } = life
  await untilEnded(life, run)
  const model = await ledger.attempt('jobs.get', () => run.model({ signal }))
  if (model === undefined) return
  await ledger.attempt('models.get', () => tuner.models.get(model.id, { signal }))
  ledger.begin('deployments.create')
  const live = await model.deploy({
    signal,
    onProgress: (progress) => {
      if (progress.type === 'step' && progress.state === 'done') ledger.begin('deployments.get')
    },
  })
  if (!live.created) ledger.end({ result: 'unsupported' })
  try {
    await ledger.attempt('chat', () => live.chat([{ role: 'user', content: QUESTION }], { signal }))
  } finally {
    // Whatever became of the question: it costs as long as it is there. Not with the signal: a stop must not leave it.
    if (live.created) await ledger.attempt('deployments.delete', () => live.undeploy())
  }
}

const QUESTION = 'Is the blue box heavier than the red one?'

/** The staged rows as the provider gives them back: what an export relies on. */
async function readBack({ tuner, plan, ledger, signal }: Life, run: Run): Promise<void> {
  const job = await ledger.attempt('jobs.get', () => run.job({ signal }))
  const file = job?.files?.find(({ role }) => role === 'training')
  const planned = plan.datasets.find(({ role }) => role === 'training')
  if (file === undefined || planned === undefined) return
  await ledger.attempt('datasets.read', async () => {
    let bytes = 0
    for await (const chunk of tuner.datasets.read(file.id, { signal })) bytes += chunk.byteLength
    if (bytes !== planned.encoded.bytes) throw changedOnTheWay(bytes, planned.encoded.bytes)
  })
}

/** Removes everything that the run made, and looks whether it is gone. */
export async function removeAll(tuner: Tuner, ledger: Ledger, run: string, signal: AbortSignal): Promise<Receipt> {
  ledger.begin('purge')
  const receipt = await tuner.purge({ kind: 'run', id: run }, { cancelJob: true, signal })
  ledger.end({ result: 'passed' })
  const dataset = receipt.things.find(({ kind, state }) => kind === 'dataset' && state === 'removed')
  if (dataset === undefined) return receipt
  ledger.begin('datasets.get after purge')
  await tuner.datasets.get(dataset.id, { signal }).then(
    () => ledger.end({ result: 'failed', code: 'unknown' }),
    (error: unknown) => {
      if (understand(error).code !== 'not-found') throw error
      ledger.end({ result: 'passed' })
    },
  )
  return receipt
}

function changedOnTheWay(found: number, sent: number): AnytuneError {
  return new AnytuneError('unknown', `the provider gives back ${found} bytes of a dataset of which ${sent} were sent`, {
    hint: 'report it to the author of the adapter',
  })
}

/** Asks for the first item alone: what the rest holds is nobody's business here. */
async function first<T>(items: AsyncIterable<T>): Promise<void> {
  for await (const _item of items) return
}
