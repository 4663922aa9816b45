import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ARM, DATED, deployment, MINUTE, startResource, tune, type Resource } from './support.ts'

let resource: Resource
let model: string
beforeEach(async () => {
  resource = await startResource()
  model = (await tune(resource)).fine_tuned_model
  await resource.arm('PUT', `deployments/mine${ARM}`, deployment(model))
  resource.emulator.clock.advance(MINUTE)
})
afterEach(async () => {
  await resource.emulator.close()
})

const messages = [{ role: 'user', content: 'ping' }]
const chat = (body: Readonly<Record<string, unknown>> = {}) =>
  resource.data('POST', '/openai/v1/chat/completions', { model: 'mine', messages, ...body })

const safe = { filtered: false, severity: 'safe' }
const allSafe = { hate: safe, self_harm: safe, sexual: safe, violence: safe }

test('an answer names the model and what the content filter found', async () => {
  const { status, json } = await chat()
  expect(status).toBe(200)
  expect(json).toMatchObject({
    object: 'chat.completion',
    model,
    prompt_filter_results: [{ prompt_index: 0, content_filter_results: allSafe }],
    choices: [{ index: 0, finish_reason: 'stop', content_filter_results: allSafe, message: { role: 'assistant' } }],
    usage: { prompt_tokens: 1 },
  })
  expect(json.choices[0].message.content).toContain(model)
})

test('the dated API names the deployment in the path', async () => {
  const path = `/openai/deployments/mine/chat/completions${DATED}`
  expect((await resource.data('POST', path, { messages })).json).toMatchObject({ model })
  expect((await resource.data('POST', path.replace('mine', 'other'), { messages })).json.error.code).toBe(
    'DeploymentNotFound',
  )
})

test('a stream begins with what the filter found in the prompt and ends with the usage', async () => {
  const { text } = await chat({ stream: true, stream_options: { include_usage: true } })
  const events = text
    .trimEnd()
    .split('\n\n')
    .map((event) => event.replace(/^data: /, ''))
  expect(events.at(-1)).toBe('[DONE]')
  const chunks = events.slice(0, -1).map((event) => JSON.parse(event))
  expect(chunks[0]).toMatchObject({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] })
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 1 } })
  const said = chunks.flatMap(({ choices }) =>
    choices.map((choice: { delta: { content?: string } }) => choice.delta.content ?? ''),
  )
  expect(said.join('')).toBe((await chat()).json.choices[0].message.content)
})

test('data sources are accepted in their documented form', async () => {
  const source = { type: 'azure_search', parameters: { endpoint: 'https://search.example', index_name: 'docs' } }
  expect((await chat({ data_sources: [source] })).status).toBe(200)
  expect((await chat({ data_sources: [{ parameters: {} }] })).json.error.param).toBe('data_sources[0].type')
})

describe('the content filter', () => {
  test('refuses a prompt', async () => {
    resource.account.configure({ contentFilter: 'prompt' })
    expect(await chat()).toMatchObject({
      status: 400,
      json: {
        error: {
          code: 'content_filter',
          param: 'prompt',
          inner_error: {
            code: 'ResponsibleAIPolicyViolation',
            content_filter_result: { violence: { filtered: true } },
          },
        },
      },
    })
  })

  test('stops an answer, whole or in pieces', async () => {
    resource.account.configure({ contentFilter: 'answer' })
    const { json } = await chat()
    expect(json.choices).toMatchObject([
      {
        finish_reason: 'content_filter',
        message: { content: '' },
        content_filter_results: { violence: { filtered: true } },
      },
    ])
    const { text } = await chat({ stream: true })
    expect(text).toContain('"finish_reason":"content_filter"')
    expect(text).not.toContain('anytune emulator:')
  })
})

test.each([
  ['an unknown field', { colour: 'blue' }, 'colour'],
  ['no messages', { messages: [] }, 'messages'],
  ['a role that is none', { messages: [{ role: 'nobody', content: 'ping' }] }, 'messages[0].role'],
  ['both limits of tokens', { max_tokens: 1, max_completion_tokens: 1 }, 'max_tokens'],
  ['what is not emulated', { logprobs: true }, 'logprobs'],
])('a question with %s is refused', async (_, body, param) => {
  expect(await chat(body)).toMatchObject({ status: 400, json: { error: { code: 'invalidPayload', param } } })
})

test('a tuned model’s own name is no deployment', async () => {
  expect(await chat({ model })).toMatchObject({ status: 404, json: { error: { code: 'DeploymentNotFound' } } })
})
