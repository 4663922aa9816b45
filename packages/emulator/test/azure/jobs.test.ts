import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DATED, HOUR, rows, stage, startResource, tune, type Resource } from './support.ts'

let resource: Resource
beforeEach(async () => {
  resource = await startResource()
})
afterEach(async () => {
  await resource.emulator.close()
})

const JOBS = '/openai/v1/fine_tuning/jobs'
const MODEL = 'gpt-4.1-mini-2025-04-14'

async function create(more: Readonly<Record<string, unknown>> = {}) {
  const body = { model: MODEL, training_file: await stage(resource), trainingType: 'Standard', ...more }
  return await resource.data('POST', JOBS, body)
}

async function get(id: string) {
  return (await resource.data('GET', `${JOBS}/${id}`)).json
}

test('a job is answered with 200 and what v1 requires of it, nulls and -1 included', async () => {
  const { status, json } = await create({ suffix: 'my-model', seed: 7, metadata: { run: 'one' } })
  expect(status).toBe(200)
  expect(json).toEqual({
    id: expect.stringMatching(/^ftjob-[0-9a-f]{32}$/),
    object: 'fine_tuning.job',
    created_at: expect.any(Number),
    status: 'pending',
    model: MODEL,
    training_file: expect.stringMatching(/^file-/),
    validation_file: null,
    seed: 7,
    organization_id: null,
    result_files: null,
    user_provided_suffix: 'my-model',
    fine_tuned_model: null,
    finished_at: null,
    estimated_finish: expect.any(Number),
    trained_tokens: null,
    error: null,
    hyperparameters: { n_epochs: -1 },
    integrations: null,
    metadata: { run: 'one' },
    method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: -1 } } },
  })
})

test('a job goes from pending over running to succeeded, and its model has the documented name', async () => {
  resource.account.plan({ schedule: { validatingMilliseconds: 10, queuedMilliseconds: 10, stepMilliseconds: 10 } })
  const { json: job } = await create({ suffix: 'my-model' })
  resource.emulator.clock.advance(15)
  expect((await get(job.id)).status).toBe('pending')
  resource.emulator.clock.advance(15)
  expect(await get(job.id)).toMatchObject({
    status: 'running',
    hyperparameters: { n_epochs: 3, batch_size: 1, learning_rate_multiplier: 1 },
  })
  resource.emulator.clock.advance(HOUR)
  const done = await get(job.id)
  expect(done).toMatchObject({
    status: 'succeeded',
    trained_tokens: expect.any(Number),
    finished_at: expect.any(Number),
  })
  expect(done.fine_tuned_model).toMatch(/^gpt-4\.1-mini-2025-04-14\.ft-[0-9a-f]{32}-my-model$/)
})

test('the results file is plain CSV with the documented columns', async () => {
  const job = await tune(resource, {
    method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: 2, batch_size: 4 } } },
  })
  const [id] = job.result_files
  const file = await resource.data('GET', `/openai/v1/files/${id}`)
  expect(file.json).toMatchObject({ purpose: 'fine-tune-results', filename: 'results.csv', status: 'processed' })
  const { text } = await resource.data('GET', `/openai/v1/files/${id}/content`)
  const [columns, ...lines] = text.trimEnd().split('\n')
  expect(columns).toBe(
    'step,train_loss,train_mean_token_accuracy,valid_loss,validation_mean_token_accuracy,full_valid_loss,full_valid_mean_token_accuracy',
  )
  expect(lines).toHaveLength(2 * 3)
  expect(lines[0]).toMatch(/^1,\d\.\d+,\d\.\d+,,,,$/)
})

