import { expect, it } from 'vitest'
import { jsonLines, oneProcess } from './anytune.ts'
import { tuned, workspace } from './memory-account.ts'

const run = oneProcess()

it('lists, shows and deletes datasets; deleting asks first', async () => {
  const anytune = await workspace(run)
  const { run: id } = await tuned(anytune)
  const list = async () => jsonLines((await anytune('datasets', 'list', '--json')).stdout)
  const [dataset] = await list()
  expect(dataset).toMatchObject({ name: `${id}-training.jsonl`, status: 'ready' })
  expect(dataset).not.toHaveProperty('raw')
  const name = String(dataset?.['id'])
  expect((await anytune('datasets', 'list')).stdout).toMatch(/^DATASET +NAME +STATUS +SIZE +CREATED +EXPIRES$/m)
  const shown = await anytune('datasets', 'show', name)
  expect(shown.stdout).toMatch(new RegExp(`^sha256 +${String(dataset?.['sha256'])}$`, 'm'))
  expect(JSON.parse((await anytune('datasets', 'show', name, '--json')).stdout)).toHaveProperty('raw')

  expect((await anytune('datasets', 'delete', name)).code).toBe(3)
  expect(await list()).toHaveLength(1)
  expect(JSON.parse((await anytune('datasets', 'delete', name, '--yes', '--json')).stdout)).toEqual({ deleted: name })
  expect((await anytune('datasets', 'show', name)).code).toBe(9)
  expect((await anytune('datasets', 'list')).stderr).toContain('no datasets')
})
