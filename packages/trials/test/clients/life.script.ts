/**
 * The whole life of a model through the vendor's own client for Node.js, by the environment alone: `openai`, `azure-v1` or
 * `azure-dated`. Prints what it saw as JSON.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { AzureOpenAI, OpenAI, toFile } from 'openai'
import type { FineTuningJob, JobCreateParams } from 'openai/resources/fine-tuning/jobs/jobs'

const mode = process.argv[2] ?? 'openai'
const env = process.env
const BASE_MODEL = 'gpt-4.1-mini-2025-04-14'
const MESSAGES = [{ role: 'user' as const, content: 'What is twice 3?' }]

const client = clientFor(mode)
const isAzure = mode !== 'openai'
const rows = Buffer.from(
  Array.from({ length: 12 }, (_, index) => {
    const messages = [
      { role: 'user', content: `What is twice ${index}?` },
      { role: 'assistant', content: String(2 * index) },
    ]
    return `${JSON.stringify({ messages })}\n`
  }).join(''),
)

const staged = await stage()
const file = await client.files.waitForProcessing(staged, { pollInterval: 20 })
const content = await (await client.files.content(file.id)).text()
const job = await ended((await create({ n_epochs: 2, batch_size: 4 })).id)
const events = await Array.fromAsync(client.fineTuning.jobs.listEvents(job.id, { limit: 3 }))
const checkpoints = await Array.fromAsync(client.fineTuning.jobs.checkpoints.list(job.id, { limit: 1 }))
const table = await resultTable(job)
const listed = await Array.fromAsync(client.fineTuning.jobs.list({ limit: 1 }))
const stopped = await stopOnTheWay()
const model = job.fine_tuned_model ?? ''
const target = isAzure ? await deploy(model) : model
const answer = await client.chat.completions.create({ model: target, messages: MESSAGES })
const models = await Array.fromAsync(client.models.list())
const found = await client.models.retrieve(model)
const told = {
  file: file.status,
  sameBytes: content === rows.toString(),
  job: job.status,
  steps: events.filter(({ type }) => type === 'metrics').length,
  checkpoints: checkpoints.map(({ step_number: step }) => step),
  table,
  listed: listed.some(({ id }) => id === job.id),
  stopped,
  answered: answer.choices[0]?.message.content !== '' && answer.choices[0]?.finish_reason === 'stop',
  streamedTheSame: (await streamed(target)) === answer.choices[0]?.message.content,
  model: models.some(({ id }) => id === model) && found.id === model,
  removed: await remove(),
  refused: await refusal(),
}
process.stdout.write(JSON.stringify(told))

function clientFor(which: string): OpenAI {
  if (which === 'openai') return new OpenAI()
  const apiKey = env['AZURE_OPENAI_API_KEY'] ?? ''
  if (which === 'azure-v1') return new OpenAI({ baseURL: `${env['AZURE_OPENAI_ENDPOINT']}/openai/v1/`, apiKey })
  // Without this word it would take the address that is meant for OpenAI from the environment.
  return new AzureOpenAI({ baseURL: null })
}

/** In one request where there are no uploads, else in parts. */
async function stage(): Promise<string> {
  if (mode === 'azure-v1') {
    const made = await client.files.create({ file: await toFile(rows, 'rows.jsonl'), purpose: 'fine-tune' })
    return made.id
  }
  const upload = await client.uploads.create({
    bytes: rows.length,
    filename: 'rows.jsonl',
    mime_type: 'application/jsonl',
    purpose: 'fine-tune',
  })
  const parts: string[] = []
  for (let start = 0; start < rows.length; start += 500) {
    const data = await toFile(rows.subarray(start, start + 500), 'part')
    parts.push((await client.uploads.parts.create(upload.id, { data })).id)
  }
  return (await client.uploads.complete(upload.id, { part_ids: parts })).file?.id ?? ''
}

async function create(hyperparameters: { readonly n_epochs: number; readonly batch_size: number }) {
  const body: JobCreateParams & { trainingType?: string } = {
    model: BASE_MODEL,
    training_file: file.id,
    suffix: 'twice',
    ...(isAzure
      ? { trainingType: 'Standard', hyperparameters }
      : { method: { type: 'supervised', supervised: { hyperparameters } } }),
    ...(mode === 'openai' && { metadata: { trial: 'clients' } }),
  }
  return client.fineTuning.jobs.create(body)
}

async function ended(id: string): Promise<FineTuningJob> {
  for (;;) {
    const seen = await client.fineTuning.jobs.retrieve(id)
    if (['succeeded', 'failed', 'cancelled'].includes(seen.status)) return seen
    await delay(20)
  }
}

/** OpenAI encodes it, Azure does not. */
async function resultTable({ result_files: [result = ''] }: FineTuningJob): Promise<string> {
  const text = await (await client.files.content(result)).text()
  const plain = text.startsWith('step,') ? text : Buffer.from(text, 'base64').toString()
  return plain.split('\n')[0]?.split(',').slice(0, 2).join(',') ?? ''
}

/** Pauses a job that trains, goes on with it and cancels it. */
async function stopOnTheWay(): Promise<readonly string[]> {
  const { jobs } = client.fineTuning
  const { id } = await create({ n_epochs: 50, batch_size: 1 })
  for (;;) {
    const { data } = await jobs.listEvents(id, { limit: 1 })
    if (data[0]?.type === 'metrics') break
    await delay(20)
  }
  await jobs.pause(id)
  // The SDK's type does not have the word.
  for (let status: string = ''; status !== 'paused';) ({ status } = await jobs.retrieve(id))
  await jobs.resume(id)
  await jobs.cancel(id)
  return ['paused', (await ended(id)).status]
}

/** By Azure Resource Manager, with plain requests. */
async function deploy(name: string): Promise<string> {
  const resource =
    `${env['ANYTUNE_AZURE_RESOURCE_MANAGER']}/subscriptions/${env['AZURE_SUBSCRIPTION_ID']}` +
    `/resourceGroups/${env['ANYTUNE_AZURE_RESOURCE_GROUP']}/providers/Microsoft.CognitiveServices` +
    `/accounts/${env['ANYTUNE_AZURE_ACCOUNT']}/deployments/${mode}?api-version=2026-07-01`
  const headers = {
    authorization: `Bearer ${env['ANYTUNE_AZURE_ACCESS_TOKEN']}`,
    'content-type': 'application/json',
  }
  const body = JSON.stringify({
    sku: { name: 'Standard', capacity: 1 },
    properties: { model: { format: 'OpenAI', name, version: '1' } },
  })
  const put = await fetch(resource, { method: 'PUT', headers, body })
  if (!put.ok) throw new Error(`PUT: ${put.status} ${await put.text()}`)
  for (;;) {
    const reachable = await client.chat.completions.create({ model: mode, messages: MESSAGES }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof OpenAI.NotFoundError) return false
        throw error
      },
    )
    if (reachable) return mode
    await delay(20)
  }
}

async function streamed(name: string): Promise<string> {
  const stream = await client.chat.completions.create({ model: name, messages: MESSAGES, stream: true })
  let text = ''
  for await (const piece of stream) text += piece.choices[0]?.delta.content ?? ''
  return text
}

async function remove(): Promise<boolean> {
  const gone = (await client.files.delete(file.id)).deleted
  return isAzure ? gone : gone && (await client.models.delete(model)).deleted
}

/** What is not there is refused with the SDK's own class. */
async function refusal(): Promise<string> {
  try {
    await client.files.retrieve(file.id)
    return 'found'
  } catch (error) {
    return error instanceof OpenAI.NotFoundError ? 'NotFoundError' : String(error)
  }
}