describe('a job is refused', () => {
  const cases: readonly [string, Record<string, unknown>, string][] = [
    ['an unknown field', { colour: 'blue' }, 'colour'],
    ['a model that is not there', { model: 'gpt-9' }, 'model'],
    ['no model', { model: undefined }, 'model'],
    ['no file', { training_file: undefined }, 'training_file'],
    ['a file that is not there', { training_file: 'file-none' }, 'training_file'],
    ['a validation file that is not there', { validation_file: 'file-none' }, 'validation_file'],
    ['an unknown training type', { trainingType: 'Cheap' }, 'trainingType'],
    ['a training type that is a number', { trainingType: 1 }, 'trainingType'],
    ['a suffix with a dot', { suffix: 'v1.2' }, 'suffix'],
    ['a suffix of 65', { suffix: 'x'.repeat(65) }, 'suffix'],
    ['an empty suffix', { suffix: '' }, 'suffix'],
    ['a seed below zero', { seed: -1 }, 'seed'],
    ['metadata that is no text', { metadata: { run: 1 } }, 'metadata.run'],
    ['no epochs', { hyperparameters: { n_epochs: 0 } }, 'hyperparameters.n_epochs'],
    ['half an epoch', { hyperparameters: { n_epochs: 0.5 } }, 'hyperparameters.n_epochs'],
    ['an unknown hyperparameter', { hyperparameters: { epochs: 3 } }, 'hyperparameters.epochs'],
    ['an unknown method', { method: { type: 'magic' } }, 'method.type'],
    ['a method without its type', { method: { supervised: {} } }, 'method.type'],
    [
      'reinforcement without a grader',
      { model: 'o4-mini-2025-04-16', method: { type: 'reinforcement', reinforcement: {} } },
      'method.reinforcement.grader',
    ],
    ['a method that the model has not', { model: 'gpt-4o-mini-2024-07-18', method: { type: 'dpo' } }, 'method'],
  ]
  test.each(cases)('for %s', async (_, more, param) => {
    const reply = await create(more)
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 'invalidPayload', type: 'error', param } } })
    expect((await resource.data('GET', JOBS)).json.data).toEqual([])
  })

  test('without a training type, with the misleading words that the service has for it', async () => {
    const reply = await create({ trainingType: undefined })
    expect(reply.status).toBe(400)
    expect(reply.json.error.message).toBe('The specified base model does not support fine-tuning.')
  })

  test('in a region that does not train in itself', async () => {
    resource.account.configure({ location: 'westeurope' })
    expect((await create()).json.error.message).toBe('Standard TrainingType is not supported.')
    expect((await create({ trainingType: 'globalstandard' })).status).toBe(200)
  })

  test('with nine examples', async () => {
    const reply = await create({ training_file: await stage(resource, rows(9)) })
    expect(reply).toMatchObject({
      status: 400,
      json: { error: { code: 'jsonlValidationFailed', param: 'training_file' } },
    })
  })

  test('with a file that is not processed', async () => {
    resource.account.configure({ processingMilliseconds: HOUR })
    expect((await create()).json.error).toMatchObject({ code: 'unexpectedEntityState', param: 'training_file' })
  })

  test('with a file for something else', async () => {
    const { json: file } = await resource.form('/openai/v1/files', { purpose: 'batch', file: new Blob([rows(10)]) })
    expect((await create({ training_file: file.id })).json.error.param).toBe('training_file')
  })

  test('above the limits of the resource', async () => {
    resource.account.configure({ maximumJobs: 1 })
    expect((await create()).status).toBe(200)
    expect(await create()).toMatchObject({ status: 400, json: { error: { code: 'quotaExceeded' } } })
    resource.account.configure({ maximumJobs: 9, maximumActiveJobs: 0 })
    expect(await create()).toMatchObject({ status: 400, json: { error: { code: 'quotaExceeded' } } })
  })

  test('when the base model is not trained any more by the clock', async () => {
    const { clock } = resource.emulator
    clock.advance(Date.parse('2027-04-15T00:00:00Z') - clock.now())
    expect((await create()).status).toBe(200)
    resource.account.configure({ enforceRetirements: true })
    expect((await create()).json.error.message).toBe('The specified base model does not support fine-tuning.')
  })
})

test.each(['Standard', 'GlobalStandard', 'globalStandard', 'Developer', 'developerTier'])(
  'the training type %s is taken',
  async (trainingType) => {
    expect((await create({ trainingType })).status).toBe(200)
  },
)

test('preference and reinforcement are told back as what they are', async () => {
  const row = JSON.stringify({
    input: { messages: [{ role: 'user', content: 'ping' }] },
    preferred_output: [{ role: 'assistant', content: 'pong' }],
    non_preferred_output: [{ role: 'assistant', content: 'no' }],
  })
  const dpo = await create({
    training_file: await stage(resource, `${row}\n`.repeat(10)),
    method: { type: 'dpo', dpo: { hyperparameters: { beta: 0.1, batch_size: 2 } } },
  })
  expect(dpo.json.method).toEqual({ type: 'dpo', dpo: { hyperparameters: { beta: 0.1, n_epochs: -1, batch_size: 2 } } })
  const question = `${JSON.stringify({ messages: [{ role: 'user', content: 'ping' }], answer: 'pong' })}\n`
  const grader = {
    type: 'string_check',
    name: 'same',
    input: '{{sample.output_text}}',
    reference: '{{item.answer}}',
    operation: 'eq',
  }
  const files = {
    training_file: await stage(resource, question.repeat(10)),
    validation_file: await stage(resource, question),
  }
  const method = { type: 'reinforcement', reinforcement: { grader, hyperparameters: { reasoning_effort: 'low' } } }
  const reinforcement = await create({ model: 'o4-mini-2025-04-16', ...files, method })
  expect(reinforcement.json.method.reinforcement).toMatchObject({
    grader,
    hyperparameters: { reasoning_effort: 'low' },
  })
  const python = { type: 'python', name: 'mine', source: 'def grade(): return 1' }
  const refused = await create({
    model: 'o4-mini-2025-04-16',
    ...files,
    method: { ...method, reinforcement: { grader: python } },
  })
  expect(refused).toMatchObject({ status: 400, json: { error: { param: 'method.reinforcement.grader.type' } } })
})

