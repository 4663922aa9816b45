import { describe, expect, it } from 'vitest'
import { anytune as spawned, jsonLines, oneProcess } from './anytune.ts'
import { tuned, workspace } from './memory-account.ts'

const run = oneProcess()

describe('anytune audit', () => {
  it('tells of a run what left by digest and counts, what was made, served and removed', async () => {
    const anytune = await workspace(run)
    const { run: id, job, model } = await tuned(anytune)
    expect((await anytune('deploy', id, '--yes')).code).toBe(0)
    const [live] = jsonLines((await anytune('deployments', 'list', '--json')).stdout)
    expect((await anytune('chat', String(live?.['id']), 'What is 3 plus one?')).code).toBe(0)
    expect((await anytune('purge', id, '--yes')).code).toBe(0)
    const { code, stdout } = await anytune('audit')
    expect(code).toBe(0)
    expect(stdout).toContain(`run ${id}`)
    expect(stdout).toMatch(/training train\.jsonl: 6 rows, .*; no class given; hashes of its rows: kept/)
    expect(stdout).toMatch(/^ +sha256 [0-9a-f]{64}$/m)
    expect(stdout).toMatch(/^ +sent from \S+Z to \S+Z kept as dataset-\w+$/m)
    expect(stdout).toMatch(new RegExp(`accepted by the provider; .*${job}; succeeded, seen`))
    expect(stdout).toMatch(new RegExp(`model ${model}$`, 'm'))
    expect(stdout).toMatch(new RegExp(`deployment \\S+ of ${model}, by deploy-`))
    expect(stdout).toMatch(
      new RegExp(`purge-\\w+ of the run ${id}: complete, ended \\S+, receipt sha256 [0-9a-f]{64}$`, 'm'),
    )
    expect(stdout).toMatch(/a question or more to the (model|deployment) \S+, the last written down/)
    expect(stdout).toMatch(/^ +removed model /m)
    expect(stdout).not.toContain('plus one')
  })

  it('prints a record a line with --json, the same each time', async () => {
    const anytune = await workspace(run)
    const first = await tuned(anytune)
    const second = await tuned(anytune)
    const { stdout } = await anytune('audit', '--json')
    expect(jsonLines(stdout)).toMatchObject([
      { kind: 'run', run: first.run },
      { kind: 'run', run: second.run },
    ])
    expect((await anytune('audit', '--json')).stdout).toBe(stdout)
    expect(jsonLines((await anytune('audit', second.run, '--json')).stdout)).toMatchObject([{ run: second.run }])
  })

  it('tells of a time, and refuses what is none', async () => {
    const anytune = await workspace(run)
    expect((await anytune('audit')).stderr).toContain('the journal is empty')
    const { run: id } = await tuned(anytune)
    expect((await anytune('audit', '--since', '2020-01-01')).stdout).toContain(id)
    const later = await anytune('audit', '--since', '2999-01-01T00:00:00Z')
    expect([later.code, later.stdout]).toEqual([0, ''])
    for (const wrong of ['2026-02-30', 'yesterday', '2026-11-01 08:00', '2026']) {
      expect((await anytune('audit', '--since', wrong)).code, wrong).toBe(3)
    }
  })

  it('knows no run that is not in the journal', async () => {
    const { code, stderr } = await (await workspace(run))('audit', 'run-none')
    expect(code).toBe(9)
    expect(stderr).toContain('run-none')
  })

  it('shows its help, with what it cannot tell', async () => {
    const { code, stdout } = await spawned(['audit', '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('What was deleted without a purge')
  })
})
