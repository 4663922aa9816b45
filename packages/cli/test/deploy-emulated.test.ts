import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Receipt } from '@anytune/core'
import { startEmulator } from '@anytune/emulator'
import { expect, it, onTestFinished } from 'vitest'
import { folder, jsonLines, oneProcess } from './anytune.ts'

const PACKAGES = fileURLToPath(new URL('../node_modules', import.meta.url))
const run = oneProcess()
/** Before the dates on which vendors take no more jobs. */
const NOW = '2026-12-01T10:00:00Z'

/** Questions whose answers can be learned in seconds. */
function moods(): string {
  const row = (index: number) => ({
    messages: [
      { role: 'user', content: `How is number ${index}?` },
      { role: 'assistant', content: ['good', 'bad'][index % 2] },
    ],
  })
  return Array.from({ length: 16 }, (_, index) => `${JSON.stringify(row(index))}\n`).join('')
}

/** An emulated vendor that really trains, and a folder whose configuration reaches it with settings that stand in the file. */
async function workspace(vendor: 'openai' | 'azure', adapter: (env: Readonly<Record<string, string>>) => string) {
  const emulator = await startEmulator({
    vendors: [vendor],
    engine: 'local',
    clock: { kind: 'system', startAt: new Date(NOW) },
  })
  onTestFinished(() => emulator.close())
  const account = emulator.account()
  const config = `import { defineConfig } from '@anytune/core'
import { ${vendor} } from '@anytune/${vendor}'
export default defineConfig({ provider: '${vendor}', providers: { ${vendor}: () => ${adapter(account.env(vendor))} } })
`
  const cwd = await folder({ 'anytune.config.ts': config, 'train.jsonl': moods() })
  // As it would be where the adapters are installed.
  await symlink(PACKAGES, join(cwd, 'node_modules'))
  return { account, cwd, anytune: (...args: readonly string[]) => run(args, { cwd, now: NOW }) }
}

function azureText(env: Readonly<Record<string, string>>): string {
  const { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_API_KEY: apiKey, AZURE_SUBSCRIPTION_ID: subscriptionId } = env
  const { ANYTUNE_AZURE_RESOURCE_GROUP: resourceGroup, ANYTUNE_AZURE_ACCOUNT: account } = env
  const environment = Object.fromEntries(
    Object.entries(env).filter(([name]) => /RESOURCE_MANAGER|ACCESS_TOKEN/.test(name)),
  )
  const options = { endpoint, apiKey, subscriptionId, resourceGroup, account }
  return `(Object.assign(process.env, ${JSON.stringify(environment)}),
    azure({ ...${JSON.stringify(options)}, trainingType: 'Standard', deploymentSku: 'Standard' }))`
}

async function tuned(anytune: Awaited<ReturnType<typeof workspace>>['anytune'], model: string) {
  const settings = ['--epochs', '40', '--batch-size', '16', '--seed', '3']
  const { code, stdout, stderr } = await anytune(
    'tune',
    'train.jsonl',
    '--model',
    model,
    ...settings,
    '--yes',
    '--json',
  )
  expect(code, stderr).toBe(0)
  const lines = jsonLines(stdout)
  const losses = lines.flatMap((line) => {
    const event = line['event'] as { type: string; values: Record<string, number> } | undefined
    return event?.type === 'metrics' && event.values['loss'] !== undefined ? [event.values['loss']] : []
  })
  return { ...(lines.at(-1) as { run: string; model: string; next: string }), losses }
}

it('the whole life on Azure: a real curve, a deployment below its price, a real answer, and a receipt', async () => {
  const { anytune, cwd } = await workspace('azure', azureText)
  const { run: id, model, next, losses } = await tuned(anytune, 'gpt-4.1-mini-2025-04-14')
  expect(losses.length).toBeGreaterThan(20)
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2)
  expect(next).toBe(`anytune deploy ${id}`)

  expect((await anytune('deploy', id, '--yes', '--max-hourly-cost', '1USD')).code).toBe(9)
  const deployed = await anytune('deploy', id, '--yes', '--json', '--max-hourly-cost', '2USD')
  expect(deployed.code, deployed.stderr).toBe(0)
  const { deployment, reference } = jsonLines(deployed.stdout).at(-1) as { deployment: string; reference: string }
  const asked = await anytune('chat', reference, 'How is number 3?', '--temperature', '0')
  expect(['good\n', 'bad\n']).toContain(asked.stdout)
  expect((await anytune('undeploy', deployment)).code).toBe(0)

  const purged = await anytune('purge', id, '--yes', '--out', 'receipt.json')
  const receipt = JSON.parse(await readFile(join(cwd, 'receipt.json'), 'utf8')) as Receipt
  const states = Object.fromEntries(receipt.things.map(({ kind, state }) => [kind, state]))
  // Azure's schema has no operation that deletes a tuned model: the receipt says so, and so does the exit code.
  expect(states).toMatchObject({ deployment: 'gone', model: 'kept', dataset: 'removed', 'result-file': 'removed' })
  expect(receipt.things.find(({ kind }) => kind === 'model')).toMatchObject({ id: model, code: 'unsupported' })
  expect(receipt.complete).toBe(false)
  expect(purged.code).toBe(3)
  expect((await anytune('datasets', 'list', '--json')).stdout).toBe('')
  expect((await anytune('deployments', 'list', '--json')).stdout).toBe('')
})

it('the whole life on OpenAI: a tuned model that answers directly, and nothing left of it', async () => {
  const { anytune } = await workspace('openai', ({ OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL }) => {
    return `openai(${JSON.stringify({ apiKey, baseURL })})`
  })
  const { run: id, model, next } = await tuned(anytune, 'gpt-4.1-mini-2025-04-14')
  expect(next).toBe(`anytune chat ${model}`)
  const deployed = await anytune('deploy', id)
  expect(deployed.stdout).toContain('nothing: the provider serves it directly')
  expect((await anytune('chat', model, 'How is number 3?', '--temperature', '0')).stdout).toMatch(/^(good|bad)\n$/)

  const purged = await anytune('purge', id, '--yes', '--json')
  const { receipt } = jsonLines(purged.stdout).at(-1) as unknown as { receipt: Receipt }
  expect(receipt.complete, purged.stdout).toBe(true)
  expect(purged.code).toBe(0)
  for (const kind of ['models', 'datasets']) expect((await anytune(kind, 'list', '--json')).stdout).toBe('')
})