test('rows that the method cannot use fail the job when it validates them', async () => {
  const wrong = `${JSON.stringify({ prompt: 'ping', completion: 'pong' })}\n`.repeat(10)
  const { json: job } = await create({ training_file: await stage(resource, wrong) })
  resource.emulator.clock.advance(HOUR)
  expect(await get(job.id)).toMatchObject({
    status: 'failed',
    error: { code: 'jsonlValidationFailed', param: 'training_file' },
    fine_tuned_model: null,
  })
})

test.each([
  ['refuse-data', 'contentFilter'],
  ['refuse-model', 'contentFilter'],
  ['fail', 'internalFailure'],
] as const)('an outcome of %s fails the job with %s', async (end, code) => {
  resource.account.plan({ end, jobs: 1 })
  expect(await tune(resource)).toMatchObject({ status: 'failed', error: { code }, result_files: null })
  expect(await tune(resource)).toMatchObject({ status: 'succeeded', error: null })
})

describe('a running job', () => {
  const running = async () => {
    resource.account.plan({ schedule: { stepMilliseconds: 1000 } })
    const { json: job } = await create()
    resource.emulator.clock.advance(2000)
    return String(job.id)
  }
  const act = async (id: string, verb: string) => await resource.data('POST', `${JOBS}/${id}/${verb}`)

  test('can be paused and resumed, each in two steps, and leaves a checkpoint', async () => {
    const id = await running()
    expect((await act(id, 'pause')).json.status).toBe('pausing')
    resource.emulator.clock.advance(100)
    expect((await get(id)).status).toBe('paused')
    const { json } = await resource.data('GET', `${JOBS}/${id}/checkpoints`)
    expect(json.data).toMatchObject([{ step_number: 1, fine_tuning_job_id: id, object: 'fine_tuning.job.checkpoint' }])
    expect(json.data[0].fine_tuned_model_checkpoint).toMatch(/^ftchkpt-[0-9a-f]{32}$/)
    expect((await act(id, 'resume')).json.status).toBe('resuming')
    resource.emulator.clock.advance(150)
    expect((await get(id)).status).toBe('running')
    resource.emulator.clock.advance(HOUR)
    expect((await get(id)).status).toBe('succeeded')
  })

  test('can be cancelled, and then stays so', async () => {
    const id = await running()
    expect((await act(id, 'cancel')).json.status).toBe('cancelled')
    resource.emulator.clock.advance(HOUR)
    expect(await get(id)).toMatchObject({ status: 'cancelled', fine_tuned_model: null, result_files: null })
    for (const verb of ['cancel', 'pause', 'resume']) {
      expect(await act(id, verb)).toMatchObject({ status: 400, json: { error: { code: 'unexpectedEntityState' } } })
    }
  })

  test('cannot be paused before its first step', async () => {
    const { json: job } = await create()
    expect((await act(job.id, 'pause')).status).toBe(400)
    expect((await act('ftjob-none', 'pause')).status).toBe(404)
  })
})

test('events come newest first, in pages, without one twice', async () => {
  const job = await tune(resource)
  const seen: { id: string; message: string; type: string }[] = []
  for (let after = '', more = true; more; after = `&after=${seen.at(-1)?.id}`) {
    const { json } = await resource.data('GET', `${JOBS}/${job.id}/events?limit=7${after}`)
    seen.push(...json.data)
    more = json.has_more
  }
  expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
  expect(seen[0]?.message).toBe('Job succeeded.')
  expect(seen.at(-1)?.message).toBe('Job enqueued. Waiting for jobs ahead to complete.')
  expect(seen.every(({ id }) => /^ftevent-[0-9a-f]{32}$/.test(id))).toBe(true)
  expect(seen.filter(({ type }) => type === 'metrics')).toHaveLength(36)
  expect(seen.find(({ type }) => type === 'metrics')).toMatchObject({
    data: { step: 36, total_steps: 36, train_loss: expect.any(Number) },
  })
  const { json } = await resource.data('GET', `${JOBS}/${job.id}/checkpoints`)
  expect(json.data.map(({ step_number: step }: { step_number: number }) => step)).toEqual([36, 24, 12])
  expect((await resource.data('GET', `${JOBS}/${job.id}/events?after=ftevent-none`)).status).toBe(400)
})

