import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTuner, type Tuner } from '@anytune/core'
import type { Attempt, Context, Job, JobSpec, StagingFile } from '@anytune/core/driver'
import { local, type LocalDriver, type LocalJob } from '@anytune/local'
import { afterEach, vi } from 'vitest'
// Only core's gate mints permits; staging through the driver alone needs one.
import { requestPermit } from '../../core/src/policy/gate.ts'
import { NOT_CONFIGURED } from '../../core/src/policy/judgement.ts'

/** A temporary folder with a data directory and drivers on it; gone after the test, with every runner. */
export interface Place {
  readonly folder: string
  readonly data: string
  /** Another driver on the same data, as another process would have it. */
  driver(): LocalDriver
  tuner(): Tuner<LocalDriver>
  /** The path of a JSONL file with these rows. */
  file(rows: readonly object[]): Promise<string>
}

// Runners compile before they train, and several may share few processors.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 })

const cleanups: (() => Promise<void>)[] = []
/** Runs after the test, however it ends. */
export function afterwards(cleanup: () => Promise<void>): void {
  cleanups.unshift(cleanup)
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

export async function makePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'anytune-local-'))
  const data = join(folder, 'data')
  const tuners: Tuner<LocalDriver>[] = []
  afterwards(async () => {
    for (const tuner of tuners) await tuner.close()
    // A test may have made the data directory unusable.
    await killRunners(local({ directory: data })).catch(() => {})
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  return {
    folder,
    data,
    driver: () => local({ directory: data }),
    tuner() {
      const tuner = createTuner(local({ directory: data }), { stateDirectory: join(folder, 'state') })
      tuners.push(tuner)
      return tuner
    },
    async file(rows) {
      const path = join(folder, `${randomBytes(4).toString('hex')}.jsonl`)
      await writeFile(path, toText(rows))
      return path
    },
  }
}

/** Ends every runner of the data directory at once, as `kill -9` does. */
export async function killRunners(driver: LocalDriver): Promise<void> {
  const { items } = await driver.jobs.list({ limit: 1000 }, context())
  for (const job of items) if (job.raw.held) kill(job)
}

/** Ends the runner of a job as `kill -9` does, or with another signal. */
export function kill(job: Job<LocalJob>, signal: NodeJS.Signals = 'SIGKILL'): void {
  const { status, launch } = job.raw
  // A runner that has not yet said anything is not the one whose number is written there.
  if (status === undefined || launch === undefined || status.at < launch.at) return
  try {
    process.kill(status.pid, signal)
  } catch {
    // It ended by itself meanwhile.
  }
}

/** Short rows with an answer that can be learned. */
export function rows(count = 16): readonly object[] {
  const moods = ['good', 'bad']
  return Array.from({ length: count }, (_, index) => ({
    messages: [
      { role: 'user', content: `How is number ${index}?` },
      { role: 'assistant', content: moods[index % 2] },
    ],
  }))
}

export function toText(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

export function context(more: Partial<Context> = {}): Context {
  return {
    signal: new AbortController().signal,
    retry: (part) => part(),
    until: async (look) => {
      throw new Error(`not used by this driver: ${String(look)}`)
    },
    save: async () => {},
    progress: () => {},
    ...more,
  }
}

export function attempt(key = `test-${randomBytes(6).toString('hex')}`): Attempt {
  return { key, since: new Date(Date.now() - 60_000) }
}

export function stagingFile(text: string): StagingFile {
  const bytes = Buffer.from(text)
  return {
    name: 'rows.jsonl',
    format: 'openai-chat',
    bytes: bytes.byteLength,
    rows: text.split('\n').length - 1,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *open() {
      yield bytes
    },
  }
}

/** Stages rows and returns the dataset's id. */
export async function stage(driver: LocalDriver, given: readonly object[] = rows()): Promise<string> {
  const file = stagingFile(toText(given))
  const permit = requestPermit({ purpose: 'stage', sha256: file.sha256 }, NOT_CONFIGURED)
  return (await driver.datasets.create(file, attempt(), permit, context())).id
}

export const chatPermit = () => requestPermit({ purpose: 'chat' }, NOT_CONFIGURED)
export const stagePermit = (sha256: string) => requestPermit({ purpose: 'stage', sha256 }, NOT_CONFIGURED)

/** A small job; `epochs` of two steps each. */
export function spec(training: string, epochs: number, more: Partial<JobSpec> = {}): JobSpec {
  return {
    baseModel: 'scratch-tiny',
    method: 'supervised',
    training,
    hyperparameters: { epochs, batchSize: 8, learningRate: 0.005 },
    seed: 7,
    providerOptions: {},
    ...more,
  }
}

/** Everything in a directory, hidden names included but for git's; none when it is not there. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory).catch((): string[] => [])).filter((name) => name !== '.gitignore').toSorted()
}

/** Looks at a job at each change of its files until it is as wanted. */
export async function jobWhen(
  driver: LocalDriver,
  id: string,
  wanted: (job: Job<LocalJob>) => boolean,
): Promise<Job<LocalJob>> {
  for (;;) {
    const change = new AbortController()
    // A runner that was killed changes no file, so a look is due from time to time as well.
    const signal = AbortSignal.any([change.signal, AbortSignal.timeout(250)])
    const changed = driver.jobs.changed(id, context({ signal })).catch(() => {})
    const job = await driver.jobs.get(id, context())
    if (wanted(job)) {
      change.abort()
      return job
    }
    // A runner says its last word before it lets go.
    if (job.finishedAt !== undefined && !job.raw.held)
      throw new Error(`the job ended as ${job.status}: ${job.failure?.message}`)
    await changed
  }
}

/** The losses of a job by step, in the order told. */
export async function lossesOf(driver: LocalDriver, id: string): Promise<readonly (readonly [number, number])[]> {
  const { events } = await driver.jobs.events(id, undefined, context())
  return events.flatMap((event) =>
    event.type === 'metrics' && event.values['loss'] !== undefined ? [[event.step, event.values['loss']] as const] : [],
  )
}
