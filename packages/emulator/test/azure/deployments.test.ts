import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  accountPath,
  ARM,
  DATED,
  DAY,
  deployment,
  HOUR,
  MINUTE,
  startResource,
  tune,
  type Resource,
} from './support.ts'

let resource: Resource
let model: string
beforeEach(async () => {
  resource = await startResource()
  model = (await tune(resource)).fine_tuned_model
})
afterEach(async () => {
  await resource.emulator.close()
})

const put = (name: string, body: unknown, version = ARM) => resource.arm('PUT', `deployments/${name}${version}`, body)
const get = (name: string) => resource.arm('GET', `deployments/${name}${ARM}`)
const chat = (name: string) =>
  resource.data('POST', '/openai/v1/chat/completions', { model: name, messages: [{ role: 'user', content: 'ping' }] })

async function deploy(name: string, more: Readonly<Record<string, unknown>> = {}) {
  const reply = await put(name, { ...deployment(model), ...more })
  resource.emulator.clock.advance(MINUTE)
  return reply
}

test('a deployment is created with 201, is Creating, then Succeeded, and answers only after that', async () => {
  resource.account.configure({ deployingMilliseconds: 1000, readinessLagMilliseconds: 1000 })
  const created = await put('mine', { ...deployment(model), tags: { team: 'blue' } })
  expect(created).toMatchObject({
    status: 201,
    json: {
      id: `${accountPath(resource.env)}/deployments/mine`,
      name: 'mine',
      type: 'Microsoft.CognitiveServices/accounts/deployments',
      sku: { name: 'Standard', capacity: 1 },
      tags: { team: 'blue' },
      properties: {
        provisioningState: 'Creating',
        deploymentState: 'Running',
        model: { format: 'OpenAI', name: model, version: '1' },
      },
    },
  })
  const operation = String(created.headers.get('azure-asyncoperation'))
  expect(created.headers.get('retry-after')).toBe('1')
  expect((await resource.arm('GET', operation)).json).toMatchObject({ status: 'Running' })
  expect(await chat('mine')).toMatchObject({ status: 404, json: { error: { code: 'DeploymentNotFound' } } })
  resource.emulator.clock.advance(1000)
  expect((await get('mine')).json.properties.provisioningState).toBe('Succeeded')
  expect((await resource.arm('GET', operation)).json).toMatchObject({
    status: 'Succeeded',
    endTime: expect.any(String),
  })
  expect(await chat('mine')).toMatchObject({ status: 404, json: { error: { code: 'DeploymentNotReady' } } })
  resource.emulator.clock.advance(1000)
  expect((await chat('mine')).status).toBe(200)
})

test('a second PUT changes the deployment with 200, and waits for the first to end', async () => {
  await put('mine', deployment(model))
  expect(await put('mine', deployment(model))).toMatchObject({
    status: 409,
    json: { error: { code: 'RequestConflict' } },
  })
  resource.emulator.clock.advance(MINUTE)
  const changed = await put('MINE', deployment(model, 'Standard', 5))
  expect(changed).toMatchObject({ status: 200, json: { name: 'mine', sku: { capacity: 5 } } })
  expect((await resource.arm('GET', `deployments${ARM}`)).json.value).toHaveLength(1)
})

describe('a deployment is refused', () => {
  const good = { format: 'OpenAI', name: 'gpt-4.1-mini', version: '2025-04-14' }
  const sku = { name: 'Standard', capacity: 1 }
  test.each<[string, unknown, string]>([
    ['that is no object', [], 'InvalidRequestContent'],
    ['with an unknown member', { sku, properties: { model: good }, location: 'x' }, 'InvalidRequestContent'],
    ['with an unknown property', { sku, properties: { model: good, colour: 'blue' } }, 'InvalidRequestContent'],
    [
      'with a capacity in words',
      { sku: { ...sku, capacity: '1' }, properties: { model: good } },
      'InvalidRequestContent',
    ],
    ['without a type', { properties: { model: good } }, 'InvalidResourceProperties'],
    ['without a model', { sku, properties: {} }, 'InvalidResourceProperties'],
    [
      'without the version',
      { sku, properties: { model: { ...good, version: undefined } } },
      'InvalidResourceProperties',
    ],
    ['of an unknown type', { sku: { name: 'Cheap' }, properties: { model: good } }, 'InvalidResourceProperties'],
    [
      'of a base model on the developer tier',
      { sku: { name: 'DeveloperTier' }, properties: { model: good } },
      'InvalidResourceProperties',
    ],
    [
      'of a model that is not there',
      { sku, properties: { model: { ...good, version: '1' } } },
      'DeploymentModelNotSupported',
    ],
    [
      'of another resource’s model',
      { sku, properties: { model: { ...good, source: '/subscriptions/other' } } },
      'InvalidResourceProperties',
    ],
    ['above the quota', { sku: { ...sku, capacity: 10_001 }, properties: { model: good } }, 'InsufficientQuota'],
  ])('%s', async (_, body, code) => {
    expect(await put('mine', body)).toMatchObject({
      status: 400,
      json: { error: { code, message: expect.any(String) } },
    })
    expect((await get('mine')).status).toBe(404)
  })

  test('with a name that it cannot have', async () => {
    expect(await put('x', deployment(model))).toMatchObject({ status: 400, json: { error: { target: 'name' } } })
  })

  test('with members that its API version has not', async () => {
    const body = { ...deployment(model), properties: { ...deployment(model).properties, serviceTier: 'Default' } }
    expect((await put('mine', body, '?api-version=2024-10-01')).status).toBe(400)
    expect((await put('mine', body)).status).toBe(201)
  })

  test('above ten of tuned models', async () => {
    for (let count = 0; count < 10; count++) expect((await put(`mine-${count}`, deployment(model))).status).toBe(201)
    expect(await put('eleventh', deployment(model))).toMatchObject({
      status: 400,
      json: { error: { code: 'InsufficientQuota' } },
    })
    const base = { sku, properties: { model: good } }
    expect((await put('base', base)).status).toBe(201)
  })

  test('when its model has retired by the clock', async () => {
    const { clock } = resource.emulator
    clock.advance(Date.parse('2027-10-14T00:00:00Z') - clock.now())
    expect((await put('mine', deployment(model))).status).toBe(201)
    resource.account.configure({ enforceRetirements: true })
    expect((await put('late', deployment(model))).json.error.code).toBe('DeploymentModelNotSupported')
  })
})

