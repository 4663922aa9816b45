import { describe, expect, test } from 'vitest'
import { EmulatorError } from '@anytune/emulator'
import { ARM, DATED, DAY, deployment, rows, stage, startResource } from './support.ts'

describe('faults speak the words of the API that is asked', () => {
  test.each([
    ['v1', '/openai/v1/models', { error: { code: '429', message: expect.any(String), type: 'error' } }],
    ['dated', `/openai/models${DATED}`, { error: { code: '429', message: expect.any(String) } }],
  ])('%s', async (_, path, body) => {
    await using resource = await startResource()
    resource.emulator.faults.add({ operation: 'models.list', kind: 'rate-limit', retryAfter: '7' })
    const reply = await resource.data('GET', path)
    expect(reply).toMatchObject({ status: 429, json: body })
    expect(reply.json.error.type).toBe(_ === 'v1' ? 'error' : undefined)
    expect(reply.headers.get('retry-after')).toBe('7')
    expect(reply.headers.get('apim-request-id')).not.toBeNull()
    expect((await resource.data('GET', path)).status).toBe(200)
  })

  test('Azure Resource Manager', async () => {
    await using resource = await startResource()
    resource.emulator.faults.add({ operation: 'deployments.list', kind: 'status', status: 403 })
    const reply = await resource.arm('GET', `deployments${ARM}`)
    expect(reply).toMatchObject({ status: 403, json: { error: { code: 'AuthorizationFailed' } } })
    expect(reply.headers.get('x-ms-request-id')).not.toBeNull()
  })

  test('a lost answer leaves the deployment, and a lagging list hides it for a while', async () => {
    await using resource = await startResource()
    const base = {
      sku: { name: 'Standard' },
      properties: { model: { format: 'OpenAI', name: 'gpt-4.1', version: '2025-04-14' } },
    }
    resource.emulator.faults.add(
      { operation: 'deployments.put', kind: 'reset', when: 'after' },
      { operation: 'deployments.put', kind: 'list-lag', lists: 1 },
    )
    await expect(resource.arm('PUT', `deployments/lost${ARM}`, base)).rejects.toThrow('fetch failed')
    expect((await resource.arm('GET', `deployments/lost${ARM}`)).status).toBe(200)
    expect((await resource.arm('PUT', `deployments/late${ARM}`, base)).status).toBe(201)
    const names = async () =>
      (await resource.arm('GET', `deployments${ARM}`)).json.value.map(({ name }: { name: string }) => name)
    expect(await names()).toEqual(['lost'])
    expect(await names()).toEqual(['lost', 'late'])
  })
})

test('the request log names operations and accounts, and keeps no credentials', async () => {
  await using resource = await startResource()
  await stage(resource)
  await resource.arm('GET', `deployments${ARM}`)
  const requests = resource.account.requests()
  expect(requests.map(({ operation }) => operation)).toEqual(['files.create', 'deployments.list'])
  const secrets = [resource.env['ANYTUNE_AZURE_ACCESS_TOKEN'], 'emulator-token']
  for (const secret of secrets) expect(JSON.stringify(requests)).not.toContain(secret)
})

describe('an account can be filled', () => {
  test('with models, files and deployments past every limit', async () => {
    await using resource = await startResource()
    const made = resource.account.seed({
      files: 120,
      models: 300,
      jobs: [{ end: 'failed' }, { end: 'cancelled' }, {}],
      deployments: 40,
    })
    expect(made['models']).toHaveLength(301)
    const files = await resource.data('GET', '/openai/v1/files?purpose=fine-tune')
    expect(files.json.data).toHaveLength(123)
    const models = await resource.data('GET', '/openai/v1/models')
    expect(models.json.data.filter(({ id }: { id: string }) => id.includes('.ft-'))).toHaveLength(301)
    const deployments = await resource.arm('GET', `deployments${ARM}`)
    expect(deployments.json.value).toHaveLength(40)
    const jobs = await resource.data('GET', '/openai/v1/fine_tuning/jobs?limit=1000')
    expect(jobs.json.data).toHaveLength(303)
  })

  test('with deployments of a certain age and use', async () => {
    await using resource = await startResource()
    resource.account.seed({
      models: 1,
      deployments: [
        { name: 'used', daysAgo: 100, lastUsedDaysAgo: 2 },
        { name: 'idle', daysAgo: 14 },
        { name: 'forgotten', daysAgo: 16 },
        { name: 'developer', sku: 'DeveloperTier', daysAgo: 0.5 },
      ],
    })
    const names = async () =>
      (await resource.arm('GET', `deployments${ARM}`)).json.value.map(({ name }: { name: string }) => name)
    expect(await names()).toEqual(['used', 'idle', 'developer'])
    resource.emulator.clock.advance(DAY)
    expect(await names()).toEqual(['used'])
  })

  test('with jobs that show what the service shows', async () => {
    await using resource = await startResource()
    const { jobs: [id] = [] } = resource.account.seed({
      jobs: [{ end: 'cancelled', shownAs: { status: 'canceling' } }],
    })
    const { json } = await resource.data('GET', `/openai/v1/fine_tuning/jobs/${id}`)
    expect(json).toMatchObject({ id, status: 'canceling', training_file: expect.stringMatching(/^file-/) })
    expect((await resource.data('GET', `/openai/v1/files/${json.training_file}`)).status).toBe(200)
  })

  test('but not with what is unknown', async () => {
    await using resource = await startResource()
    expect(() => resource.account.seed({ unicorns: 1 })).toThrow(EmulatorError)
    expect(() => resource.account.seed({ deployments: 1 })).toThrow(EmulatorError)
    expect(() => resource.account.configure({ unheardOf: 1 })).toThrow('Azure has no setting "unheardOf"')
    expect(() => resource.account.configure({ maximumJobs: 'many' })).toThrow(EmulatorError)
  })
})