test('jobs are listed newest first, in pages, and not filtered by metadata', async () => {
  const ids: string[] = []
  for (let count = 0; count < 3; count++) ids.unshift((await create({ metadata: { run: String(count) } })).json.id)
  const first = await resource.data('GET', `${JOBS}?limit=2&metadata[run]=0`)
  expect(first.json).toMatchObject({ has_more: true, data: [{ id: ids[0] }, { id: ids[1] }] })
  const rest = await resource.data('GET', `${JOBS}?limit=2&after=${ids[1]}`)
  expect(rest.json).toMatchObject({ has_more: false, data: [{ id: ids[2] }] })
})

test('a resource may forget metadata and ignore the batch size', async () => {
  resource.account.configure({ keepsMetadata: false, ignoresBatchSize: true })
  const { json } = await create({ metadata: { run: 'one' }, hyperparameters: { batch_size: 8 } })
  expect(json).toMatchObject({ metadata: null, hyperparameters: { batch_size: 1 } })
})

test('a tuned model and a checkpoint can be tuned further', async () => {
  const job = await tune(resource)
  const again = await create({ model: job.fine_tuned_model })
  expect(again).toMatchObject({ status: 200, json: { model: job.fine_tuned_model } })
  const { json } = await resource.data('GET', `${JOBS}/${job.id}/checkpoints`)
  expect((await create({ model: json.data[0].id })).status).toBe(200)
})

describe('the dated API', () => {
  const dated = (path: string) => `/openai/fine_tuning/jobs${path}${DATED}`
  const body = async (more = {}) => ({
    model: MODEL,
    training_file: await stage(resource),
    trainingType: 'globalstandard',
    ...more,
  })

  test('answers 201 with its own shape and sees the jobs of v1', async () => {
    const created = await resource.data(
      'POST',
      dated(''),
      await body({ suffix: 'mine', hyperparameters: { n_epochs: 2 } }),
    )
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toMatch(/\/openai\/fine_tuning\/jobs\/ftjob-/)
    expect(created.json).toEqual({
      id: expect.any(String),
      object: 'fine_tuning.job',
      created_at: expect.any(Number),
      estimated_finish: expect.any(Number),
      status: 'pending',
      model: MODEL,
      training_file: expect.any(String),
      suffix: 'mine',
      seed: expect.any(Number),
      hyperparameters: { n_epochs: 2 },
      method: { type: 'supervised' },
    })
    expect((await get(created.json.id)).id).toBe(created.json.id)
  })

  test.each([
    ['metadata', { metadata: {} }, 'metadata'],
    ['auto', { hyperparameters: { n_epochs: 'auto' } }, 'hyperparameters.n_epochs'],
    ['reinforcement', { method: { type: 'reinforcement' } }, 'method.type'],
    ['a suffix of 41', { suffix: 'x'.repeat(41) }, 'suffix'],
    ['null', { validation_file: null }, 'validation_file'],
  ])('has no %s', async (_, more, target) => {
    const reply = await resource.data('POST', dated(''), await body(more))
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 'invalidPayload', target } } })
  })

  test('deletes a job that is over, with its model', async () => {
    const { json: active } = await create()
    expect((await resource.data('DELETE', dated(`/${active.id}`))).status).toBe(400)
    const job = await tune(resource)
    expect(await resource.data('DELETE', dated(`/${job.id}`))).toMatchObject({ status: 204, text: '' })
    expect((await resource.data('GET', `${JOBS}/${job.id}`)).status).toBe(404)
    expect((await resource.data('GET', `/openai/v1/models/${job.fine_tuned_model}`)).status).toBe(404)
  })

  test('tells models with the days on which they end', async () => {
    const job = await tune(resource)
    const base = await resource.data('GET', `/openai/models/${MODEL}${DATED}`)
    expect(base.json).toMatchObject({
      capabilities: { fine_tune: true, chat_completion: true },
      deprecation: { fine_tune: Date.parse('2027-04-14') / 1000, inference: Date.parse('2027-04-14') / 1000 },
    })
    const tuned = await resource.data('GET', `/openai/models/${job.fine_tuned_model}${DATED}`)
    expect(tuned.json).toMatchObject({
      model: MODEL,
      fine_tune: job.id,
      deprecation: { inference: Date.parse('2027-10-14') / 1000 },
    })
    const list = await resource.data('GET', '/openai/v1/models')
    expect(list.json.data.at(-1)).toEqual({
      id: job.fine_tuned_model,
      object: 'model',
      created: job.finished_at,
      owned_by: 'azure-openai',
    })
  })
})
