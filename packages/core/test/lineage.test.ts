import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource, rowsSource } from '@anytune/dataset'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createTuner, dataset, memoryJournal, sqliteJournal, type LineageFinding, type Tuner } from '../src/index.ts'
import { memory, memoryStore, type MemoryDriver } from '../src/memory.ts'
import { dying } from './dying-journal.ts'
import { chatFile, chatRow, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const training = chatFile(folder, 'train.jsonl')
const validation = chatFile(folder, 'validation.jsonl', 3)
const TRAINING_ALONE = { baseModel: 'memory-small', method: 'supervised', training } as const
const REQUEST = { ...TRAINING_ALONE, validation } as const

let stateDirectory: string
beforeEach(() => {
  stateDirectory = mkdtempSync(join(folder, 'state-'))
})

function tunerOn(driver: MemoryDriver = memory()) {
  return createTuner(driver, { stateDirectory, retry: { attempts: 1, firstMs: 1, maximumMs: 1 } })
}

async function started(request: Parameters<Tuner<MemoryDriver>['plan']>[0] = REQUEST, tuner = tunerOn()) {
  return tuner.start(await tuner.plan(request))
}

async function find(rows: string, tuner: Pick<Tuner, 'lineage'> = tunerOn()): Promise<LineageFinding[]> {
  const found: LineageFinding[] = []
  for await (const finding of tuner.lineage.find(bytesSource('asked', Buffer.from(rows)))) found.push(finding)
  return found
}

/** What was found, in a few words each. */
async function told(rows: string, tuner?: Pick<Tuner, 'lineage'>): Promise<string[]> {
  return (await find(rows, tuner)).map((finding) => {
    if (finding.type === 'seen')
      return `${finding.asked} seen by ${finding.run.id} ${finding.role} ${finding.source.name}:${finding.line}`
    if (finding.type === 'unsearched') return `unsearched ${finding.run.id} ${finding.role} ${finding.reason}`
    if (finding.type === 'rejected') return `rejected ${finding.rejection.line} ${finding.rejection.rule}`
    return `searched ${finding.rows} in ${finding.datasets}`
  })
}

const manifests = () => readdirSync(join(stateDirectory, 'lineage')).filter((name) => name.endsWith('.lineage'))

describe('which runs were given a row', () => {
  it('is told with the role, the file and the line, in any spelling of the row', async () => {
    const run = await started()
    const spelled = ` { "messages" : [ {"content":"question 2","role":"user"}, {"weight":1,"role":"assistant","content":[{"type":"text","text":"answer 2"}]} ] }`
    expect(await told(`${chatRow('question 7', 'answer 7')}\n\n${spelled}\n${chatRow('new', 'row')}`)).toEqual([
      `3 seen by ${run.id} training train.jsonl:3`,
      `1 seen by ${run.id} training train.jsonl:8`,
      `3 seen by ${run.id} validation validation.jsonl:3`,
      'searched 3 in 2',
    ])
  })

  it('is told of every run, with what became of it', async () => {
    const tuner = tunerOn()
    const first = await started(REQUEST, tuner)
    const model = await first.model()
    const second = await started(TRAINING_ALONE, tuner)
    const seen = (await find(chatRow('question 9', 'answer 9'), tuner)).flatMap((finding) =>
      finding.type === 'seen' ? [finding] : [],
    )
    expect(seen.map(({ run, source }) => [run.id, run.modelId, source.path])).toEqual([
      [second.id, undefined, training],
      [first.id, model.id, training],
    ])
    // The same rows from the same file are written down once.
    expect(manifests()).toHaveLength(2)
  })

  it('does not tell of rows that were left out, and counts lines as the file has them', async () => {
    const mixed = join(folder, 'mixed.jsonl')
    writeFileSync(mixed, `\n${chatRow('a', 'b')}\nnot json\n${chatRow('c', 'd')}\n`)
    const run = await started({ baseModel: 'memory-small', method: 'supervised', training: mixed, skipRejected: true })
    expect(await told(`${chatRow('c', 'd')}\nnot json\n`)).toEqual([
      'rejected 2 invalid-json',
      `1 seen by ${run.id} training mixed.jsonl:4`,
      'searched 2 in 1',
    ])
  })

  it('is told of rows that were given in memory', async () => {
    const messages = [
      { role: 'user', content: 'u' },
      { role: 'assistant', content: 'y' },
    ] as const
    const run = await started({
      baseModel: 'memory-small',
      method: 'supervised',
      training: dataset(rowsSource('made', [{ kind: 'chat', messages }])),
    })
    expect(await told(chatRow('u', 'y'))).toEqual([`1 seen by ${run.id} training made:1`, 'searched 1 in 1'])
  })

  it('is told of a staging that failed, because its rows may have left', async () => {
    const refused = { code: 'permission-denied', reached: 'yes' } as const
    const driver = memory({ faults: [{ operation: 'datasets.create', when: 'before', error: refused }] })
    await expect(started(REQUEST, tunerOn(driver))).rejects.toMatchObject({ code: 'permission-denied' })
    expect(await told(chatRow('question 1', 'answer 1'))).toEqual([
      expect.stringMatching(/^1 seen by run-\w+ training train\.jsonl:2$/),
      'searched 1 in 1',
    ])
  })

  it('is written down before the first byte leaves', async () => {
    const store = memoryStore()
    const driver = memory({ store })
    const { create } = driver.datasets
    const atCreate: string[][] = []
    const watching: MemoryDriver = {
      ...driver,
      datasets: {
        ...driver.datasets,
        create: (...given) => {
          atCreate.push(manifests())
          return create.apply(driver.datasets, given)
        },
      },
    }
    await started(REQUEST, tunerOn(watching))
    expect(atCreate.map((names) => names.length)).toEqual([1, 2])
  })

  it('stays when the run is purged, and goes when it is to be forgotten', async () => {
    const tuner = tunerOn()
    const run = await started(TRAINING_ALONE, tuner)
    await run.model()
    await tuner.purge(run.id)
    const row = chatRow('question 4', 'answer 4')
    expect(await told(row, tuner)).toEqual([`1 seen by ${run.id} training train.jsonl:5`, 'searched 1 in 1'])
    expect(await tuner.lineage.forget(run.id)).toBe(1)
    expect(manifests()).toEqual([])
    expect(await told(row, tuner)).toEqual([`unsearched ${run.id} training forgotten`, 'searched 1 in 0'])
    expect(await tuner.lineage.forget(run.id)).toBe(0)
  })

  it.each([false, true])(
    'is told of every dataset that the provider got, whichever write the process died at; torn: %s',
    async (torn) => {
      let deaths = 0
      for (let writes = 0; ; writes++) {
        const state = mkdtempSync(join(folder, 'dying-'))
        const store = memoryStore()
        const settings = { stateDirectory: state, retry: { attempts: 1, firstMs: 1, maximumMs: 1 } }
        const journal = sqliteJournal(state)
        const tuner = createTuner(memory({ store }), { ...settings, journal: dying(journal, writes, torn) })
        const plan = await tuner.plan(REQUEST)
        const died = await tuner.start(plan).then(
          () => false,
          () => true,
        )
        const after = createTuner(memory({ store }), { ...settings, journal })
        const staged: string[] = []
        for await (const { id } of after.datasets.list()) staged.push(id)
        const findings = await find(chatRow('question 1', 'answer 1'), after)
        const seen = findings.filter(({ type }) => type === 'seen')
        expect(seen.length, `${writes} writes`).toBeGreaterThanOrEqual(staged.length)
        await after.close()
        if (!died) break
        deaths++
      }
      // At least three steps, each begun and done, and a manifest for each of two datasets.
      expect(deaths).toBeGreaterThanOrEqual(8)
    },
  )

  it('a search for many rows reads them in several portions', async () => {
    const run = await started(TRAINING_ALONE)
    const many = Array.from({ length: 50_001 }, (_, index) => chatRow(`question ${index}`, `answer ${index}`))
    const found = await find(many.toReversed().join('\n'))
    expect(found.filter(({ type }) => type === 'seen')).toHaveLength(12)
    expect(found.at(-1)).toEqual({ type: 'searched', rows: 50_001, datasets: 1 })
    expect(found[0]).toMatchObject({ asked: 50_000, line: 2, run: { id: run.id } })
    expect(found.at(-2)).toMatchObject({ asked: 50_001, line: 1, run: { id: run.id } })
  }, 30_000)
})

describe('what is kept of rows', () => {
  it('is hashes with a key: no content', async () => {
    await started()
    const kept = join(stateDirectory, 'lineage')
    for (const name of readdirSync(kept)) expect(readFileSync(join(kept, name), 'latin1')).not.toContain('question')
    expect(readdirSync(kept).filter((name) => !name.endsWith('.lineage'))).toEqual(['key'])
  })

  it.skipIf(process.platform === 'win32')('is for its owner alone', async () => {
    await started()
    const kept = join(stateDirectory, 'lineage')
    for (const name of readdirSync(kept)) expect(statSync(join(kept, name)).mode & 0o077).toBe(0)
  })

  it('is nothing when the data changed since the plan', async () => {
    const changing = chatFile(folder, 'changing.jsonl')
    const tuner = tunerOn()
    const plan = await tuner.plan({ ...REQUEST, training: changing })
    appendFileSync(changing, `${chatRow('x', 'y')}\n`)
    await expect(tuner.start(plan)).rejects.toMatchObject({ code: 'failed-precondition' })
    expect(readdirSync(join(stateDirectory, 'lineage'))).toEqual(['key'])
  })

  it('two processes that begin at once use one key', async () => {
    await Promise.all([started(REQUEST, tunerOn()), started(REQUEST, tunerOn())])
    const seen = (await find(chatRow('question 5', 'answer 5'))).filter(({ type }) => type === 'seen')
    expect(seen).toHaveLength(2)
  })

  it('is nothing when switched off, or with a journal of the caller’s own: a search says so', async () => {
    const off = createTuner(memory(), { stateDirectory, lineage: false })
    const run = await started(REQUEST, off)
    expect(readdirSync(stateDirectory)).not.toContain('lineage')
    await expect(find('', off)).rejects.toMatchObject({ code: 'failed-precondition' })
    await expect(find('', createTuner(memory(), { journal: memoryJournal() }))).rejects.toMatchObject({
      code: 'failed-precondition',
    })
    // A tuner that keeps manifests knows what it cannot tell.
    expect(await told(chatRow('question 1', 'answer 1'))).toEqual([
      `unsearched ${run.id} training not-kept`,
      `unsearched ${run.id} validation not-kept`,
      'searched 1 in 0',
    ])
  })

  it('is kept in a state directory that is named, whatever the journal', async () => {
    const journal = sqliteJournal(mkdtempSync(join(folder, 'journal-')))
    const tuner = createTuner(memory(), { stateDirectory, journal })
    await started(REQUEST, tuner)
    expect(manifests()).toHaveLength(2)
    await tuner.close()
  })
})

describe('a manifest that cannot be searched is said, never passed over', () => {
  const row = chatRow('question 4', 'answer 4')
  const manifest = () => join(stateDirectory, 'lineage', manifests()[0] ?? '')

  it('missing', async () => {
    const run = await started(TRAINING_ALONE)
    rmSync(manifest())
    expect(await told(row)).toEqual([`unsearched ${run.id} training missing`, 'searched 1 in 0'])
  })

  it('cut off in its rows', async () => {
    const run = await started(TRAINING_ALONE)
    const bytes = readFileSync(manifest())
    writeFileSync(manifest(), bytes.subarray(0, bytes.length - 40))
    expect(await told(row)).toEqual([`unsearched ${run.id} training damaged`, 'searched 1 in 0'])
  })

  it('no manifest at all', async () => {
    const run = await started(TRAINING_ALONE)
    writeFileSync(manifest(), 'something else')
    expect(await told(row)).toEqual([`unsearched ${run.id} training damaged`, 'searched 1 in 0'])
  })

  it('another key, or none', async () => {
    const run = await started(TRAINING_ALONE)
    writeFileSync(join(stateDirectory, 'lineage', 'key'), 'ab'.repeat(32))
    expect(await told(row)).toEqual([`unsearched ${run.id} training other-key`, 'searched 1 in 0'])
    rmSync(join(stateDirectory, 'lineage', 'key'))
    expect(await told(row)).toEqual([`unsearched ${run.id} training other-key`, 'searched 1 in 0'])
  })

  it('a key that is none is an error, for a search and before anything is sent', async () => {
    await started(TRAINING_ALONE)
    writeFileSync(join(stateDirectory, 'lineage', 'key'), 'ab')
    await expect(find(row)).rejects.toMatchObject({ code: 'configuration' })
    const driver = memory()
    await expect(started(TRAINING_ALONE, tunerOn(driver))).rejects.toMatchObject({ code: 'configuration' })
    expect(driver.calls.map(({ operation }) => operation)).not.toContain('datasets.create')
  })

  it('a folder that takes no file stops a run before anything is sent', async () => {
    writeFileSync(join(stateDirectory, 'lineage'), 'a file in its place')
    const driver = memory()
    await expect(started(TRAINING_ALONE, tunerOn(driver))).rejects.toMatchObject({ code: 'configuration' })
    expect(driver.calls.map(({ operation }) => operation)).not.toContain('datasets.create')
  })

  it('one line alone is looked for, and a line without a row is said', async () => {
    const run = await started(TRAINING_ALONE)
    const found: LineageFinding[] = []
    for await (const finding of tunerOn().lineage.find(training, { line: 3 })) found.push(finding)
    expect(found).toMatchObject([
      { type: 'seen', asked: 3, line: 3, run: { id: run.id } },
      { type: 'searched', rows: 1, datasets: 1 },
    ])
    const none = tunerOn().lineage.find(training, { line: 13 })
    await expect(none[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  it('rows that cannot be read are our error', async () => {
    const finding = tunerOn().lineage.find(join(folder, 'absent.jsonl'))
    await expect(finding[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'not-found' })
  })
})
