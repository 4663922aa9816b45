import type {
  Driver,
  FineTunedModel,
  Job,
  JobEvent,
  Kept,
  Page,
  StagedDataset,
  StagingFile,
} from '@anytune/core/driver'
import type { MemoryDriver } from '@anytune/core/memory'
import { overlay } from '../src/overlay.ts'
import type { Change } from './memory-harness.ts'

/** A driver that does one thing wrong, and the tests that must notice. `D` and `L` number defects that were found in published gateways. */
export interface Defect {
  readonly name: string
  readonly change: Change
  readonly caughtBy: readonly string[]
}

const PURGED = 'a run that is purged leaves what cannot be deleted, and nothing of another goes'

type Jobs = Driver['jobs']
type Datasets = Driver['datasets']

const jobs = (driver: MemoryDriver, replaced: Partial<Jobs>) =>
  overlay<Driver>(driver, { jobs: overlay<Jobs>(driver.jobs, replaced) })
const datasets = (driver: MemoryDriver, replaced: Partial<Datasets>) =>
  overlay<Driver>(driver, { datasets: overlay<Datasets>(driver.datasets, replaced) })
const seeing = (see: (job: Job) => Job) => (driver: MemoryDriver) =>
  jobs(driver, {
    get: async (id, context) => see(await driver.jobs.get(id, context)),
    list: async (query, context) => {
      const page = await driver.jobs.list(query, context)
      return { ...page, items: page.items.map(see) }
    },
  })

/** Stages as the driver does, and then changes what the vendor holds. */
const holding = (spoil: (bytes: Uint8Array) => Uint8Array) => (driver: MemoryDriver) =>
  datasets(driver, {
    async create(...given) {
      const created = await driver.datasets.create(...given)
      const record = driver.store.datasets.get(created.id)
      if (record !== undefined) driver.store.datasets.set(created.id, { ...record, bytes: spoil(record.bytes) })
      return created
    },
  })

/** Keeps a dataset without a look at permit or digest. */
function keep(driver: MemoryDriver, file: StagingFile, bytes: Uint8Array): { readonly id: string } {
  const { store } = driver
  const id = `dataset-${store.nextSequence()}`
  const kept = { id, sequence: store.nextSequence(), createdAt: store.clock.now(), lessons: [] }
  store.datasets.set(id, { ...kept, name: file.name, format: file.format, bytes, sha256: file.sha256 })
  return { id }
}

async function readSoFar(file: StagingFile): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of file.open()) chunks.push(Uint8Array.from(chunk))
  } catch {
    // What came so far is taken for all there is.
  }
  return Buffer.concat(chunks)
}

const events = (change: (told: readonly JobEvent[]) => readonly JobEvent[]) => (driver: MemoryDriver) =>
  jobs(driver, {
    async events(...given) {
      const page = await driver.jobs.events(...given)
      return { ...page, events: change(page.events) }
    },
  })

function withoutFirstSystemRow(bytes: Uint8Array): Uint8Array {
  const lines = Buffer.from(bytes).toString().split('\n')
  return Buffer.from(lines.filter((_, index) => index !== 3).join('\n'))
}

/** Decodes each piece by itself, as D10 does. */
async function decodedPieceByPiece(file: StagingFile): Promise<Uint8Array> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of file.open()) text += decoder.decode(chunk)
  return Buffer.from(text)
}

const oldestFirst =
  <T>(kept: Kept<T>): Kept<T>['list'] =>
  async (query, context) => {
    const items: T[] = []
    let after: string | undefined
    do {
      const page: Page<T> = await kept.list({ limit: 100, ...(after !== undefined && { after }) }, context)
      items.push(...page.items)
      after = page.next
    } while (after !== undefined)
    const from = Number(query.after ?? 0)
    const to = from + query.limit
    return { items: items.toReversed().slice(from, to), ...(to < items.length && { next: String(to) }) }
  }

