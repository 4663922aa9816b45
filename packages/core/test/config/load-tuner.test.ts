import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { rowsSource } from '@anytune/dataset'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { defineConfig } from '../../src/config/define-config.ts'
import { loadTuner, type LoadTunerOptions } from '../../src/config/load-tuner.ts'
import { memory } from '../../src/memory.ts'
import { project, removeProjects } from './project.ts'

afterAll(removeProjects)
afterEach(() => vi.unstubAllEnvs())

const rows = Array.from({ length: 12 }, (_, index) =>
  JSON.stringify({
    messages: [
      { role: 'user', content: `question ${index}` },
      { role: 'assistant', content: `answer ${index}` },
    ],
  }),
).join('\n')

/** As JavaScript would call it. */
function untyped(options: unknown): LoadTunerOptions {
  // The point of the test.
  return options as LoadTunerOptions
}

const folder = () => project({ 'train.jsonl': rows })

describe('loadTuner with a configuration', () => {
  const config = (stateDirectory: string) =>
    defineConfig({
      provider: 'prod',
      providers: { prod: () => memory(), spare: async () => memory() },
      models: { small: { prod: 'memory-small' }, prodless: { spare: 'memory-small' } },
      stateDirectory,
    })

  it('gives the tuner of the chosen profile, and keeps its journal in the state directory', async () => {
    const stateDirectory = join(folder(), 'state')
    const tuner = await loadTuner(config(stateDirectory))
    expect([tuner.profile, tuner.provider]).toEqual(['prod', 'memory'])
    for await (const run of tuner.runs.list()) throw new Error(`a run in a new journal: ${run.id}`)
    await tuner.close()
    expect(existsSync(join(stateDirectory, 'journal.db'))).toBe(true)
  })

  it('writes down which rows are sent, unless the configuration says not to', async () => {
    for (const lineage of [true, false]) {
      const tuner = await loadTuner(
        defineConfig({ providers: { prod: () => memory() }, stateDirectory: folder(), lineage }),
      )
      const finding = tuner.lineage.find(rowsSource('none', []))[Symbol.asyncIterator]().next()
      const code = await finding.then(
        () => 'searched',
        (error: { code: string }) => error.code,
      )
      expect(code).toBe(lineage ? 'searched' : 'failed-precondition')
      await tuner.close()
    }
  })

  it('takes the profile asked for before ANYTUNE_PROVIDER', async () => {
    vi.stubEnv('ANYTUNE_PROVIDER', 'prod')
    const tuner = await loadTuner(config(folder()), { provider: 'spare' })
    expect(tuner.profile).toBe('spare')
    await tuner.close()
  })

  it('turns a name of `models` into the profile’s own base model, and refuses one without only where it is used', async () => {
    const cwd = folder()
    const tuner = await loadTuner(config(cwd))
    const request = { method: 'supervised', training: join(cwd, 'train.jsonl') } as const
    expect((await tuner.plan({ ...request, baseModel: 'small' })).baseModel).toBe('memory-small')
    await expect(tuner.plan({ ...request, baseModel: 'prodless' })).rejects.toMatchObject({
      code: 'configuration',
      message: 'the model "prodless" has no base model for the profile "prod"',
    })
    await tuner.close()
  })

  it('keeps `.anytune` in the working directory when nothing else is said', async () => {
    const cwd = folder()
    vi.spyOn(process, 'cwd').mockReturnValue(cwd)
    const tuner = await loadTuner({ providers: { only: () => memory() } })
    for await (const run of tuner.runs.list()) throw new Error(`a run in a new journal: ${run.id}`)
    await tuner.close()
    expect(existsSync(join(cwd, '.anytune/journal.db'))).toBe(true)
    vi.restoreAllMocks()
  })

  it.each([
    [{ provder: 'prod' }, 'loadTuner: unknown option "provder"', /^did you mean "provider"\?/],
    [{ providrs: {} }, 'loadTuner: unknown option "providrs"', /^did you mean "providers"\?/],
    ['anytune.yaml', 'loadTuner: string was given', /\{ config: "anytune\.yaml" \}$/],
    [null, 'loadTuner: null was given', /./],
    [{ policy: 'x' }, 'loadTuner: unknown option "policy"', /give a configuration, or options: provider, cwd, config$/],
  ])('refuses the option %j', async (options, message, hint) => {
    await expect(loadTuner(untyped(options))).rejects.toMatchObject({
      code: 'configuration',
      message,
      hint: expect.stringMatching(hint),
    })
  })
})

describe('a program in a project of its own', () => {
  const program = `
    import { loadTuner, isAnytuneError } from '@anytune/core'
    const tuner = await loadTuner({ config: process.argv[2] })
    const plan = await tuner.plan({ baseModel: 'small', method: 'supervised', training: 'train.jsonl' })
    const run = await tuner.start(plan)
    const model = await run.model()
    console.log(JSON.stringify({ profile: tuner.profile, planned: plan.profile, baseModel: plan.baseModel, model: typeof model.id }))
    await tuner.close()
  `
  it.each([
    [
      'anytune.config.ts',
      `import { defineConfig } from '@anytune/core'
       import { memory } from '@anytune/core/memory'
       export default defineConfig({ providers: { rehearsal: () => memory() }, models: { small: { rehearsal: 'memory-small' } } })`,
    ],
    ['anytune.yaml', 'providers:\n  rehearsal:\n    use: memory\nmodels: { small: { rehearsal: memory-small } }\n'],
  ])('trains on the memory provider of its %s', async (name, text) => {
    const cwd = project({
      'package.json': { name: 'x', type: 'commonjs' },
      'train.jsonl': rows,
      'train.mts': program,
      [name]: text,
    })
    const args = ['--conditions=@anytune/source', 'train.mts', name]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd })
    expect(JSON.parse(stdout)).toEqual({
      profile: 'rehearsal',
      planned: 'rehearsal',
      baseModel: 'memory-small',
      model: 'string',
    })
    expect(stderr).toBe('')
    expect(existsSync(join(cwd, '.anytune/journal.db'))).toBe(true)
  })
})
