import { describe, expect, it } from 'vitest'
import { folder, jsonLines, oneProcess, rows } from './anytune.ts'

/** A configuration whose in-memory account lasts as long as this process, so that commands see each other's work. */
function account(store: string, firstFaults = '[]'): string {
  return `import { defineConfig } from '@anytune/core'
import { memory, memoryStore } from '@anytune/core/memory'
const store = memoryStore(${store})
const firstFaults = ${firstFaults}
export default defineConfig({
  providers: { mem: () => memory({ store, faults: firstFaults.splice(0) }), other: () => memory({ account: 'other' }) },
  provider: 'mem',
})
`
}

const LONG = '{ durations: { steppingMs: 600_000 } }'
const tune = ['tune', 'train.jsonl', '--model', 'memory-small', '--epochs', '2', '--yes', '--json']

const run = oneProcess()

async function workspace(store = '{}', firstFaults = '[]') {
  const cwd = await folder({ 'anytune.config.ts': account(store, firstFaults), 'train.jsonl': rows(6) })
  return (...args: readonly string[]) => run(args, { cwd })
}

async function tuned(anytune: Awaited<ReturnType<typeof workspace>>, ...more: readonly string[]) {
  const { code, stdout } = await anytune(...tune, ...more)
  expect(code).toBe(0)
  return jsonLines(stdout).at(-1) as { run: string; job: string; model: string; reference: string; next: string }
}

describe('anytune runs', () => {
  it('shows, watches and resumes a run that has ended, and makes nothing twice', async () => {
    const anytune = await workspace()
    const { run, job, model } = await tuned(anytune)

    const shown = await anytune('runs', 'show', run)
    expect(shown.stdout).toMatch(new RegExp(`^run +${run}$[^]*^state +succeeded$[^]*^job +${job}$[^]*^Plan$`, 'm'))
    expect(JSON.parse((await anytune('runs', 'show', run, '--json')).stdout)).toMatchObject({
      id: run,
      job: { id: job, status: 'succeeded' },
      plan: { baseModel: 'memory-small' },
    })
    for (const command of ['watch', 'resume']) {
      const { code, stdout } = await anytune('runs', command, run, '--json')
      expect(code).toBe(0)
      expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'result', run, job, model })
    }
    expect(jsonLines((await anytune('jobs', 'list', '--json')).stdout)).toHaveLength(1)
  })

  it('watches on after an event, and tells nothing twice', async () => {
    const anytune = await workspace()
    const { run } = await tuned(anytune)
    const all = jsonLines((await anytune('runs', 'watch', run, '--json')).stdout)
    const middle = all[5]
    const rest = jsonLines(
      (await anytune('runs', 'watch', run, '--json', '--after', String(middle?.['cursor']))).stdout,
    )
    const events = (lines: typeof all) => lines.filter(({ type }) => type === 'job')
    expect(events(rest)).toEqual(events(all.slice(6)))
    expect((await anytune('runs', 'watch', run, '--after', 'no-cursor')).code).toBe(3)
  })

  it('leaves with --detach, and cancels', async () => {
    const anytune = await workspace(LONG)
    const { run, job, next } = await tuned(anytune, '--detach')
    expect(next).toBe(`anytune runs watch ${run}`)
    expect(jsonLines((await anytune('runs', 'list', '--json')).stdout)).toMatchObject([{ id: run, state: 'submitted' }])
    const cancelled = await anytune('runs', 'cancel', run)
    expect(cancelled.code).toBe(0)
    expect(cancelled.stdout).toContain(job)
    const watched = await anytune('runs', 'watch', run)
    expect(watched.code).toBe(8)
    expect(watched.stderr).toContain('ended as cancelled')
  })

  it.each([
    { decision: '--adopt', jobs: 1 },
    { decision: '--create-again', jobs: 2 },
  ])('goes on with $decision where the fate of a create is unsure', async ({ decision, jobs }) => {
    const anytune = await workspace('{ keepsKeys: false }', `[{ operation: 'jobs.create', when: 'after' }]`)
    const { code, stdout, stderr } = await anytune(...tune)
    expect(code).toBe(7)
    const { error } = jsonLines(stdout).at(-1) as {
      error: { data: { run: string; candidates: [string] }; next: { command: string }[] }
    }
    const { run, candidates } = error.data
    expect(candidates).toHaveLength(1)
    expect(stderr).toContain(`candidate ${candidates[0]}`)
    const commands = [
      `anytune runs resume ${run} --adopt ${candidates[0]}`,
      `anytune runs resume ${run} --create-again`,
      `anytune purge ${run} --cancel`,
    ]
    expect(error.next.map(({ command }) => command)).toEqual(commands)
    for (const command of commands) expect(stderr).toContain(`next: ${command}\n`)
    expect(jsonLines((await anytune('runs', 'list', '--json')).stdout)).toMatchObject([{ state: 'needs-decision' }])

    const answer = decision === '--adopt' ? [decision, candidates[0]] : [decision]
    const resumed = await anytune('runs', 'resume', run, ...answer, '--json')
    expect(resumed.code).toBe(0)
    expect(jsonLines(resumed.stdout).at(-1)).toMatchObject({ type: 'result', run, status: 'succeeded' })
    expect(jsonLines((await anytune('jobs', 'list', '--json')).stdout)).toHaveLength(jobs)
  })

  it('says how to go on when the provider was out of reach', async () => {
    const down = `[{ operation: 'datasets.create', when: 'before', times: 99 }]`
    const anytune = await workspace('{}', down)
    const { code, stderr } = await anytune(...tune)
    expect(code).toBe(10)
    const [, run] = /^next: anytune runs resume (run-\w+)$/m.exec(stderr) ?? []
    const resumed = await anytune('runs', 'resume', String(run), '--json')
    expect(resumed.code).toBe(0)
  })

  it('names what is not there, and what is another account’s', async () => {
    const anytune = await workspace()
    const { run } = await tuned(anytune)
    expect((await anytune('runs', 'show', 'run-none')).code).toBe(9)
    const other = await anytune('runs', 'show', run, '--provider', 'other')
    expect(other.code).toBe(3)
    expect(other.stderr).toContain('--provider mem')
  })

  it('says that there are none', async () => {
    const anytune = await workspace()
    const { code, stdout, stderr } = await anytune('runs', 'list')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain('no runs yet')
  })
})

