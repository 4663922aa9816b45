import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTuner, memoryJournal, type Tuner } from '@anytune/core'
import type { MemoryDriver } from '@anytune/core/memory'
import { describe, expect, it } from 'vitest'
import { exportAccount, type Copied, type ExportManifest, type ExportNews } from '../../src/export/export-account.ts'
import type { JobManifest } from '../../src/export/export-job.ts'
import { openFolder, type ExportFolder } from '../../src/export/folder.ts'
import { findTargets } from '../../src/export/targets.ts'
import { folder as newFolder } from '../anytune.ts'
import { fullAccount } from '../doctor/full-account.ts'

const NEVER = new AbortController().signal

interface Exporting {
  readonly wanted?: readonly string[] | 'all'
  readonly signal?: AbortSignal
  readonly around?: (folder: ExportFolder) => ExportFolder
  readonly onNews?: (news: ExportNews) => void
}

/** Exports in the way of one command, and closes the folder as the end of its process would. */
async function exported(tuner: Tuner, to: string, given: Exporting = {}) {
  const { wanted = 'all', signal = NEVER, around = (folder) => folder, onNews } = given
  const folder = await openFolder(to, 'out', tuner)
  const copied: Copied[] = []
  try {
    const complete = await exportAccount({
      tuner,
      folder: around(folder),
      wanted: wanted === 'all' ? 'all' : await findTargets(tuner, wanted, signal),
      signal,
      pauseMs: 1,
      now: () => new Date('2026-12-20T10:00:00Z'),
      onBytes: () => {},
      onNews(news) {
        if (news.type === 'copied') copied.push(news)
        onNews?.(news)
      },
    })
    return { complete, copied }
  } finally {
    await folder.close()
  }
}

async function manifestIn(to: string): Promise<ExportManifest> {
  return JSON.parse(await readFile(join(to, 'manifest.json'), 'utf8'))
}

async function jobManifestIn(to: string, job: string): Promise<JobManifest> {
  return JSON.parse(await readFile(join(to, 'jobs', job, 'manifest.json'), 'utf8'))
}

