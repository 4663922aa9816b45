import { describe, expect, it } from 'vitest'
import { anytune, folder, jsonLines, oneProcess } from './anytune.ts'
import { emulated } from './emulated-project.ts'

const run = oneProcess()
const NOW = '2026-11-25T12:00:00Z'

/** Two accounts far away, of which different things are on record, and one that cannot be opened. */
const CONFIG = `import { defineConfig } from '@anytune/core'
import { memory } from '@anytune/core/memory'
const page = { source: { title: 'a page of the vendor', url: 'https://vendor.example/terms', pageDate: '2026-08-01', readOn: '2026-11-20' }, grade: 'vendor-page' }
const old = { source: { title: 'an old page', pageDate: '2026-01-10', readOn: '2026-11-20' }, grade: 'vendor-page' }
const at = (name) => ({ operation }) => ({ id: name + '/' + operation, title: name + ' ' + operation, egress: 'provider' })
const log = { dataClass: 'abuse-log', term: 'retention', value: 30, ...page }
export default defineConfig({
  provider: 'one',
  providers: {
    one: () => ({ ...memory({ set: { region: 'google/europe-west4', settings: ['one/no-log'] } }), offering: at('one') }),
    two: () => ({ ...memory(), offering: at('two') }),
    broken: () => { throw new Error('no key') },
  },
  catalogue: [
    {
      id: 'one/train',
      terms: [log, { dataClass: 'training-file', term: 'processing-location', value: 'google/europe-west4', conditions: ['as the job says'], ...page }],
      variants: [{ setting: 'one/no-log', title: 'no log', told: 'live', ...page, terms: [{ ...log, value: 0 }] }],
    },
    { id: 'two/train', terms: [{ dataClass: 'training-file', term: 'processing-location', value: 'eu', ...old }] },
  ],
})
`

async function project() {
  const cwd = await folder({ 'anytune.config.ts': CONFIG })
  return (...args: readonly string[]) => run(['terms', ...args], { cwd, now: NOW })
}

describe('anytune terms', () => {
  it('says what is on record of a profile: value, conditions, source, date and age; and asks nobody', async () => {
    const { code, stdout } = await (await project())('one')
    expect(code).toBe(0)
    expect(stdout).toContain('the account was not asked')
    expect(stdout).toMatch(
      /^training file +processing location +google\/europe-west4 +vendor page, stale \[1\] +as the job says$/m,
    )
    expect(stdout).toMatch(/^abuse log +retention +30 days at most +vendor page, stale \[1\]$/m)
    expect(stdout).toContain(
      '[1] a page of the vendor; https://vendor.example/terms; page of 2026-08-01, read on 2026-11-20',
    )
    expect(stdout).toMatch(/one serve .*\nnothing is on record: every term is unknown/)
  })

  it('says that a record is too old, and what it said', async () => {
    const { stdout } = await (await project())('two')
    expect(stdout).toMatch(/^training file +processing location +unknown, once eu +vendor page, too old \[1\]$/m)
  })

  it('puts what the account has set below what is on record, with --live', async () => {
    const { code, stdout } = await (await project())('one', '--live')
    expect(code).toBe(0)
    expect(stdout).toContain('region: google/europe-west4')
    expect(stdout).toMatch(/^ +this account +not kept +vendor page, stale \[1\] +set: one\/no-log$/m)
  })

  it('tells of all profiles, and of the rest when one cannot be opened', async () => {
    const { code, stdout, stderr } = await (await project())()
    expect(code, stderr).toBe(12)
    expect(stdout).toContain('one: memory')
    expect(stdout).toContain('two: memory')
    expect(stderr).toContain('broken: error (')
  })

  it('fails as any command where the one profile asked for cannot be opened', async () => {
    expect((await (await project())('broken')).code).toBe(4)
    expect((await (await project())('nowhere')).code).toBe(4)
  })

  it('prints a value a profile with --json', async () => {
    const { stdout } = await (await project())('one', 'two', '--live', '--json')
    const [one, two] = jsonLines(stdout)
    expect(one).toMatchObject({ profile: 'one', live: { region: 'google/europe-west4', settings: ['one/no-log'] } })
    expect(two).toMatchObject({ profile: 'two', offerings: [{ onRecord: true }, { onRecord: false, terms: [] }] })
  })

  it('puts profiles side by side, and hides no unknown', async () => {
    const anytune = await project()
    const { stdout } = await anytune('one', 'two', '--compare', '--live')
    expect(stdout).toMatch(/^ABOUT +TERM +one +two$/m)
    expect(stdout).toMatch(/^training file +processing location +google\/europe-west4~ +unknown, once eu$/m)
    expect(stdout).toMatch(/^abuse log +retention +not kept\*~ +unknown$/m)
    const [compared] = jsonLines((await anytune('one', 'two', '--compare', '--json')).stdout)
    expect(compared).toMatchObject({
      train: [
        { dataClass: 'training-file', profiles: { one: { value: 'google/europe-west4' }, two: { once: 'eu' } } },
        { dataClass: 'abuse-log', profiles: { one: { value: 30, live: false }, two: null } },
      ],
      serve: [],
    })
  })

  it('needs no configuration for an offering of the catalogue, and shows what an account can have set', async () => {
    const cwd = await folder()
    const { code, stdout } = await run(['terms', '--offering', 'bedrock/us-east-1/serve'], { cwd, now: NOW })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^inference +processing location +aws\/us-east-1/m)
    expect(stdout).toContain('with bedrock/retention-none (retention mode none; an account can be asked)')
    const [record] = jsonLines((await run(['terms', '--offering', 'local', '--json'], { cwd, now: NOW })).stdout)
    expect(record).toMatchObject({ id: 'local', variants: [] })
  })

  it('names what is on record where an offering is not, and refuses what does not go together', async () => {
    const cwd = await folder()
    const unknown = await run(['terms', '--offering', 'azure/train/standard'], { cwd })
    expect(unknown.code).toBe(9)
    expect(unknown.stderr).toContain('azure/train/Standard')
    expect((await run(['terms', 'one', '--offering', 'local'], { cwd })).code).toBe(3)
    expect((await run(['terms', '--live', '--offering', 'local'], { cwd })).code).toBe(3)
  })

  it('shows its help', async () => {
    const { code, stdout } = await anytune(['terms', '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('--compare')
  })
})

describe('anytune terms on an emulated resource', () => {
  const open = emulated()

  it('asks Azure Resource Manager, and grades what it says as seen', async () => {
    const { run: command, account } = await open('azure')
    account.configure({ location: 'germanywestcentral', customerManagedKey: true }, 'azure')
    const { code, stdout } = await command('terms', 'azure', '--live', '--json')
    expect(code).toBe(0)
    const [told] = jsonLines(stdout)
    expect(told).toMatchObject({ live: { region: 'azure/germanywestcentral' } })
    expect(stdout).toContain('"grade":"ran"')
  })

  it('exits with 12 when the account could not be asked, and says what would do', async () => {
    const { run: command } = await open('openai')
    const { code, stdout } = await command('terms', 'openai', '--live')
    expect(code).toBe(12)
    expect(stdout).toContain('could not read: what is agreed on retention')
    expect(stdout).toContain('OPENAI_ADMIN_KEY')
  })
})