describe('anytune jobs', () => {
  it('lists the newest first, as many as asked for, without the provider’s own object', async () => {
    const anytune = await workspace(LONG)
    await tuned(anytune, '--detach')
    const { job } = await tuned(anytune, '--detach')
    const { stdout, stderr } = await anytune('jobs', 'list', '--limit', '1', '--json')
    expect(jsonLines(stdout)).toEqual([expect.objectContaining({ id: job, baseModel: 'memory-small' })])
    expect(stdout).not.toContain('"raw"')
    expect(stderr).toContain('--limit 2')
    const table = (await anytune('jobs', 'list')).stdout.trimEnd().split('\n')
    expect(table[0]).toMatch(/^JOB +STATUS +BASE MODEL +CREATED +MODEL$/)
    expect(table).toHaveLength(3)
  })

  it('shows, pauses, resumes and cancels', async () => {
    const anytune = await workspace('{ durations: { steppingMs: 600_000, checkingMs: 0, waitingMs: 0, pausingMs: 0 } }')
    const { job } = await tuned(anytune, '--detach')
    const statusAfter = async (command: string) => {
      const { code, stdout } = await anytune('jobs', command, job, '--json')
      expect(code).toBe(0)
      return JSON.parse(stdout).status
    }
    await expect.poll(() => statusAfter('show')).toBe('running')
    expect(['pausing', 'paused']).toContain(await statusAfter('pause'))
    await expect.poll(() => statusAfter('show')).toBe('paused')
    expect(['queued', 'running']).toContain(await statusAfter('resume'))
    expect(['cancelling', 'cancelled']).toContain(await statusAfter('cancel'))
    const watched = await anytune('jobs', 'watch', job, '--json')
    expect(watched.code).toBe(8)
    expect(jsonLines(watched.stdout).at(-1)).toMatchObject({ type: 'result', id: job, status: 'cancelled' })
  })

  it('takes references, and refuses those of another kind', async () => {
    const anytune = await workspace()
    const { reference, model } = await tuned(anytune)
    expect((await anytune('models', 'show', reference)).stdout).toMatch(new RegExp(`^model +${model}$`, 'm'))
    expect((await anytune('jobs', 'show', reference)).code).toBe(3)
  })
})

describe('anytune models', () => {
  it('lists, shows and deletes; deleting asks first', async () => {
    const anytune = await workspace()
    const { model } = await tuned(anytune)
    expect(jsonLines((await anytune('models', 'list', '--json')).stdout)).toMatchObject([{ id: model }])
    expect((await anytune('models', 'delete', model)).code).toBe(3)
    expect((await anytune('models', 'show', model)).code).toBe(0)
    const deleted = await anytune('models', 'delete', model, '--yes', '--json')
    expect(JSON.parse(deleted.stdout)).toEqual({ deleted: model })
    expect((await anytune('models', 'show', model)).code).toBe(9)
    expect((await anytune('models', 'list')).stdout).toBe('')
  })
})
