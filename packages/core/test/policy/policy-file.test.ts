import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import {
  configuredPolicy,
  createTuner,
  dataset,
  defineConfig,
  definePolicy,
  loadTuner,
  memoryJournal,
  type Policy,
} from '../../src/index.ts'
import { memory, type MemoryDriver } from '../../src/memory.ts'
import { project, removeProjects, SECRET } from '../config/project.ts'
import { chatFile } from '../support-rows.ts'
import { NOW } from './facts.ts'
import { CONFIG, refused } from './refused.ts'

afterAll(removeProjects)

describe('a policy file', () => {
  const named = (policy: string, files: Readonly<Record<string, string>> = {}) => {
    const cwd = project({ 'anytune.yaml': stringify({ ...CONFIG, policy }), ...files })
    return { cwd, read: () => configuredPolicy({ cwd }) }
  }

  it('is the same as YAML, as JSON and in TypeScript', async () => {
    const policy: Policy = {
      version: 1,
      rules: [{ name: 'a', classes: ['internal'], require: { inference: { 'processing-location': ['eu'] } } }],
      attestations: [{ setting: 'acme/x', offerings: ['acme'], by: 'legal', reference: 'DPA 7', until: '2027-01-01' }],
    }
    const files = { 'p.yaml': stringify(policy), 'p.json': JSON.stringify(policy) }
    expect((await named('./p.yaml', files).read()).policy).toEqual(policy)
    expect((await named('p.json', files).read()).policy).toEqual(policy)
    expect(definePolicy(policy)).toEqual(policy)
  })

  it('that is not there, or is none, stops whoever needs it', async () => {
    const missing = await refused(named('./p.yaml').read())
    expect(missing.message).toMatch(/^the policy .*p\.yaml cannot be read \(ENOENT\)$/)
    expect(missing.hint).toContain('nothing is sent')
    const { cwd, read } = named('./p.yaml')
    mkdirSync(join(cwd, 'p.yaml'))
    expect((await refused(read())).message).toMatch(/cannot be read \(EISDIR\)$/)
  })

  it.each(['', '\n', '# rules: later\n', 'null\n', '---\n'])('that says nothing is refused: %j', async (text) => {
    const error = await refused(named('./p.yaml', { 'p.yaml': text }).read())
    expect(error.message).toMatch(/p\.yaml is empty$/)
    expect(error.hint).toContain('remove the key "policy"')
  })

  it('that is no YAML is refused by line, without its text', async () => {
    const error = await refused(named('./p.yaml', { 'p.yaml': `version: 1\nname: "${SECRET}\n` }).read())
    expect(error.message).toMatch(/p\.yaml, line \d+, column \d+: /)
  })

  it('that cannot be read opens no adapter', async () => {
    let isOpened = false
    const prod = () => {
      isOpened = true
      return memory()
    }
    const config = defineConfig({ providers: { prod }, policy: join(project({}), 'p.yaml') })
    await refused(loadTuner(config))
    expect(isOpened).toBe(false)
  })
})

describe('a policy file between a plan and its start', () => {
  const setUp = async () => {
    const folder = project({ 'p.yaml': 'version: 1\nrules: [{ name: all, offerings: { deny: [acme] } }]\n' })
    const policy = join(folder, 'p.yaml')
    const driver = memory()
    const config = defineConfig({ providers: { prod: () => driver }, policy, stateDirectory: join(folder, 'state') })
    const first = await loadTuner(config)
    const training = dataset(chatFile(folder, 'train.jsonl'))
    const plan = await first.plan({ baseModel: 'memory-small', method: 'supervised', training })
    await first.close()
    return { policy, driver, config, plan }
  }
  const started = ({ calls }: MemoryDriver) => calls.filter(({ operation }) => operation.endsWith('.create'))

  it('that disappears lets nobody start', async () => {
    const { policy, driver, config } = await setUp()
    rmSync(policy)
    const error = await refused(loadTuner(config))
    expect(error.message).toContain('cannot be read (ENOENT)')
    expect(started(driver)).toEqual([])
  })

  it('that changes needs a new plan; one that is written anew with the same words does not', async () => {
    const { policy, driver, config, plan } = await setUp()
    writeFileSync(policy, 'version: 1\nrules: [{ name: all }]\n')
    const changed = await loadTuner(config)
    await expect(changed.start(plan)).rejects.toMatchObject({ code: 'failed-precondition' })
    await changed.close()
    expect(started(driver)).toEqual([])
    writeFileSync(policy, '{"rules": [{"offerings": {"deny": ["acme"]}, "name": "all"}], "version": 1}')
    const same = await loadTuner(config)
    await expect(same.start(plan)).resolves.toHaveProperty('id')
    await same.close()
  })
})

describe('what a policy says in its own words', () => {
  it('is in the verdict, and in nothing that a provider is given', async () => {
    const given: unknown[] = []
    const words = ['PLANTED-rule', 'PLANTED-class', 'PLANTED-legal', 'PLANTED-DPA']
    const driver = recording(memory(), given)
    const policy: Policy = {
      version: 1,
      rules: [
        {
          name: 'PLANTED-rule',
          classes: ['PLANTED-class'],
          require: { 'training-file': { deletion: 'by-api' } },
        },
      ],
      attestations: [
        {
          dataClass: 'training-file',
          term: 'deletion',
          value: 'by-api',
          offerings: ['cloud'],
          by: 'PLANTED-legal',
          reference: 'PLANTED-DPA',
          until: '2027-12-31',
        },
      ],
    }
    const tuner = createTuner(driver, { policy, journal: memoryJournal(), now: () => NOW })
    const training = dataset(chatFile(project({}), 'train.jsonl'), { class: 'PLANTED-class' })
    const plan = await tuner.plan({ baseModel: 'memory-small', method: 'supervised', training })
    const verdict = JSON.stringify(plan.policy)
    expect(words.filter((word) => !verdict.includes(word))).toEqual(['PLANTED-class'])
    const model = await (await tuner.start(plan)).model()
    await (await model.deploy()).chat([{ role: 'user', content: 'question 3' }])
    const told = JSON.stringify(given)
    expect(told).toContain('question 3')
    expect(words.filter((word) => told.includes(word))).toEqual([])
  })
})

/** A vendor in memory that takes data away from this computer, and what it is given. */
function recording(driver: MemoryDriver, given: unknown[]): MemoryDriver {
  const noting = <T extends object>(methods: T): T =>
    new Proxy(methods, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        return (...args: readonly unknown[]) => {
          given.push(args)
          return Reflect.apply(value, target, args)
        }
      },
    })
  return {
    ...noting(driver),
    offering: ({ operation }) => ({ id: `cloud/${operation}`, title: 'Cloud', egress: 'provider' }),
    datasets: noting(driver.datasets),
    jobs: noting(driver.jobs),
    deployments: noting(driver.deployments),
  }
}
