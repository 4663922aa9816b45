import type { Deployment, Driver, JobSpec, Kept, Made, DeploymentSpec } from '@anytune/core/driver'
import type { MemoryDriver } from '@anytune/core/memory'
import { overlay } from '../src/overlay.ts'
import type { Defect } from './defects.ts'

type Jobs = Driver['jobs']
type Deployments = Made<DeploymentSpec, Deployment> & Kept<Deployment>

const jobs = (driver: MemoryDriver, replaced: Partial<Jobs>) =>
  overlay<Driver>(driver, { jobs: overlay<Jobs>(driver.jobs, replaced) })
const deployments = (driver: MemoryDriver, replaced: Partial<Deployments>) =>
  overlay<Driver>(driver, { deployments: overlay<Deployments>(driver.deployments, replaced) })
const classifying =
  (change: (info: ReturnType<Driver['classify']>) => ReturnType<Driver['classify']>) => (driver: MemoryDriver) =>
    overlay<Driver>(driver, { classify: (...given) => change(driver.classify(...given)) })

const deaf = new AbortController().signal

const LOSING: readonly Defect[] = [
  {
    name: 'a job is made twice',
    change: (driver) =>
      jobs(driver, {
        async create(...given) {
          await driver.jobs.create(...given)
          return driver.jobs.create(...given)
        },
      }),
    caughtBy: [
      'recovery: a job is found again by its attempt',
      'recovery: killed after the job was made: the run is resumed with that one job',
      'recovery: killed before the job was made: the run is resumed with one job',
    ],
  },
  {
    name: 'absence is promised of what was made (D13)',
    change: (driver) => jobs(driver, { find: async () => ({ state: 'absent' }) }),
    caughtBy: [
      'recovery: a job is found again by its attempt',
      'recovery: killed after the job was made: the run is resumed with that one job',
      'recovery: lost-answer of the job: there is one job, or the user is asked',
    ],
  },
  {
    name: 'any job is taken for ours',
    change: (driver) =>
      jobs(driver, {
        async find(_spec, _attempt, context) {
          const [value] = (await driver.jobs.list({ limit: 1 }, context)).items
          return value === undefined ? { state: 'absent' } : { state: 'found', value }
        },
      }),
    caughtBy: ['recovery: an attempt that made nothing finds nothing'],
  },
  {
    name: 'a lost answer is taken for a lost request',
    change: classifying((info) => (info.reached === 'maybe' ? { ...info, reached: 'no' } : info)),
    caughtBy: [
      'recovery: lost-answer of the job: there is one job, or the user is asked',
      'errors: lost-answer is understood as such',
      'errors: any thrown value is understood, and nothing is taken for harmless',
    ],
  },
  {
    name: 'absence is promised of a deployment that was made',
    change: (driver) => deployments(driver, { find: async () => ({ state: 'absent' }) }),
    caughtBy: ['recovery: a deployment is found again by its attempt'],
  },
  {
    name: 'half an upload is taken for a dataset when it is resumed',
    change: (driver) =>
      overlay<Driver>(driver, {
        datasets: overlay<Driver['datasets']>(driver.datasets, {
          async find(file, attempt) {
            const { store } = driver
            const [upload] = store.uploads.values()
            if (upload === undefined) return { state: 'absent' }
            const id = 'dataset-half'
            const kept = { id, sequence: store.nextSequence(), createdAt: attempt.since, lessons: [] }
            const bytes = Buffer.concat(upload.parts)
            store.datasets.set(id, { ...kept, name: file.name, format: file.format, bytes, sha256: '' })
            return { state: 'found', value: await driver.datasets.get(id, { signal: deaf } as never) }
          },
        }),
      }),
    caughtBy: ['recovery: killed in the middle of the upload: the run is resumed with a whole dataset'],
  },
]

const asking = (change: (spec: JobSpec) => JobSpec) => (driver: MemoryDriver) =>
  jobs(driver, { create: (spec, ...rest) => driver.jobs.create(change(spec), ...rest) })

const ASKING: readonly Defect[] = [
  {
    name: 'a method is taken for another (D3)',
    change: asking((spec) => ({ ...spec, method: 'supervised' })),
    caughtBy: ['jobs: preference training is asked for as it was planned', 'jobs: preference training makes a model'],
  },
  {
    name: 'a hyperparameter is lost (D4, L3)',
    change: asking(({ hyperparameters: { batchSize: _batchSize, ...hyperparameters }, ...spec }) => ({
      ...spec,
      hyperparameters,
    })),
    caughtBy: ['jobs: supervised training is asked for as it was planned'],
  },
  {
    name: 'the seed is lost (L3)',
    change: asking(({ seed: _seed, ...spec }) => spec),
    caughtBy: ['jobs: supervised training is asked for as it was planned'],
  },
  {
    name: 'the validation dataset is left out',
    change: asking(({ validation: _validation, ...spec }) => spec),
    caughtBy: ['jobs: supervised training is asked for as it was planned'],
  },
]