test('a deployment that fails says so, with the reason where the operation is asked', async () => {
  resource.account.configure({ failsDeployments: true })
  const created = await deploy('mine')
  expect((await get('mine')).json.properties.provisioningState).toBe('Failed')
  expect((await resource.arm('GET', String(created.headers.get('azure-asyncoperation')))).json).toMatchObject({
    status: 'Failed',
    error: { code: 'DeploymentFailed' },
  })
  expect((await chat('mine')).status).toBe(404)
})

test('deleting takes its time, and is 204 for what is not there', async () => {
  resource.account.configure({ undeployingMilliseconds: 1000 })
  await deploy('mine')
  const deleted = await resource.arm('DELETE', `deployments/mine${ARM}`)
  expect(deleted.status).toBe(202)
  const location = String(deleted.headers.get('location'))
  expect((await get('mine')).json.properties.provisioningState).toBe('Deleting')
  expect((await resource.arm('GET', location)).status).toBe(202)
  expect((await chat('mine')).status).toBe(404)
  expect((await put('mine', deployment(model))).status).toBe(409)
  resource.emulator.clock.advance(1000)
  expect((await resource.arm('GET', location)).status).toBe(200)
  expect((await get('mine')).json.error.code).toBe('ResourceNotFound')
  expect((await resource.arm('DELETE', `deployments/mine${ARM}`)).status).toBe(204)
})

test('a model cannot be deleted while it or a checkpoint of it is deployed', async () => {
  const { json } = await resource.data('GET', '/openai/v1/fine_tuning/jobs')
  const [{ id }] = json.data
  const checkpoints = await resource.data('GET', `/openai/v1/fine_tuning/jobs/${id}/checkpoints`)
  await put('checkpoint', deployment(checkpoints.json.data[0].id))
  resource.emulator.clock.advance(MINUTE)
  const refused = await resource.data('DELETE', `/openai/fine_tuning/jobs/${id}${DATED}`)
  expect(refused).toMatchObject({ status: 409, json: { error: { code: 'conflict' } } })
  await resource.arm('DELETE', `deployments/checkpoint${ARM}`)
  resource.emulator.clock.advance(MINUTE)
  expect((await resource.data('DELETE', `/openai/fine_tuning/jobs/${id}${DATED}`)).status).toBe(204)
})

test('a paused deployment answers 423 until it is resumed', async () => {
  await deploy('mine')
  const paused = await resource.arm('POST', `deployments/mine/pause${ARM}`)
  expect(paused).toMatchObject({ status: 200, json: { properties: { deploymentState: 'Paused' } } })
  expect((await chat('mine')).status).toBe(423)
  await resource.arm('POST', `deployments/mine/resume${ARM}`)
  expect((await chat('mine')).status).toBe(200)
  expect((await resource.arm('POST', 'deployments/mine/pause?api-version=2024-10-01')).status).toBe(400)
  const { properties, ...others } = deployment(model)
  await put('mine', { ...others, properties: { ...properties, deploymentState: 'Paused' } })
  resource.emulator.clock.advance(MINUTE)
  expect((await chat('mine')).status).toBe(423)
})

test('a patch changes capacity and tags', async () => {
  await deploy('mine')
  const patched = await resource.arm('PATCH', `deployments/mine${ARM}`, {
    sku: { name: 'Standard', capacity: 3 },
    tags: { a: 'b' },
  })
  expect(patched).toMatchObject({ status: 200, json: { sku: { capacity: 3 }, tags: { a: 'b' } } })
  expect((await resource.arm('PATCH', `deployments/mine${ARM}`, { properties: {} })).status).toBe(400)
})

