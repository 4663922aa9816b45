import { AzureOpenAI, NotFoundError, OpenAI, toFile } from 'openai'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ARM, deployment, HOUR, MINUTE, rows, startResource, type Resource } from './support.ts'

let resource: Resource
beforeEach(async () => {
  resource = await startResource()
})
afterEach(async () => {
  await resource.emulator.close()
})

const MODEL = 'gpt-4.1-mini-2025-04-14'

async function deploy(model: string) {
  await resource.arm('PUT', `deployments/mine${ARM}`, deployment(model))
  resource.emulator.clock.advance(MINUTE)
}

test('the vendor’s plain client does the whole life on v1', async () => {
  const { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_API_KEY: apiKey = '' } = resource.env
  const client = new OpenAI({ baseURL: `${endpoint}/openai/v1/`, apiKey, maxRetries: 0 })
  const file = await client.files.create({
    file: await toFile(Buffer.from(rows(12)), 'train.jsonl'),
    purpose: 'fine-tune',
  })
  resource.emulator.clock.advance(MINUTE)
  expect(await client.files.waitForProcessing(file.id)).toMatchObject({ status: 'processed' })
  const body: OpenAI.FineTuning.JobCreateParams & { trainingType: string } = {
    model: MODEL,
    training_file: file.id,
    trainingType: 'GlobalStandard',
    method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: 2, batch_size: 3 } } },
    metadata: { run: 'one' },
  }
  const job = await client.fineTuning.jobs.create(body)
  resource.emulator.clock.advance(HOUR)
  const done = await client.fineTuning.jobs.retrieve(job.id)
  expect(done).toMatchObject({ status: 'succeeded', metadata: { run: 'one' } })
  const steps: unknown[] = []
  for await (const event of client.fineTuning.jobs.listEvents(job.id, { limit: 3 })) {
    if (event.type === 'metrics') steps.push(event.data)
  }
  expect(steps).toHaveLength(2 * 4)
  const checkpoints: number[] = []
  for await (const { step_number: step } of client.fineTuning.jobs.checkpoints.list(job.id, { limit: 1 }))
    checkpoints.push(step)
  expect(checkpoints).toEqual([8, 4])
  const results = await client.files.content(done.result_files[0] ?? '')
  expect((await results.text()).split('\n')).toHaveLength(1 + 8 + 1)
  const jobs: string[] = []
  for await (const { id } of client.fineTuning.jobs.list()) jobs.push(id)
  expect(jobs).toEqual([job.id])
  const files: string[] = []
  for await (const { filename } of client.files.list()) files.push(filename)
  expect(files).toEqual(['results.csv', 'train.jsonl'])
  await deploy(done.fine_tuned_model ?? '')
  const answer = await client.chat.completions.create({ model: 'mine', messages: [{ role: 'user', content: 'ping' }] })
  expect(answer.model).toBe(done.fine_tuned_model)
  expect(answer.choices[0]?.message.content).toContain('anytune emulator')
  let said = ''
  const stream = await client.chat.completions.create({
    model: 'mine',
    messages: [{ role: 'user', content: 'ping' }],
    stream: true,
  })
  for await (const chunk of stream) said += chunk.choices[0]?.delta.content ?? ''
  expect(said).toBe(answer.choices[0]?.message.content)
  expect(await client.files.delete(file.id)).toMatchObject({ deleted: true })
  const missing = await client.files.retrieve(file.id).catch((error: unknown) => error)
  expect(missing).toBeInstanceOf(NotFoundError)
  expect(missing).toMatchObject({ code: 'notFound', type: 'error' })
})

describe('the vendor’s Azure client', () => {
  const connect = () => {
    const {
      AZURE_OPENAI_ENDPOINT: endpoint,
      AZURE_OPENAI_API_KEY: apiKey = '',
      OPENAI_API_VERSION: apiVersion = '',
    } = resource.env
    return new AzureOpenAI({ baseURL: `${endpoint}/openai`, apiKey, apiVersion, maxRetries: 0 })
  }

  test('does the whole life on the dated API', async () => {
    const client = connect()
    const content = Buffer.from(rows(40))
    const upload = await client.uploads.create({
      bytes: content.length,
      filename: 'train.jsonl',
      mime_type: 'application/jsonl',
      purpose: 'fine-tune',
    })
    const parts = []
    for (let start = 0; start < content.length; start += 1000) {
      const data = await toFile(content.subarray(start, start + 1000), 'part')
      parts.push((await client.uploads.parts.create(upload.id, { data })).id)
    }
    const completed = await client.uploads.complete(upload.id, { part_ids: parts })
    expect(completed).toMatchObject({ status: 'completed', file: { bytes: content.length } })
    resource.emulator.clock.advance(MINUTE)
    const body: OpenAI.FineTuning.JobCreateParams & { trainingType: string } = {
      model: MODEL,
      training_file: completed.file?.id ?? '',
      trainingType: 'developerTier',
      hyperparameters: { n_epochs: 1 },
      suffix: 'mine',
    }
    const job = await client.fineTuning.jobs.create(body)
    resource.emulator.clock.advance(HOUR)
    const done = await client.fineTuning.jobs.retrieve(job.id)
    expect(done.status).toBe('succeeded')
    const events: string[] = []
    for await (const { id } of client.fineTuning.jobs.listEvents(job.id, { limit: 10 })) events.push(id)
    expect(new Set(events).size).toBe(events.length)
    expect(events.length).toBeGreaterThan(40)
    await deploy(done.fine_tuned_model ?? '')
    const answer = await client.chat.completions.create({
      model: 'mine',
      messages: [{ role: 'user', content: 'ping' }],
    })
    expect(answer.model).toBe(done.fine_tuned_model)
    expect((await client.models.list()).data.map(({ id }) => id)).toContain(done.fine_tuned_model)
    expect(
      await client.files.create({
        file: await toFile(Buffer.from(rows(10)), 'more.jsonl'),
        purpose: 'fine-tune',
        expires_after: { anchor: 'created_at', seconds: 1_209_600 },
      }),
    ).toMatchObject({ expires_at: expect.any(Number) })
  })

  test('cancels an upload and a job', async () => {
    const client = connect()
    const upload = await client.uploads.create({
      bytes: 10,
      filename: 'a.jsonl',
      mime_type: 'text/plain',
      purpose: 'fine-tune',
    })
    expect(await client.uploads.cancel(upload.id)).toMatchObject({ status: 'cancelled' })
    const file = await client.files.create({
      file: await toFile(Buffer.from(rows(10)), 'a.jsonl'),
      purpose: 'fine-tune',
    })
    resource.emulator.clock.advance(MINUTE)
    const body: OpenAI.FineTuning.JobCreateParams & { trainingType: string } = {
      model: MODEL,
      training_file: file.id,
      trainingType: 'Standard',
    }
    const job = await client.fineTuning.jobs.create(body)
    expect(await client.fineTuning.jobs.cancel(job.id)).toMatchObject({ status: 'cancelled' })
  })
})
