import { describe, expect, it } from 'vitest'
import { anytune, folder, jsonLines, oneProcess } from './anytune.ts'

const run = oneProcess()
const NOW = '2026-11-25T12:00:00Z'

/** Two accounts far away, of which one keeps data in the EU. */
const CONFIG = `import { defineConfig } from '@anytune/core'
import { memory } from '@anytune/core/memory'
const page = { source: { title: 'a page of the vendor', readOn: '2026-11-20' }, grade: 'vendor-page' }
const at = (name) => ({ operation }) => ({ id: name + '/' + operation, title: name + ' ' + operation, egress: 'provider' })
const stored = (value) => [{ dataClass: 'training-file', term: 'storage-location', value, ...page }]
export default defineConfig({
  provider: 'far',
  providers: {
    far: () => ({ ...memory(), offering: at('far') }),
    near: () => ({ ...memory(), offering: at('near') }),
  },
  catalogue: [
    { id: 'far/train', operation: 'train', terms: stored('any') },
    { id: 'near/train', operation: 'train', terms: stored('eu') },
  ],
  policy: './anytune.policy.yaml',
})
`
const POLICY = `version: 1
name: acme
rules:
  - name: residency
    classes: [internal]
    require:
      training-file: { storage-location: [eu] }
`
const ROW = '{"messages":[{"role":"user","content":"PLANTED question"},{"role":"assistant","content":"answer"}]}\n'

async function project(policy = POLICY) {
  const cwd = await folder({
    'anytune.config.ts': CONFIG,
    'anytune.policy.yaml': policy,
    'train.jsonl': ROW.repeat(12),
  })
  return (...args: readonly string[]) => run(args, { cwd, now: NOW })
}

const PLAN = ['plan', 'train.jsonl', '--model', 'memory-small', '--class', 'internal'] as const

describe('anytune plan under a policy', () => {
  it('tells what is in the way, what would satisfy it and what comes nearest, and exits with the code of a refusal', async () => {
    const { code, stdout, stderr } = await (await project())(...PLAN)
    expect(code, stderr).toBe(6)
    expect(stdout).toContain('acme: refuse, 1 of 1 requirement not met')
    expect(stdout).toContain('refuse: residency: training file storage location: wanted within eu; found any')
    expect(stdout).toContain('to satisfy it: choose an offering')
    expect(stdout).toContain('near/train would be permitted')
    expect(stdout).not.toContain('PLANTED')
  })

  it('tells the verdict of another profile, which it permits', async () => {
    const { code, stdout } = await (await project())(...PLAN, '--provider', 'near')
    expect(code).toBe(0)
    expect(stdout).toContain('acme: permit, 1 requirement met')
  })

  it('starts nothing that is refused, asked or told to', async () => {
    const { code, stderr } = await (await project())('tune', ...PLAN.slice(1), '--yes')
    expect(code).toBe(6)
    expect(stderr).toContain('nothing was started')
  })
})

describe('anytune policy explain', () => {
  it('tells of all profiles, and exits with the code of a refusal when one is refused', async () => {
    const { code, stdout } = await (await project())('policy', 'explain', '--class', 'internal')
    expect(code).toBe(6)
    expect(stdout).toMatch(/^far\n {2}training, far\/train: acme: refuse/m)
    expect(stdout).toMatch(/^near\n {2}training, near\/train: acme: permit/m)
  })

  it('prints a value a profile with --json', async () => {
    const { code, stdout } = await (await project())('policy', 'explain', 'near', '--class', 'internal', '--json')
    expect(code).toBe(0)
    expect(jsonLines(stdout)).toMatchObject([
      { profile: 'near', verdicts: [{ operation: 'train', judged: { verdict: 'permit' } }, { operation: 'serve' }] },
    ])
  })
})

describe('anytune policy check', () => {
  it('tells for whom the rules are, and what is named that nothing has', async () => {
    const policy = `${POLICY}    offerings: { deny: [faar] }\n`
    const { code, stdout } = await (await project(policy))('policy', 'check')
    expect(code).toBe(0)
    expect(stdout).toMatch(/rules +residency: for internal/)
    expect(stdout).toMatch(/without a class +refused/)
    expect(stdout).toMatch(/warning +no offering on record is, or begins with, faar/)
  })

  it.each([
    ['an unknown key', `${POLICY}rule: []\n`, 'anytune.policy.yaml, line 8: unknown key "rule"'],
    [
      'a place that is none',
      POLICY.replace('[eu]', '[europe]'),
      'line 7: "rules.0.require.training-file.storage-location.0" must be eu',
    ],
    ['nothing', '', 'anytune.policy.yaml is empty'],
  ])('refuses %s by file and line', async (_name, policy, message) => {
    const { code, stderr } = await (await project(policy))('policy', 'check')
    expect(code).toBe(4)
    expect(stderr).toContain(message)
  })

  it('reads a file without any configuration', async () => {
    const cwd = await folder({ 'p.json': '{"version":1,"rules":[{"name":"all"}]}' })
    const { code, stdout } = await anytune(['policy', 'check', '--file', 'p.json', '--json'], { cwd })
    expect(code).toBe(0)
    expect(jsonLines(stdout)).toMatchObject([{ policy: 'policy', rules: [{ name: 'all' }], warnings: [] }])
  })

  it('says that a configuration without a policy permits everything', async () => {
    const cwd = await folder({ 'anytune.config.ts': CONFIG.replace("policy: './anytune.policy.yaml',", '') })
    const { code, stderr } = await run(['policy', 'check'], { cwd, now: NOW })
    expect(code).toBe(4)
    expect(stderr).toContain('names no policy')
  })
})
