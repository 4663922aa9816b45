import type { Fault } from '@anytune/emulator'
import { ALL, BROKEN_STREAM, type TableFault } from './faults.ts'
import type { Scene, SceneOptions, VendorName } from './scene.ts'

/** A request of an operation that can be struck. */
export interface Strike {
  /** As the emulator names it. */
  readonly request: string
  /** So many of these requests pass first. */
  readonly after?: number
  /** What goes wrong before, so that the request is made at all. */
  readonly because?: Fault
  /** The driver waits for what it has just made: "not found" is not yet believed. */
  readonly waits?: true
  /** It is made as often as the vendor takes its time. */
  readonly polls?: true
  /** It makes something, so that its answer may be lost and the thing be listed late. */
  readonly creates?: true
  /** The client's own patience with it is tried, too. */
  readonly patience?: true
}

/** The faults that are tried at a request of an operation. */
export function faultsOf({ faults = ALL }: Operation, strike: Strike): readonly TableFault[] {
  return faults.filter(
    ({ creates, effect, patience, unseen }) =>
      !(effect === true && isRead(strike)) &&
      !(creates === true && strike.creates !== true) &&
      !(patience === true && strike.patience !== true) &&
      !(unseen === true && strike.waits === true),
  )
}

/** True for a request that changes nothing. */
export function isRead({ request }: Strike): boolean {
  return READS.test(request)
}

const READS = /\.(?:get|list|content|events|checkpoints|result)$/

/** Something that a user asks of a tuner. */
export interface Operation {
  /** As the driver interface names it. */
  readonly name: string
  readonly strikes: Readonly<Partial<Record<VendorName, readonly Strike[]>>>
  readonly options?: SceneOptions
  prepare?(scene: Scene): Promise<void>
  /** Throws what the user sees; says how it ended well where there is more than one way. */
  act(scene: Scene, signal: AbortSignal): Promise<string>
  /** Looks go on through outages, for as long as the user wants: what is always wrong otherwise is wrong seven times. */
  readonly watches?: true
  /** Default: all. */
  readonly faults?: readonly TableFault[]
}

const strike = (request: string, more: Omit<Strike, 'request'> = {}): Strike => ({ request, ...more })
const both = (...strikes: readonly Strike[]) => ({ openai: strikes, azure: strikes })

const lost = (operation: string): Fault => ({ operation, kind: 'reset', when: 'after' })
const refused = (operation: string): Fault => ({ operation, kind: 'status', status: 403, times: 1_000 })

async function start({ tuner, plan }: Scene, signal: AbortSignal): Promise<string> {
  const run = await tuner.start(plan, { signal })
  return `a run with the job ${(await run.job()).id === '' ? 'of no id' : 'at the vendor'}`
}

async function consume(things: AsyncIterable<unknown>, wanted: number): Promise<string> {
  const all = await Array.fromAsync(things)
  if (all.length < wanted) throw new Error(`${all.length} things where ${wanted} were expected`)
  return 'read whole'
}

/** Checks that cannot be read on the accounts of this trial, whatever befalls them: who may still tune, and what only an administrator is told. */
const NEVER_TOLD: ReadonlySet<string> = new Set(['open-to-new-jobs', 'retention'])

