import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder, jsonLines, oneProcess, rows } from './anytune.ts'

const DAY_MS = 24 * 3_600_000
const run = oneProcess()

/** An account whose models are served for 60 days and whose deployments for 2; `other` is one that cannot be reached. */
const CONFIG = `import { defineConfig } from '@anytune/core'
import { memory, memoryStore } from '@anytune/core/memory'
const store = memoryStore({ lifetimes: { modelMs: ${60 * DAY_MS}, deploymentMs: ${2 * DAY_MS} } })
const refused = { code: 'unauthenticated', reached: 'yes', status: 401 }
const down = ['datasets', 'jobs', 'models', 'deployments'].map((kind) => ({ operation: kind + '.list', when: 'before', times: 99, error: refused }))
const partly = [{ operation: 'models.list', when: 'before', times: 99, error: { code: 'permission-denied', reached: 'yes' } }]
export default defineConfig({
  provider: 'mem',
  providers: {
    mem: () => memory({ store }),
    partly: () => memory({ store, faults: partly }),
    down: () => memory({ account: 'down', faults: down }),
  },
})
`

async function workspace() {
  const cwd = await folder({ 'anytune.config.ts': CONFIG, 'train.jsonl': rows(6) })
  /** On a day from today, at a moment that stands still; without one, as time goes by. */
  const anytune = (args: readonly string[], days?: number) =>
    run(args, { cwd, ...(days !== undefined && { now: new Date(Date.now() + days * DAY_MS).toISOString() }) })
  return { cwd, anytune }
}

async function tuned() {
  const place = await workspace()
  const { stdout } = await place.anytune(['tune', 'train.jsonl', '--model', 'memory-small', '--yes', '--json'])
  const { model, job } = jsonLines(stdout).at(-1) as { model: string; job: string }
  return { ...place, model, job }
}

describe('anytune doctor', () => {
  it('is content with an account in which nothing ends soon', async () => {
    const { anytune, model } = await tuned()
    const { code, stdout, stderr } = await anytune(['doctor'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^${model} +memory-small .* 60 +\\d{4}-\\d\\d-\\d\\d.* +the provider$`, 'm'))
    expect(stdout).toContain('nothing is known to end within 30 days')
  })

  it('exits with 11 as soon as something ends within the days asked about', async () => {
    const { anytune, model } = await tuned()
    const { code, stdout } = await anytune(['doctor'], 31)
    expect(code).toBe(11)
    expect(stdout).toMatch(new RegExp(`^urgent +29 days left: the model ${model} answers until`, 'm'))
    expect(stdout).toContain(`anytune deploy ${model}`)
    expect((await anytune(['doctor', '--fail-within', '60'])).code).toBe(11)
    expect((await anytune(['doctor', '--fail-within', '59'])).code).toBe(0)
    expect((await anytune(['doctor', '--fail-within', 'soon'])).code).toBe(3)
  })

  it('prints everything as JSON, one value a line', async () => {
    const { anytune, model, job } = await tuned()
    const { stdout, stderr } = await anytune(['doctor', '--json'], 31)
    const lines = jsonLines(stdout)
    expect(stderr).toBe('')
    expect(lines.map(({ type }) => type)).toEqual(['account', 'dataset', 'job', 'model', 'finding', 'result'])
    expect(lines.find(({ type }) => type === 'model')).toMatchObject({
      profile: 'mem',
      id: model,
      job,
      end: { daysLeft: 29, basis: { by: 'provider' } },
    })
    expect(lines.find(({ type }) => type === 'finding')).toMatchObject({
      id: `model-ends:${model}`,
      severity: 'urgent',
      subject: { kind: 'model', id: model },
      daysLeft: 29,
      commands: [`anytune deploy ${model}`, 'anytune export --all --to anytune-export'],
    })
    expect(lines.at(-1)).toEqual({
      type: 'result',
      profiles: [
        {
          profile: 'mem',
          provider: 'memory',
          scope: 'account/default',
          datasets: 1,
          jobs: 1,
          models: 1,
          deployments: 0,
          runs: 1,
          modelsWithoutEnd: 0,
          unread: [],
        },
      ],
      withinDays: 30,
      findings: { urgent: 1, warning: 0, note: 0 },
      complete: true,
    })
  })

  it('never calls an account well of which a part could not be read: 12, also where something else ends', async () => {
    const { anytune } = await tuned()
    for (const days of [0, 59]) {
      const { code, stdout, stderr } = await anytune(['doctor', '--provider', 'partly'], days)
      expect(code).toBe(12)
      expect(stdout).toContain('not everything could be read')
      expect(stderr).toContain('models could not be read to the end')
      expect(stderr).toContain('error (permission-denied)')
    }
  })

  it('looks at every profile, whatever becomes of one, and names commands for each', async () => {
    const { anytune, model } = await tuned()
    const { code, stdout, stderr } = await anytune(['doctor', '--all-profiles', '--json'], 31)
    expect(code).toBe(12)
    expect(stderr).toContain('down could not be looked at')
    const lines = jsonLines(stdout)
    expect(lines.at(-1)).toMatchObject({
      profiles: [
        { profile: 'mem', models: 1 },
        { profile: 'partly', unread: ['models'] },
        { profile: 'down', error: 'unauthenticated' },
      ],
      complete: false,
    })
    expect(lines.find(({ type }) => type === 'finding')?.['commands']).toContain(
      `anytune deploy ${model} --provider mem`,
    )
    expect((await anytune(['doctor', '--provider', 'down'])).code).toBe(5)
  })

  it('writes the deadlines as a calendar, the same one for the same moment', async () => {
    const { cwd, anytune, model } = await tuned()
    const now = new Date(Date.now() + DAY_MS).toISOString()
    const file = join(cwd, 'deadlines.ics')
    const { code, stderr } = await run(['doctor', '--ics', 'deadlines.ics'], { cwd, now })
    expect(code).toBe(0)
    expect(stderr).toContain('deadlines written to deadlines.ics')
    const calendar = await readFile(file, 'utf8')
    expect(calendar.replaceAll('\r\n ', '')).toContain(`SUMMARY:mem: the model ${model} answers until`)
    await run(['doctor', '--ics', 'deadlines.ics'], { cwd, now })
    expect(await readFile(file, 'utf8')).toBe(calendar)
    expect((await anytune(['doctor', '--ics', 'nowhere/deadlines.ics'])).code).toBe(3)
  })
})