test('whatever is sent is answered, and never with a failure of the emulator itself', async () => {
  await using resource = await startResource()
  const bodies: readonly unknown[] = [
    null,
    1,
    'text',
    [],
    {},
    { model: {}, messages: [null] },
    { properties: null },
    { sku: { name: 1 }, properties: { model: null } },
    { method: null, training_file: [] },
    { part_ids: {} },
    JSON.parse('{"__proto__": {"constructor": 1}}'),
  ]
  const data = [
    '/openai/v1/files',
    '/openai/v1/files/%E0%A4%A',
    '/openai/v1//',
    '/openai',
    '/openai/v1/fine_tuning/jobs',
    '/openai/v1/fine_tuning/jobs?limit=many',
    '/openai/v1/chat/completions',
    `/openai/uploads${DATED}`,
    `/openai/uploads/none/complete${DATED}`,
    `/openai/files/import${DATED}`,
    `/openai/files${DATED}&order=sideways`,
    `/openai/deployments/..%2Fx/chat/completions${DATED}`,
  ]
  const manager = [
    '/subscriptions',
    '/SUBSCRIPTIONS/x',
    `deployments/mine${ARM}`,
    `deployments/%00${ARM}`,
    `deployments/mine/pause${ARM}`,
  ]
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const body of method === 'GET' ? [undefined] : bodies) {
      for (const path of data) await resource.data(method, path, body)
      for (const path of manager) await resource.arm(method, path, body)
    }
  }
  const requests = resource.emulator.requests()
  expect(requests.length).toBeGreaterThan(700)
  expect(
    requests.filter(({ status = 500, emulatorFailure }) => status >= 500 || emulatorFailure !== undefined),
  ).toEqual([])
})

test('resetting an account forgets what it had', async () => {
  await using resource = await startResource()
  await stage(resource)
  resource.emulator.reset(resource.account.name)
  expect((await resource.data('GET', '/openai/v1/files')).json.data).toEqual([])
})

test(
  'the local engine really trains: the loss falls, and the deployed model answers what it learned',
  { timeout: 60_000 },
  async () => {
    await using resource = await startResource({ engine: 'local', clock: 'system' })
    const file = await resource.form('/openai/v1/files', { purpose: 'fine-tune', file: new Blob([rows(24)]) })
    await until(
      async () => (await resource.data('GET', `/openai/v1/files/${file.json.id}`)).json.status === 'processed',
    )
    const { json: job } = await resource.data('POST', '/openai/v1/fine_tuning/jobs', {
      model: 'gpt-4.1-mini-2025-04-14',
      training_file: file.json.id,
      trainingType: 'Standard',
      seed: 1,
      hyperparameters: { n_epochs: 20, batch_size: 4 },
    })
    const look = async () => (await resource.data('GET', `/openai/v1/fine_tuning/jobs/${job.id}`)).json
    await until(async () => ['succeeded', 'failed'].includes((await look()).status))
    const done = await look()
    expect(done).toMatchObject({ status: 'succeeded', error: null })
    const { text } = await resource.data('GET', `/openai/v1/files/${done.result_files[0]}/content`)
    const losses = text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',')[1]))
    expect(losses).toHaveLength(20 * 6)
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 4)
    await resource.arm('PUT', `deployments/mine${ARM}`, deployment(done.fine_tuned_model))
    const ask = () =>
      resource.data('POST', '/openai/v1/chat/completions', {
        model: 'mine',
        messages: [{ role: 'user', content: 'question 1' }],
      })
    await until(async () => (await ask()).status === 200)
    expect((await ask()).json.choices[0].message.content).toBe('answer 1')
  },
)

/** The system's clock is the only one that a real training goes by: asked again until it is so. */
async function until(happened: () => Promise<boolean>): Promise<void> {
  while (!(await happened()));
}