const REFUSING: readonly Defect[] = [
  {
    name: 'the scope is another one in each process',
    change: (driver) => overlay<Driver>(driver, { scope: `account/${Math.random()}` }),
    caughtBy: ['references: a run is opened by its reference in a second process, and resuming it makes nothing'],
  },
  {
    name: 'what is not there is an unknown error',
    change: classifying((info) => (info.code === 'not-found' ? { ...info, code: 'unknown' } : info)),
    caughtBy: ['errors: what is not there is not-found', 'models: a deleted model is gone'],
  },
  {
    name: 'the pause that the vendor asks for is lost',
    change: classifying((info) => ({ ...info, retryAfterMs: 0 })),
    caughtBy: ['errors: rate-limited is understood as such'],
  },
  {
    name: 'a refusal is taken for an outage',
    change: classifying((info) =>
      info.code === 'permission-denied' ? { ...info, code: 'unavailable', reached: 'maybe' } : info,
    ),
    caughtBy: [
      'errors: permission-denied is understood as such',
      'errors: permission-denied on a dataset carries no content',
    ],
  },
  {
    name: 'a job is made on whatever it is given',
    change: (driver) =>
      jobs(driver, {
        async create(spec, attempt, context) {
          const [known] = driver.store.datasets.keys()
          return driver.jobs.create({ ...spec, training: known ?? spec.training }, attempt, context)
        },
      }),
    caughtBy: ['errors: a job on a dataset that is not there is refused, and not made'],
  },
  {
    name: 'a typo in its options is ignored',
    change: (driver) => overlay<Driver>(driver, { options: { job: () => ({}), deployment: () => ({}) } }),
    caughtBy: [
      'unsupported: a typo in the provider’s own options is invalid, with zero calls',
      'unsupported: a typo in the options of a deployment is invalid, with zero calls',
    ],
  },
  {
    name: 'an aborted job is made nevertheless',
    change: (driver) =>
      jobs(driver, {
        create: (spec, attempt, context) => driver.jobs.create(spec, attempt, { ...context, signal: deaf }),
      }),
    caughtBy: ['abort: a driver that is given an aborted signal makes nothing'],
  },
  {
    name: 'an aborted upload is finished nevertheless',
    change: (driver) =>
      overlay<Driver>(driver, {
        datasets: overlay<Driver['datasets']>(driver.datasets, {
          create: (file, attempt, permit, context) =>
            driver.datasets.create(file, attempt, permit, { ...context, signal: deaf }),
        }),
      }),
    caughtBy: ['abort: an upload that is aborted leaves no dataset'],
  },
  {
    name: 'waiting for a change outlives its abort',
    change: (driver) => jobs(driver, { changed: () => new Promise(() => {}) }),
    caughtBy: ['abort: waiting for a change ends when it is aborted'],
  },
  {
    name: 'a request outlives its abort',
    change: (driver) =>
      jobs(driver, { get: (id, context) => driver.jobs.get(id, { ...context, signal: AbortSignal.timeout(1500) }) }),
    caughtBy: ['abort: a request without an answer ends with the reason'],
  },
]

const SERVING: readonly Defect[] = [
  {
    name: 'undeploying does nothing',
    change: (driver) => deployments(driver, { delete: async () => {} }),
    caughtBy: ['deployments: a model is deployed, listed, looked at for free, and taken down'],
  },
  {
    name: 'anything can be deployed',
    change: (driver) =>
      deployments(driver, {
        async create(spec, attempt) {
          const { store } = driver
          const id = `deployment-${attempt.key}`
          store.deployments.set(id, { id, sequence: store.nextSequence(), createdAt: new Date(0), model: spec.model })
          return { id }
        },
      }),
    caughtBy: ['deployments: what is not a model is not deployed'],
  },
  {
    name: 'looking at a deployment makes another',
    change: (driver) =>
      deployments(driver, {
        async get(id, context) {
          const deployment = await driver.deployments.get(id, context)
          await driver.deployments.create(
            { model: deployment.model ?? '', providerOptions: {} },
            { key: 'made-by-looking', since: new Date() },
            context,
          )
          return deployment
        },
      }),
    caughtBy: ['deployments: a model is deployed, listed, looked at for free, and taken down'],
  },
  {
    name: 'chat asks without a permit',
    change: (driver) =>
      overlay<Driver>(driver, {
        async *chat() {
          yield { text: 'Hello', finish: 'stop' }
        },
      }),
    caughtBy: [
      'permits: a forged permit asks no model',
      'permits: a permit to ask does not stage, and one to stage does not ask',
    ],
  },
  {
    name: 'a setting of a question is ignored',
    change: (driver) =>
      overlay<Driver>(driver, {
        chat: (target, { messages }, permit, context) => {
          const long = { messages, maxTokens: 1000 }
          return padded(driver.chat(target, long, permit, context))
        },
      }),
    caughtBy: ['chat: takes maxTokens'],
  },
]

async function* padded(chunks: ReturnType<NonNullable<Driver['chat']>>) {
  for await (const chunk of chunks) {
    yield chunk.usage === undefined ? chunk : { ...chunk, usage: { ...chunk.usage, outputTokens: 1000 } }
  }
}

export const LOST_DEFECTS: readonly Defect[] = [...LOSING, ...ASKING, ...REFUSING, ...SERVING]