/** Every file is there with the bytes that the manifest says, and nothing else is. */
async function expectWhole(to: string): Promise<ExportManifest> {
  const manifest = await manifestIn(to)
  for (const { path, bytes, sha256 } of manifest.files) {
    const content = await readFile(join(to, path))
    expect({ path, bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') }).toEqual({
      path,
      bytes,
      sha256,
    })
  }
  const files = (await readdir(to, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const there = files.map(({ parentPath, name }) => join(parentPath, name)).filter((name) => !/\/\.[^/]+$/.test(name))
  expect(there.toSorted()).toEqual(
    [...manifest.files.map(({ path }) => join(to, path)), join(to, 'manifest.json')].toSorted(),
  )
  return manifest
}

function countsOf(driver: MemoryDriver): Readonly<Record<string, number>> {
  const counted = Object.entries(Object.groupBy(driver.calls, ({ operation }) => operation))
  return Object.fromEntries(counted.map(([operation, calls]) => [operation, calls?.length ?? 0]))
}

/** A tuner on the same account whose driver differs. */
function tunerWith(driver: MemoryDriver, over: Partial<MemoryDriver>): Tuner {
  const retry = { attempts: 3, firstMs: 1, maximumMs: 2 }
  return createTuner({ ...driver, ...over }, { journal: memoryJournal(), retry })
}

/** The account with a few more datasets than its one job uses. */
async function smallAccount(datasets = 4) {
  const account = await fullAccount({ models: 3, deployments: 1 })
  const { store } = account.driver
  const [first] = store.datasets.values()
  if (first === undefined) throw new Error('the account has no dataset')
  for (let index = 1; index < datasets; index++) {
    const bytes = Buffer.from(`row ${index}\n`)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const id = `Extra:${index}`
    store.datasets.set(id, {
      ...first,
      id,
      sequence: store.nextSequence(),
      name: `extra-${index}.jsonl`,
      bytes,
      sha256,
    })
  }
  return { ...account, to: await newFolder(), training: first.id }
}

describe('exporting an account', () => {
  it('copies everything that it has, each file with its digest', async () => {
    const { driver, tuner, run, jobs, to, training } = await smallAccount()
    const { complete, copied } = await exported(tuner, to)
    expect(complete).toBe(true)
    expect(copied.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual(
      [
        ...Array<string>(3).fill('job written'),
        'run written',
        ...Array<string>(3).fill('model written'),
        'deployment written',
        ...Array<string>(3).fill('dataset written'),
      ].toSorted(),
    )
    const manifest = await expectWhole(to)
    expect(manifest).toMatchObject({ provider: 'memory', scope: tuner.scope, complete: true, gone: [], unreadable: [] })
    const stored = [...driver.store.datasets.values()].map(({ sha256 }) => sha256)
    const copies = manifest.files.filter(({ path }) => path.startsWith('files/')).map(({ sha256 }) => sha256)
    expect(copies.toSorted()).toEqual(stored.toSorted())

    const [first = ''] = jobs
    const inFolder = join(to, 'jobs', first)
    expect((await jobManifestIn(to, first)).files.map(({ role }) => role)).toEqual([
      'job',
      'events',
      'metrics',
      'checkpoints',
      'training',
    ])
    expect(JSON.parse(await readFile(join(inFolder, 'job.json'), 'utf8'))).toMatchObject({
      id: first,
      status: 'succeeded',
      run,
      raw: { trainingDataset: training, baseModel: 'memory-small' },
    })
    const events = (await readFile(join(inFolder, 'events.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(events.map((line) => JSON.parse(line).type)).toContain('metrics')
    expect(await readFile(join(inFolder, 'metrics.csv'), 'utf8')).toMatch(/^step,at,totalSteps,epoch\r\n\d/)
    expect(JSON.parse(await readFile(join(inFolder, 'checkpoints.json'), 'utf8'))).toHaveLength(1)
    expect(JSON.parse(await readFile(join(to, 'runs', `${run}.json`), 'utf8'))).toMatchObject({
      id: run,
      jobId: first,
      plan: { baseModel: 'memory-small' },
    })
  })

  it('does nothing but read, and reads a file that several jobs share once', async () => {
    const { driver, tuner, to } = await smallAccount()
    await exported(tuner, to)
    expect(countsOf(driver)).toEqual({
      'jobs.list': 1,
      'models.list': 1,
      'deployments.list': 1,
      'datasets.list': 1,
      // Once for what it is, once for its events.
      'jobs.get': 6,
      'jobs.events': expect.any(Number) as number,
      'datasets.get': 4,
      'datasets.read': 4,
    })
  })

  it('called again, asks for the lists alone and touches no file', async () => {
    const { driver, tuner, to } = await smallAccount()
    await exported(tuner, to)
    const ledger = await readFile(join(to, '.anytune-export.jsonl'), 'utf8')
    driver.store.calls.splice(0)
    const { complete, copied } = await exported(tuner, to)
    expect([complete, new Set(copied.map(({ state }) => state))]).toEqual([true, new Set(['unchanged'])])
    expect(countsOf(driver)).toEqual({ 'jobs.list': 1, 'models.list': 1, 'deployments.list': 1, 'datasets.list': 1 })
    expect(await readFile(join(to, '.anytune-export.jsonl'), 'utf8')).toBe(ledger)
  })

  it('reads a job again until it has ended, and copies only what is new', async () => {
    const { driver, tuner, jobs, to } = await smallAccount()
    const [first = '', second = ''] = jobs
    driver.store.reportState(first, 'stepping')
    await exported(tuner, to)
    expect(await jobManifestIn(to, first)).toMatchObject({ status: 'running', final: false })
    driver.store.reportState(first, 'done')
    driver.store.calls.splice(0)
    const { copied } = await exported(tuner, to)
    expect(copied.find(({ id }) => id === first)).toMatchObject({ state: 'written' })
    expect(copied.find(({ id }) => id === second)).toMatchObject({ state: 'unchanged' })
    expect(await jobManifestIn(to, first)).toMatchObject({ status: 'succeeded', final: true })
    expect(countsOf(driver)['datasets.read']).toBeUndefined()
    await expectWhole(to)
  })

  it('says what is gone, is complete without it, and does not ask for it again', async () => {
    const { driver, tuner, jobs, to, training } = await smallAccount()
    driver.store.datasets.delete(training)
    const { complete, copied } = await exported(tuner, to)
    expect(complete).toBe(true)
    const gone = [{ role: 'training', id: training }]
    expect(copied.find(({ kind }) => kind === 'job')).toMatchObject({ state: 'written', gone })
    expect(await jobManifestIn(to, jobs[0] ?? '')).toMatchObject({ final: true, gone })
    expect((await manifestIn(to)).jobs.map((job) => job.gone)).toEqual([gone, gone, gone])
    driver.store.calls.splice(0)
    await exported(tuner, to)
    expect(countsOf(driver)['datasets.get']).toBeUndefined()
  })

  it('says what the provider has no way to read', async () => {
    const { driver, to } = await smallAccount(1)
    const { read: _, ...datasets } = driver.datasets
    const { events: _events, ...jobs } = driver.jobs
    const { deployments: _deployments, ...bare } = driver
    // A driver without these, whose type says that it has them.
    const tuner = tunerWith(bare as unknown as MemoryDriver, { datasets, jobs } as unknown as Partial<MemoryDriver>)
    const { complete, copied } = await exported(tuner, to)
    expect(complete).toBe(true)
    expect(copied.find(({ kind }) => kind === 'job')?.notOffered.map(({ role }) => role)).toEqual([
      'events',
      'training',
    ])
    await expectWhole(to)
  })

  it('leaves out what cannot be read, says so, and goes on with just that the next time', async () => {
    const { driver, tuner, to } = await smallAccount()
    const forbidden = { code: 'permission-denied', reached: 'yes', status: 403 } as const
    driver.fail({ operation: 'datasets.read', when: 'before', error: forbidden })
    driver.fail({ operation: 'models.list', when: 'before', error: forbidden })
    const first = await exported(tuner, to)
    expect(first.complete).toBe(false)
    expect(first.copied.find(({ kind }) => kind === 'job')).toMatchObject({
      state: 'incomplete',
      unreadable: [{ role: 'training', error: { code: 'permission-denied' } }],
    })
    expect(await expectWhole(to)).toMatchObject({
      complete: false,
      unreadable: [
        { role: 'models', code: 'permission-denied' },
        { role: 'training', code: 'permission-denied' },
      ],
    })
    driver.store.calls.splice(0)
    expect((await exported(tuner, to)).complete).toBe(true)
    // The dataset was copied for the second job; the first only had to be looked at again.
    expect(countsOf(driver)).toMatchObject({ 'jobs.get': 2, 'models.list': 1 })
    expect(countsOf(driver)['datasets.read']).toBeUndefined()
    expect(await expectWhole(to)).toMatchObject({ complete: true, unreadable: [] })
  })

  it('is complete, with nothing twice, under refusals for being too fast and lost answers', async () => {
    const { driver, tuner, to } = await smallAccount()
    const tooFast = { code: 'rate-limited', reached: 'yes', status: 429, retryAfterMs: 2 } as const
    for (const operation of [
      'jobs.list',
      'jobs.get',
      'jobs.events',
      'datasets.get',
      'datasets.read',
      'models.list',
    ] as const) {
      driver.fail({ operation, when: 'before', error: tooFast })
      driver.fail({ operation, when: 'after' })
    }
    expect((await exported(tuner, to)).complete).toBe(true)
    await expectWhole(to)
    // Two of them were refused or lost before a byte came.
    expect(countsOf(driver)['datasets.read']).toBe(4 + 2)
  })

  it.each([
    { what: 'breaks off', broken: (all: Buffer) => ({ sent: all.subarray(0, 5), error: true }) },
    { what: 'ends too early without an error', broken: (all: Buffer) => ({ sent: all.subarray(0, 5), error: false }) },
  ])('reads a file again that $what, and leaves no half of it', async ({ broken }) => {
    const { driver, to, training } = await smallAccount(1)
    let breaks = 2
    const reading: MemoryDriver['datasets']['read'] = async function* (id, context) {
      for await (const chunk of driver.datasets.read(id, context)) {
        const { sent, error } = breaks > 0 ? broken(Buffer.from(chunk)) : { sent: chunk, error: false }
        breaks -= 1
        yield sent
        if (error) throw new Error('reset')
      }
    }
    const lost = { code: 'unavailable', reached: 'maybe' } as const
    const tuner = tunerWith(driver, { datasets: { ...driver.datasets, read: reading }, classify: () => lost })
    expect((await exported(tuner, to)).complete).toBe(true)
    const { files } = await expectWhole(to)
    const copy = files.find(({ source }) => source === `file:${training}`)
    expect(copy?.sha256).toBe(driver.store.datasets.get(training)?.sha256)
    expect(breaks).toBe(-1)

    breaks = Infinity
    await rm(join(to, copy?.path ?? ''))
    const { complete } = await exported(tuner, to)
    expect(complete).toBe(false)
    expect((await expectWhole(to)).files.some(({ source }) => source === `file:${training}`)).toBe(false)
  })

  it.each(['unauthenticated', 'rate-limited', 'quota-exceeded'] as const)(
    'stops everything when the provider says %s, and goes on later',
    async (code) => {
      const { driver, tuner, to } = await smallAccount()
      driver.fail({
        operation: 'jobs.events',
        when: 'before',
        error: { code, reached: 'yes', retryAfterMs: 3_600_000 },
      })
      await expect(exported(tuner, to)).rejects.toMatchObject({ code })
      expect(countsOf(driver)['jobs.events']).toBe(1)
      expect(await expectWhole(to)).toMatchObject({ complete: false, jobs: [] })
      expect((await exported(tuner, to)).complete).toBe(true)
    },
  )

  it('copies what came of a list that breaks off', async () => {
    const { driver, to } = await smallAccount(1)
    const { jobs } = driver
    const list: typeof jobs.list = async (query, context) => {
      if (query.after !== undefined) throw new Error('no second page')
      return jobs.list({ ...query, limit: 2 }, context)
    }
    const tuner = tunerWith(driver, { jobs: { ...jobs, list } })
    const unread: ExportNews[] = []
    const { complete, copied } = await exported(tuner, to, {
      onNews: (news) => news.type === 'unread' && unread.push(news),
    })
    expect(complete).toBe(false)
    expect(unread).toMatchObject([{ what: 'jobs', error: { code: 'unknown' } }])
    expect(copied.filter(({ kind }) => kind === 'job')).toHaveLength(2)
    expect(await manifestIn(to)).toMatchObject({ complete: false, unreadable: [{ role: 'jobs' }] })
  })

  it('does not write over a file that somebody changed', async () => {
    const { tuner, jobs, to } = await smallAccount()
    await exported(tuner, to)
    const changed = join(to, 'jobs', jobs[1] ?? '', 'job.json')
    await writeFile(changed, 'my notes')
    const { complete, copied } = await exported(tuner, to)
    expect(complete).toBe(false)
    expect(copied.find(({ id }) => id === jobs[1])).toMatchObject({
      state: 'incomplete',
      unreadable: [{ role: 'job', error: { code: 'already-exists' } }],
    })
    expect(await readFile(changed, 'utf8')).toBe('my notes')
    await rm(changed)
    expect((await exported(tuner, to)).complete).toBe(true)
    await expectWhole(to)
  })

  it('goes on after a death at any write, and reads at most the file in hand twice', async () => {
    const { driver, tuner, to: first } = await smallAccount()
    let writes = 0
    const counting = (folder: ExportFolder): ExportFolder => ({
      ...folder,
      write(target, chunks) {
        writes += 1
        return folder.write(target, chunks)
      },
    })
    await exported(tuner, first, { around: counting })
    const whole = (await manifestIn(first)).files.map(({ source }) => source)

    for (let dying = 0; dying < writes; dying++) {
      for (const when of ['before', 'after'] as const) {
        const to = await newFolder()
        driver.store.calls.splice(0)
        await expect(exported(tuner, to, { around: (folder) => mortal(folder, dying, when) })).rejects.toThrow('died')
        expect((await exported(tuner, to)).complete).toBe(true)
        const { files } = await expectWhole(to)
        expect(files.map(({ source }) => source)).toEqual(whole)
        const reads = Object.values(
          Object.groupBy(
            driver.calls.filter(({ operation }) => operation === 'datasets.read'),
            ({ id }) => id ?? '',
          ),
        )
        const extra = reads.reduce((sum, each) => sum + (each?.length ?? 0) - 1, 0)
        expect(reads).toHaveLength(4)
        expect(extra).toBeLessThanOrEqual(when === 'before' ? 1 : 0)
      }
    }
  })

  it('ends with the abort of the caller, with what it copied listed', async () => {
    const { tuner, to } = await smallAccount()
    const controller = new AbortController()
    const reason = new Error('enough')
    let seen = 0
    const onNews = (news: ExportNews) => {
      if (news.type === 'copied' && ++seen === 2) controller.abort(reason)
    }
    await expect(exported(tuner, to, { signal: controller.signal, onNews })).rejects.toBe(reason)
    const manifest = await expectWhole(to)
    expect(manifest.complete).toBe(false)
    expect(manifest.jobs).toHaveLength(2)
    expect((await exported(tuner, to)).complete).toBe(true)
    await expectWhole(to)
  })
})

describe('exporting by reference', () => {
  it('takes a run, a job, a model, a deployment or a dataset, with what belongs to it', async () => {
    const { driver, tuner, run, jobs } = await smallAccount()
    const [deployment] = driver.store.deployments.values()
    const model = driver.store.jobs.get(jobs[1] ?? '')?.model ?? ''
    const at = (kind: string, id: string) =>
      `anytune://memory/${encodeURIComponent(tuner.scope)}/${kind}/${encodeURIComponent(id)}`
    const table: readonly [string, readonly string[]][] = [
      [run, ['job', 'run']],
      [jobs[1] ?? '', ['job']],
      [at('job', jobs[2] ?? ''), ['job']],
      [at('model', model), ['job', 'model']],
      [at('deployment', deployment?.id ?? ''), ['deployment', 'job', 'model']],
      [at('dataset', 'Extra:1'), ['dataset']],
    ]
    for (const [reference, kinds] of table) {
      const to = await newFolder()
      const { complete, copied } = await exported(tuner, to, { wanted: [reference] })
      expect([reference, complete, copied.map(({ kind }) => kind).toSorted()]).toEqual([reference, true, kinds])
      await expectWhole(to)
    }
  })

  it('adds to what was exported before', async () => {
    const { tuner, jobs, to } = await smallAccount()
    await exported(tuner, to, { wanted: [jobs[0] ?? ''] })
    await exported(tuner, to, { wanted: [jobs[1] ?? ''] })
    expect((await expectWhole(to)).jobs.map(({ job }) => job).toSorted()).toEqual(jobs.slice(0, 2).toSorted())
  })

  it('refuses what is not there, and what is of another account', async () => {
    const { tuner, to } = await smallAccount()
    for (const [reference, code] of [
      ['run-aaaaaaaaaa', 'not-found'],
      ['job-none', 'not-found'],
      ['anytune://other/x/job/y', 'invalid-argument'],
      [' ', 'invalid-argument'],
    ] as const)
      await expect(exported(tuner, to, { wanted: [reference] })).rejects.toMatchObject({ code })
  })
})

/** A folder that dies at one write, and with it all that comes after. */
function mortal(folder: ExportFolder, dying: number, when: 'before' | 'after'): ExportFolder {
  let writes = 0
  const died = () => new Error('died')
  return {
    ...folder,
    async write(target, chunks) {
      const mine = writes++
      if (mine > dying) throw died()
      if (mine < dying) return folder.write(target, chunks)
      if (when === 'after') await folder.write(target, chunks)
      // Read to the end, as a process does that dies just before its file gets a name.
      else for await (const _ of chunks);
      throw died()
    },
  }
}