export const OPERATIONS: readonly Operation[] = [
  {
    name: 'preflight',
    strikes: {
      openai: [strike('models.get')],
      azure: [
        strike('models.list'),
        strike('account.models.list'),
        strike('jobs.list'),
        strike('files.list'),
        strike('account.get'),
        strike('deployments.list'),
      ],
    },
    async act({ tuner, plan: { baseModel, method, datasets } }, signal) {
      const training = datasets[0]?.path ?? ''
      const { preflight, verified } = await tuner.plan({ baseModel, method, training }, { signal })
      const bad = [...preflight, ...(verified?.checks ?? [])].filter(
        ({ id, result }) => result !== 'passed' && result !== 'read' && !NEVER_TOLD.has(id),
      )
      return bad.length === 0 ? 'a plan' : `a plan, ${bad.map(({ id, result }) => `${id} ${result}`).join(', ')}`
    },
  },
  {
    name: 'datasets.create, whole',
    strikes: both(strike('files.create', { creates: true }), strike('files.get', { waits: true })),
    act: start,
  },
  {
    name: 'datasets.create, in parts',
    options: { inParts: true },
    strikes: both(
      strike('uploads.create', { patience: true }),
      strike('uploads.parts.create'),
      strike('uploads.complete', { creates: true }),
      strike('uploads.cancel', { because: refused('uploads.parts.create') }),
    ),
    act: start,
  },
  {
    name: 'datasets.find',
    strikes: both(strike('files.list', { because: lost('files.create') })),
    act: start,
  },
  {
    name: 'datasets.get',
    strikes: both(strike('files.get')),
    act: async ({ tuner, things }, signal) => (await tuner.datasets.get(things.dataset, { signal })).status,
  },
  {
    name: 'datasets.list',
    strikes: both(strike('files.list')),
    act: ({ tuner }, signal) => consume(tuner.datasets.list({ signal }), 1),
  },
  {
    name: 'datasets.read',
    strikes: both(strike('files.content')),
    act: ({ tuner, things }, signal) => consume(tuner.datasets.read(things.dataset, { signal }), 1),
  },
  {
    name: 'datasets.delete',
    strikes: both(strike('files.delete')),
    async act({ tuner, things }, signal) {
      await tuner.datasets.delete(things.dataset, { signal })
      return 'deleted'
    },
  },
  {
    name: 'jobs.create',
    strikes: both(strike('jobs.create', { creates: true, patience: true }), strike('jobs.get', { waits: true })),
    act: start,
  },
  {
    name: 'jobs.find',
    strikes: both(strike('jobs.list', { because: lost('jobs.create') })),
    act: start,
  },
  {
    name: 'jobs.get',
    strikes: both(strike('jobs.get', { patience: true })),
    act: async ({ tuner, things }, signal) => (await tuner.jobs.get(things.job, { signal })).status,
  },
  {
    name: 'jobs.list',
    strikes: both(strike('jobs.list')),
    act: ({ tuner }, signal) => consume(tuner.jobs.list({ signal }), 1),
  },
  ...(['cancel', 'pause', 'resume'] as const).map((verb): Operation => ({
    name: `jobs.${verb}`,
    strikes: both(strike(`jobs.${verb}`, verb === 'cancel' ? { patience: true } : {})),
    async prepare(scene) {
      const job = await trainingJob(scene)
      if (verb === 'resume') await paused(scene, job)
    },
    async act({ tuner, account }, signal) {
      const job = (await Array.fromAsync(tuner.jobs.list())).find(({ status }) => WORKING.has(status))
      if (job === undefined) throw new Error(`${account.name} has no job at work`)
      return (await tuner.jobs[verb](job.id, { signal })).status
    },
  })),
  {
    name: 'jobs.events',
    strikes: both(strike('jobs.events'), strike('jobs.checkpoints')),
    watches: true,
    async act({ tuner, things }, signal) {
      const types = new Set<string>()
      for await (const { type } of tuner.jobs.events(things.job, { signal, follow: false })) types.add(type)
      return [...types].toSorted().join(', ')
    },
  },
  {
    name: 'models.get',
    strikes: {
      openai: [strike('models.get')],
      azure: [strike('models.get'), strike('account.models.list')],
    },
    act: async ({ tuner, things }, signal) =>
      (await tuner.models.get(things.model, { signal })).servedUntil === undefined ? 'without its last day' : 'found',
  },
  {
    name: 'models.list',
    strikes: {
      openai: [strike('models.list')],
      azure: [strike('models.list'), strike('account.models.list')],
    },
    act: ({ tuner }, signal) => consume(tuner.models.list({ signal }), 1),
  },
  {
    name: 'models.delete',
    strikes: { openai: [strike('models.delete')] },
    async act({ tuner, things }, signal) {
      await tuner.models.delete(things.model, { signal })
      return 'deleted'
    },
  },
  {
    name: 'deployments.create',
    strikes: {
      azure: [
        strike('deployments.get', { waits: true }),
        strike('deployments.put', { creates: true, patience: true }),
        strike('deployments.get', { after: 1, waits: true }),
      ],
    },
    act: deploy,
  },
  {
    name: 'deployments.find',
    strikes: { azure: [strike('deployments.get', { after: 1, because: lost('deployments.put'), waits: true })] },
    act: deploy,
  },
  {
    name: 'deployments.get',
    strikes: { azure: [strike('deployments.get', { patience: true }), strike('metrics.list')] },
    act: async ({ tuner, things }, signal) => (await tuner.deployments.get(things.deployment, { signal })).status,
  },
  {
    name: 'deployments.list',
    strikes: { azure: [strike('deployments.list'), strike('metrics.list')] },
    act: ({ tuner }, signal) => consume(tuner.deployments.list({ signal }), 1),
  },
  {
    name: 'deployments.delete',
    strikes: {
      azure: [
        strike('deployments.get', { polls: true }),
        strike('deployments.delete'),
        strike('deployments.get', { after: 1, polls: true }),
        strike('operations.result', { polls: true }),
      ],
    },
    async prepare({ account }) {
      // It must still be there when the driver looks whether it is gone.
      account.configure({ undeployingMilliseconds: 500 }, 'azure')
    },
    async act({ tuner, things }, signal) {
      await tuner.deployments.delete(things.deployment, { signal })
      return 'deleted'
    },
  },
  {
    name: 'chat',
    strikes: both(strike('chat.create', { patience: true })),
    act: async (scene, signal) => ((await ask(scene, signal)) === 0 ? 'an empty answer' : 'an answer'),
  },
  {
    name: 'chat, read as it is written',
    strikes: both(strike('chat.create')),
    faults: [BROKEN_STREAM],
    async act(scene, signal) {
      await ask(scene, signal)
      return 'an answer'
    },
  },
]

/** Asks a question; the number of pieces that were read. */
async function ask({ vendor, tuner, things }: Scene, signal: AbortSignal): Promise<number> {
  const answering =
    vendor === 'azure' ? await tuner.deployments.open(things.deployment) : tuner.models.open(things.model)
  let pieces = 0
  for await (const _ of answering.streamChat([{ role: 'user', content: 'Where is the heron?' }], { signal }))
    pieces += 1
  return pieces
}

const WORKING: ReadonlySet<string> = new Set(['running', 'paused', 'queued'])

async function deploy({ tuner, things }: Scene, signal: AbortSignal): Promise<string> {
  await tuner.models.open(things.model).deploy({ signal })
  return 'serving'
}

/** The id of a job that has trained for a step. */
async function trainingJob({ tuner, plan }: Scene): Promise<string> {
  const run = await tuner.start(plan)
  const { id } = await run.job()
  for await (const event of tuner.jobs.events(id)) if (event.type === 'metrics') break
  return id
}

async function paused({ tuner }: Scene, job: string): Promise<void> {
  await tuner.jobs.pause(job)
  for await (const event of tuner.jobs.watch(job)) if (event.type === 'status' && event.status === 'paused') return
}
