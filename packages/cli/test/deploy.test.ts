import { describe, expect, it } from 'vitest'
import { jsonLines, oneProcess } from './anytune.ts'
import { tuned, workspace } from './memory-account.ts'

const run = oneProcess()
type Anytune = Awaited<ReturnType<typeof workspace>>

async function listed(anytune: Anytune) {
  return jsonLines((await anytune('deployments', 'list', '--json')).stdout)
}

const PRICED = (prices: string) => ({ offerings: `[{ id: 'acme/serve', prices: ${prices} }]` })
const HOSTING = `[{ item: 'hosting', amount: 1.7, currency: 'USD', per: 'hour', source, grade: 'vendor-example' }]`

describe('anytune deploy', () => {
  it('serves a run’s model, tells how to ask it and how to take it down, and both work', async () => {
    const anytune = await workspace(run)
    const { run: id, model } = await tuned(anytune)
    const deployed = await anytune('deploy', id, '--yes', '--json')
    expect(deployed.code).toBe(0)
    const lines = jsonLines(deployed.stdout)
    expect(lines.map(({ type }) => type)).toEqual(expect.arrayContaining(['quote', 'deploy-step', 'deploy-status']))
    const live = lines.at(-1) as { deployment: string; reference: string; next: string[] }
    expect(live).toMatchObject({ type: 'result', model, created: true })
    expect(live.next).toEqual([`anytune chat ${live.reference}`, `anytune undeploy ${live.deployment}`])

    expect((await anytune('chat', live.reference, 'What is 3 plus one?')).stdout).toBe('4\n')
    expect(await listed(anytune)).toMatchObject([{ id: live.deployment, model, status: 'ready' }])
    expect((await anytune('deployments', 'show', live.deployment)).stdout).toMatch(new RegExp(`^model +${model}$`, 'm'))

    const undeployed = await anytune('undeploy', live.reference, '--json')
    expect(JSON.parse(undeployed.stdout)).toEqual({ undeployed: live.deployment })
    expect(await listed(anytune)).toEqual([])
    expect((await anytune('undeploy', live.deployment)).code).toBe(9)
  })

  it('takes a model by its id or its reference', async () => {
    const anytune = await workspace(run)
    const { model, reference } = await tuned(anytune)
    for (const target of [model, reference]) {
      expect((await anytune('deploy', target, '--yes')).stdout).toMatch(/^deployment +deployment-/m)
    }
    expect(await listed(anytune)).toHaveLength(2)
  })

  it('asks first', async () => {
    const anytune = await workspace(run)
    const { model } = await tuned(anytune)
    const { code, stderr } = await anytune('deploy', model)
    expect(code).toBe(3)
    expect(stderr).toContain('--yes')
    expect(await listed(anytune)).toEqual([])
  })

  it('refuses a run that has no model yet, with the command that waits for it', async () => {
    const anytune = await workspace(run, { store: '{ durations: { steppingMs: 600_000 } }' })
    const { run: id } = await tuned(anytune, '--detach')
    const { code, stderr } = await anytune('deploy', id, '--yes')
    expect(code).toBe(9)
    expect(stderr).toContain(`anytune runs watch ${id}`)
  })

  it('says what it costs an hour and how that is known, and refuses what costs more', async () => {
    const anytune = await workspace(run, PRICED(HOSTING))
    const { model } = await tuned(anytune)
    const refused = await anytune('deploy', model, '--yes', '--max-hourly-cost', '1USD')
    expect(refused.code).toBe(9)
    expect(refused.stderr).toContain('1.7 USD an hour')
    expect(await listed(anytune)).toEqual([])
    const { code, stdout } = await anytune('deploy', model, '--yes', '--max-hourly-cost', '2USD')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^costs an hour +1\.7 USD, used or not, .*\(vendor-example: Prices of Acme, /m)
  })

  it('says that nobody knows what it costs, and refuses it where a maximum is given', async () => {
    const anytune = await workspace(run, PRICED('[]'))
    const { model } = await tuned(anytune)
    expect((await anytune('deploy', model, '--yes', '--max-hourly-cost', '2USD')).code).toBe(9)
    expect(await listed(anytune)).toEqual([])
    expect((await anytune('deploy', model, '--yes')).stdout).toMatch(/^costs an hour +unknown: /m)
    expect((await anytune('deploy', model, '--yes', '--max-hourly-cost', 'two')).code).toBe(3)
  })

  it('refuses an option that the provider does not have, before anything is made', async () => {
    const anytune = await workspace(run)
    const { model } = await tuned(anytune)
    expect((await anytune('deploy', model, '--yes', '--set', 'copies=3')).code).toBe(3)
    expect(await listed(anytune)).toEqual([])
  })

  it.each([
    { decision: '--adopt', deployments: 1 },
    { decision: '--create-again', deployments: 2 },
  ])('goes on with $decision where the fate of a create is unsure', async ({ decision, deployments }) => {
    const anytune = await workspace(run, {
      store: '{ keepsKeys: false }',
      faults: `[{ operation: 'deployments.create', when: 'after' }]`,
    })
    const { run: id, model } = await tuned(anytune)
    const unsure = await anytune('deploy', model, '--yes', '--json', '--provider', 'lossy')
    expect(unsure.code).toBe(7)
    const { error } = jsonLines(unsure.stdout).at(-1) as { error: { data: { candidates: string[] } } }
    const candidate = String(error.data.candidates[0])
    expect(unsure.stderr).toContain(`anytune deploy ${model} --adopt ${candidate} --provider lossy`)
    const answer = decision === '--adopt' ? [decision, candidate] : [decision]
    expect((await anytune('deploy', id, '--yes', ...answer)).code).toBe(0)
    expect(await listed(anytune)).toHaveLength(deployments)
  })
})

describe('on a provider that serves models directly', () => {
  it('deploying makes nothing, needs no yes, and undeploying has nothing to do', async () => {
    const anytune = await workspace(run, { driver: '{ ...memory({ store }), deployments: undefined }' })
    const { model, reference } = await tuned(anytune)
    const { code, stdout } = await anytune('deploy', model, '--json')
    expect(code).toBe(0)
    expect(jsonLines(stdout).at(-1)).toMatchObject({ deployment: model, reference, created: false })
    expect((await anytune('undeploy', reference)).code).toBe(0)
    expect((await anytune('deployments', 'list')).code).toBe(3)
  })
})