const DATA: readonly Defect[] = [
  {
    name: 'a row is dropped in silence (D1)',
    change: holding(withoutFirstSystemRow),
    caughtBy: ['datasets: the vendor holds the bytes that were planned', 'datasets: rows in are rows out'],
  },
  {
    name: 'characters are cut where chunks end (D10)',
    change: (driver) =>
      datasets(driver, {
        async create(file, ...rest) {
          const created = await driver.datasets.create(file, ...rest)
          const record = driver.store.datasets.get(created.id)
          const bytes = await decodedPieceByPiece(file)
          if (record !== undefined) driver.store.datasets.set(created.id, { ...record, bytes })
          return created
        },
      }),
    caughtBy: ['datasets: bytes that arrive one by one are staged whole'],
  },
  {
    name: 'what came before an error is taken for the dataset',
    change: (driver) => datasets(driver, { create: async (file) => keep(driver, file, await readSoFar(file)) }),
    caughtBy: [
      'datasets: a stream that breaks off leaves no dataset',
      'datasets: a stream that is not the planned one leaves no dataset',
      'abort: an upload that is aborted leaves no dataset',
      'permits: a forged permit stages nothing: not one byte is read',
      'permits: a permit is for the one dataset it was given for',
    ],
  },
  {
    name: 'the permit is looked at when the bytes have been read',
    change: (driver) =>
      datasets(driver, {
        async create(file, ...rest) {
          await readSoFar(file)
          return driver.datasets.create(file, ...rest)
        },
      }),
    caughtBy: ['permits: a forged permit stages nothing: not one byte is read'],
  },
  {
    name: 'an error carries the failing chunk (D2)',
    change: (driver) =>
      datasets(driver, {
        async create(file, ...rest) {
          const said: Uint8Array[] = []
          const open = async function* () {
            for await (const chunk of file.open()) {
              said.push(chunk)
              yield chunk
            }
          }
          return driver.datasets.create({ ...file, open }, ...rest).catch((error: unknown) => {
            throw new Error(`failed at: ${Buffer.concat(said).toString()}`, { cause: error })
          })
        },
      }),
    caughtBy: ['datasets: a stream that breaks off leaves no dataset'],
  },
  {
    name: 'deleting a dataset does nothing',
    change: (driver) => datasets(driver, { delete: async () => {} }),
    caughtBy: ['datasets: a deleted dataset is gone'],
  },
  {
    name: 'a dataset is called ready whatever became of it, and has no bytes',
    change: (driver) =>
      datasets(driver, {
        async get(id, context): Promise<StagedDataset> {
          const { bytes: _, sha256: __, ...rest } = await driver.datasets.get(id, context)
          return { ...rest, bytes: 0 }
        },
      }),
    caughtBy: ['datasets: the vendor holds the bytes that were planned'],
  },
]

const STATES: readonly Defect[] = [
  {
    name: 'cancelled while it is cancelling (D7, L5)',
    change: seeing((job) => (job.status === 'cancelling' ? { ...job, status: 'cancelled' } : job)),
    caughtBy: ['cancel: a running job is cancelled', 'states: "stopping" is cancelling'],
  },
  {
    name: 'an unknown word is queued (D7, L2)',
    change: seeing((job) => (job.status === 'unknown' ? { ...job, status: 'queued' } : job)),
    caughtBy: ['states: a word that nobody has heard is unknown, never queued'],
  },
  {
    name: 'paused is queued (D7, L2)',
    change: seeing((job) => (job.status === 'paused' ? { ...job, status: 'queued' } : job)),
    caughtBy: ['states: "paused" is paused', 'pause: a running job pauses, stays paused, and goes on'],
  },
  {
    name: 'the model is named before it exists (D7, L2)',
    change: seeing((job) => ({ ...job, model: job.model ?? `tuned-${job.baseModel}` })),
    caughtBy: [
      'models: a job names its model only when it has succeeded',
      'states: a job never contradicts the vendor’s word for it',
    ],
  },
  {
    name: 'a job has finished before it has',
    change: seeing((job) => ({ ...job, finishedAt: job.finishedAt ?? new Date() })),
    caughtBy: ['states: a job never contradicts the vendor’s word for it'],
  },
  {
    name: 'seconds are taken for milliseconds',
    change: seeing((job) => ({ ...job, createdAt: new Date(Number(job.createdAt) / 1000) })),
    caughtBy: ['jobs: times are dates, in their order'],
  },
  {
    name: 'a job goes back to the queue',
    change: (driver) => {
      let looks = 0
      return seeing((job) => (++looks % 2 === 0 && job.status === 'running' ? { ...job, status: 'queued' } : job))(
        driver,
      )
    },
    caughtBy: ['jobs: a job that is left alone only goes forward'],
  },
  {
    name: 'there is no raw',
    change: seeing((job) => ({ ...job, raw: undefined })),
    caughtBy: ['raw: a job carries the vendor’s own object and word'],
  },
  {
    name: 'looking at a finished job deploys its model (D12)',
    change: (driver) =>
      jobs(driver, {
        async get(id, context) {
          const job = await driver.jobs.get(id, context)
          const attempt = { key: 'deployed-by-looking', since: new Date() }
          if (job.model !== undefined) {
            await driver.deployments.create({ model: job.model, providerOptions: {} }, attempt, context)
          }
          return job
        },
      }),
    caughtBy: ['jobs: looking changes nothing'],
  },
  {
    name: 'a pause is a cancel (D5)',
    change: (driver) => jobs(driver, { pause: (...given) => driver.jobs.cancel(...given) }),
    caughtBy: ['pause: a running job pauses, stays paused, and goes on'],
  },
  {
    name: 'cancelling what has finished is no error',
    change: (driver) => jobs(driver, { cancel: (...given) => driver.jobs.cancel(...given).catch(() => {}) }),
    caughtBy: ['cancel: a finished job cannot be cancelled'],
  },
  {
    name: 'resuming what runs is no error',
    change: (driver) => jobs(driver, { resume: (...given) => driver.jobs.resume(...given).catch(() => {}) }),
    caughtBy: ['pause: a job that is not paused cannot be resumed'],
  },
]