describe('a deployment ends by itself', () => {
  const alive = async (name: string) => (await get(name)).status === 200

  test('on the developer tier after 24 hours, used or not', async () => {
    await put('mine', deployment(model, 'developertier'))
    expect((await get('mine')).json.sku.name).toBe('DeveloperTier')
    resource.emulator.clock.advance(DAY - HOUR)
    expect((await chat('mine')).status).toBe(200)
    resource.emulator.clock.advance(HOUR)
    expect(await alive('mine')).toBe(false)
  })

  test('after fifteen days without chat, while its model stays', async () => {
    await deploy('used')
    await deploy('idle')
    resource.emulator.clock.advance(10 * DAY)
    await chat('used')
    resource.emulator.clock.advance(5 * DAY)
    expect(await alive('idle')).toBe(false)
    expect(await alive('used')).toBe(true)
    expect((await resource.data('GET', `/openai/v1/models/${model}`)).status).toBe(200)
  })

  test('but not when it is a base model’s', async () => {
    await put('base', {
      sku: { name: 'Standard' },
      properties: { model: { format: 'OpenAI', name: 'gpt-4.1-mini', version: '2025-04-14' } },
    })
    resource.emulator.clock.advance(20 * DAY)
    expect(await alive('base')).toBe(true)
  })
})

test('deployments are listed in pages by nextLink', async () => {
  resource.account.configure({ deploymentsPerPage: 2 })
  for (const name of ['one', 'two', 'three']) await deploy(name)
  const first = await resource.arm('GET', `deployments${ARM}`)
  expect(first.json.value.map(({ name }: { name: string }) => name)).toEqual(['one', 'two'])
  const rest = await resource.arm('GET', first.json.nextLink)
  expect(rest.json.value.map(({ name }: { name: string }) => name)).toEqual(['three'])
  expect(rest.json.nextLink).toBeUndefined()
  expect((await resource.arm('GET', `deployments${ARM}&$skipToken=made-up`)).status).toBe(400)
})

test('models are told with the days on which they end, by the resource with its tuned ones', async () => {
  const own = await resource.arm('GET', `models${ARM}`)
  const tuned = own.json.value.find(({ name }: { name: string }) => name === model)
  expect(tuned).toMatchObject({
    version: '1',
    baseModel: { name: 'gpt-4.1-mini', version: '2025-04-14' },
    deprecation: { inference: '2027-10-14T00:00:00Z' },
  })
  const { AZURE_SUBSCRIPTION_ID: subscription } = resource.env
  const path = `/subscriptions/${subscription}/providers/Microsoft.CognitiveServices/locations/swedencentral/models${ARM}`
  const region = await resource.arm('GET', path)
  expect(region.json.value).toContainEqual(
    expect.objectContaining({
      kind: 'AIServices',
      model: expect.objectContaining({
        name: 'gpt-4.1-mini',
        version: '2025-04-14',
        deprecation: {
          fineTune: '2027-04-14T00:00:00Z',
          inference: '2027-04-14T00:00:00Z',
          deprecationStatus: 'Planned',
        },
      }),
    }),
  )
})

test('what is left of the quota is told, and which types a deployment could have', async () => {
  await put('mine', deployment(model, 'Standard', 7))
  const { AZURE_SUBSCRIPTION_ID: subscription } = resource.env
  const path = `/subscriptions/${subscription}/providers/Microsoft.CognitiveServices/modelCapacities${ARM}`
  const query = '&modelFormat=OpenAI&modelName=gpt-4.1-mini&modelVersion=2025-04-14'
  expect((await resource.arm('GET', path + query)).json.value).toContainEqual({
    location: 'swedencentral',
    properties: {
      model: { format: 'OpenAI', name: 'gpt-4.1-mini', version: '2025-04-14' },
      skuName: 'Standard',
      availableCapacity: 9993,
      availableFinetuneCapacity: 9993,
    },
  })
  expect((await resource.arm('GET', path)).json.error.target).toBe('modelFormat')
  const skus = await resource.arm('GET', `deployments/mine/skus${ARM}`)
  expect(skus.json.value.map(({ sku }: { sku: { name: string } }) => sku.name)).toContain('DeveloperTier')
})

test('Azure Monitor tells how often each deployment was asked', async () => {
  await deploy('asked')
  await deploy('idle')
  const from = new Date(resource.emulator.clock.now())
  await chat('asked')
  resource.emulator.clock.advance(HOUR)
  await chat('asked')
  await chat('asked')
  resource.emulator.clock.advance(HOUR)
  const query = new URLSearchParams({
    'api-version': '2023-10-01',
    metricnames: 'AzureOpenAIRequests',
    timespan: `${from.toISOString()}/${new Date(resource.emulator.clock.now()).toISOString()}`,
    interval: 'PT1H',
    aggregation: 'Total',
    $filter: "ModelDeploymentName eq '*'",
  })
  const { json } = await resource.arm('GET', `providers/microsoft.insights/metrics?${query.toString()}`)
  expect(json.value[0].timeseries).toMatchObject([
    { metadatavalues: [{ value: 'asked' }], data: [{ total: 1 }, { total: 2 }] },
  ])
  query.set('metricnames', 'Unknown')
  expect((await resource.arm('GET', `providers/microsoft.insights/metrics?${query.toString()}`)).status).toBe(400)
})