const TELLING: readonly Defect[] = [
  {
    name: 'events come newest first',
    change: events((told) => told.toReversed()),
    caughtBy: ['events: events come oldest first, each with an id of its own'],
  },
  {
    name: 'events have another id each time',
    change: events((told) => told.map((event) => ({ ...event, id: `event-${Math.random()}` }))),
    caughtBy: ['events: reading again gives the same events'],
  },
  {
    name: 'a cursor loses an event',
    change: (driver) =>
      jobs(driver, {
        async events(id, cursor, context) {
          const page = await driver.jobs.events(id, cursor, context)
          return cursor === undefined ? page : { ...page, events: page.events.slice(1) }
        },
      }),
    caughtBy: ['events: reading again gives the same events'],
  },
  {
    name: 'a cursor tells its last event again',
    change: (driver) =>
      jobs(driver, {
        async events(id, cursor, context) {
          const all = await driver.jobs.events(id, undefined, context)
          const rest = await driver.jobs.events(id, cursor, context)
          const from = all.events.length - rest.events.length
          return { ...rest, events: rest.events.length === 0 ? [] : all.events.slice(Math.max(0, from - 1)) }
        },
      }),
    caughtBy: ['events: events come oldest first, each with an id of its own'],
  },
  {
    name: 'a cursor is known to the process that was given it alone',
    change: (driver) => {
      const known = new Map<string, string>()
      return jobs(driver, {
        async events(id, cursor, context) {
          const page = await driver.jobs.events(id, cursor === undefined ? undefined : known.get(cursor), context)
          known.set(`cursor-${page.cursor}`, page.cursor)
          return { ...page, cursor: `cursor-${page.cursor}` }
        },
      })
    },
    caughtBy: ['events: a second process goes on from any cursor, without loss or repetition'],
  },
  {
    name: 'metrics are text',
    change: events((told) =>
      told.map((event) => (event.type === 'metrics' ? { ...event, values: { epoch: Number.NaN } } : event)),
    ),
    caughtBy: ['events: metrics are numbers, and steps stay within their total'],
  },
  {
    name: 'checkpoints are not told',
    change: events((told) => told.filter(({ type }) => type !== 'checkpoint')),
    caughtBy: ['checkpoints: checkpoints are told in the order of their steps, each with a model of its own'],
  },
  {
    name: 'lists come oldest first',
    change: (driver) => jobs(driver, { list: oldestFirst(driver.jobs) }),
    caughtBy: ['lists: jobs and datasets are listed once, in one order, whatever the size of a page'],
  },
  {
    name: 'a list ends after its first page',
    change: (driver) =>
      datasets(driver, {
        async list(query, context) {
          return { items: (await driver.datasets.list(query, context)).items }
        },
      }),
    caughtBy: ['lists: jobs and datasets are listed once, in one order, whatever the size of a page'],
  },
  {
    name: 'one odd job breaks the list (D8)',
    change: seeing((job) => {
      if (!job.baseModel) throw new TypeError('cannot read properties of undefined')
      return job
    }),
    caughtBy: ['lists: an odd job breaks no list'],
  },
  {
    name: 'models are listed before there are any',
    change: (driver) =>
      overlay<Driver>(driver, {
        models: overlay<Kept<FineTunedModel>>(driver.models, {
          list: async () => ({ items: [...driver.store.jobs.values()].map(({ model }) => ({ id: model, raw: {} })) }),
        }),
      }),
    caughtBy: ['cancel: a run whose job was cancelled says so'],
  },
  {
    name: 'a dataset that is deleted stays',
    change: (driver) => datasets(driver, { delete: async () => {} }),
    caughtBy: [`purge: ${PURGED}`, 'purge: a job under way is cancelled first, and only when that was asked for'],
  },
  {
    name: 'the datasets of another run are deleted with the first',
    change: (driver) =>
      datasets(driver, {
        async delete(id, context) {
          await driver.datasets.delete(id, context)
          driver.store.datasets.clear()
        },
      }),
    caughtBy: [`purge: ${PURGED}`],
  },
  {
    name: 'asking for the account’s settings removes a dataset',
    change: (driver) =>
      overlay<Driver>(driver, {
        verifyTerms(context) {
          driver.store.datasets.clear()
          return driver.verifyTerms(context)
        },
      }),
    caughtBy: ['terms: asking for it changes nothing'],
  },
  {
    name: 'settings of the account are told in the vendor’s words, and without saying what was asked',
    change: (driver) =>
      overlay<Driver>(driver, {
        verifyTerms: async () => ({ source: 'the vendor', settings: ['ZERO RETENTION'], terms: [], checks: [] }),
      }),
    caughtBy: ['terms: what the account has set is told in the catalogue’s words'],
  },
]

export const DEFECTS: readonly Defect[] = [...DATA, ...STATES, ...TELLING]
