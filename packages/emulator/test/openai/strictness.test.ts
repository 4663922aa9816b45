import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { startEmulator, type Emulator } from '@anytune/emulator'
import { apiOf, fileForm, stage, type Api, type Call } from '../helpers.ts'

let emulator: Emulator
let api: Api
let file: string

beforeAll(async () => {
  emulator = await startEmulator({ vendors: ['openai'], clock: 'driven' })
  api = apiOf(emulator)
  file = await stage(emulator, api)
})
afterAll(() => emulator.close())

interface Refused {
  readonly status: number
  readonly code: string | null
  readonly param: string | null
}

const refused = (code: string | null, param: string | null = null, status = 400): Refused => ({ status, code, param })

/** What the vendor says, once it was seen to be said as the vendor says it. */
async function refusalOf(path: string, call: Call = {}): Promise<Refused> {
  const { status, headers, body } = await api(path, call)
  const { code, param } = body.error
  expect(body).toEqual({ error: { message: expect.any(String), type: expect.any(String), code, param } })
  expect(headers.get('x-request-id')).toMatch(/^req_/)
  return { status, code, param }
}

describe('a request without a good key', () => {
  it.each([
    ['no key', undefined, null],
    ['a key that is no account’s', 'Bearer sk-somebody', 'invalid_api_key'],
    ['another scheme', 'Basic emulator-a', 'invalid_api_key'],
    ['a name with odd letters', 'Bearer emulator-../a', 'invalid_api_key'],
  ])('%s is 401', async (_, authorization, code) => {
    const response = await fetch(`${emulator.env['OPENAI_BASE_URL']}/models`, {
      headers: authorization === undefined ? {} : { authorization },
    })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code, param: null } })
  })
})

describe('a request for what is not there', () => {
  it('has an unknown path: 404', async () => {
    expect(await refusalOf('/embeddings')).toEqual(refused('unknown_url', null, 404))
  })
  it('has another method: 405 with what is allowed', async () => {
    expect(await refusalOf('/files', { method: 'PATCH' })).toEqual(refused('method_not_supported', null, 405))
    expect((await api('/files', { method: 'PATCH' })).headers.get('allow')).toBe('POST, GET')
  })
  it.each([
    ['/files/file-none', {}, refused(null, 'id', 404)],
    ['/files/file-none', { method: 'DELETE' }, refused(null, 'id', 404)],
    ['/files/file-none/content', {}, refused(null, 'id', 404)],
    ['/fine_tuning/jobs/ftjob-none', {}, refused('fine_tune_not_found', 'fine_tuning_job_id', 404)],
    ['/fine_tuning/jobs/ftjob-none/events', {}, refused('fine_tune_not_found', 'fine_tuning_job_id', 404)],
    [
      '/fine_tuning/jobs/ftjob-none/cancel',
      { method: 'POST' },
      refused('fine_tune_not_found', 'fine_tuning_job_id', 404),
    ],
    ['/models/ft:none', {}, refused('model_not_found', 'model', 404)],
    ['/models/ft:none', { method: 'DELETE' }, refused('model_not_found', 'model', 404)],
    ['/models/gpt-4o-mini', { method: 'DELETE' }, refused('insufficient_permissions', null, 403)],
    ['/uploads/upload_none/cancel', { method: 'POST' }, refused(null, 'id', 404)],
  ] as const)('%s %o', async (path, call, expected) => {
    expect(await refusalOf(path, call)).toEqual(expected)
  })
})

describe('a query', () => {
  it.each([
    ['/files?foo=1', refused('unknown_parameter', 'foo')],
    ['/files?limit=0', refused('invalid_value', 'limit')],
    ['/files?limit=10001', refused('invalid_value', 'limit')],
    ['/files?limit=1.5', refused('invalid_value', 'limit')],
    ['/files?order=up', refused('invalid_value', 'order')],
    ['/files?after=file-none', refused('invalid_value', 'after')],
    ['/models?limit=1', refused('unknown_parameter', 'limit')],
    ['/fine_tuning/jobs?limit=101', refused('invalid_value', 'limit')],
    ['/fine_tuning/jobs?order=asc', refused('unknown_parameter', 'order')],
    ['/fine_tuning/jobs?metadata=some', refused('invalid_value', 'metadata')],
  ])('%s is refused', async (path, expected) => {
    expect(await refusalOf(path)).toEqual(expected)
  })
})

describe('a file', () => {
  const form = (change: (form: FormData) => void) => {
    const made = fileForm('{}\n')
    change(made)
    return { body: made }
  }

  it.each<[string, Call, Refused]>([
    ['no form', { json: { purpose: 'fine-tune' } }, refused('invalid_form')],
    ['no purpose', form((it) => it.delete('purpose')), refused('missing_required_parameter', 'purpose')],
    ['an unknown purpose', form((it) => it.set('purpose', 'fun')), refused('invalid_value', 'purpose')],
    [
      'a purpose that only the vendor gives',
      form((it) => it.set('purpose', 'fine-tune-results')),
      refused('invalid_value', 'purpose'),
    ],
    ['no file', form((it) => it.delete('file')), refused('missing_required_parameter', 'file')],
    ['two files', form((it) => it.append('file', new Blob(['{}']), 'b.jsonl')), refused('unknown_parameter', 'file')],
    ['a field twice', form((it) => it.append('purpose', 'batch')), refused('unknown_parameter', 'purpose')],
    ['an unknown field', form((it) => it.set('name', 'x')), refused('unknown_parameter', 'name')],
    [
      'an early expiry',
      { body: fileForm('{}', { 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '60' }) },
      refused('integer_below_min_value', 'expires_after.seconds'),
    ],
    [
      'an expiry without its anchor',
      form((it) => it.set('expires_after[seconds]', '3600')),
      refused('missing_required_parameter', 'expires_after.anchor'),
    ],
    ['another ending', { body: fileForm('{}', {}, 'rows.txt') }, refused(null, 'file')],
  ])('with %s is refused', async (_, call, expected) => {
    expect(await refusalOf('/files', call)).toEqual(expected)
  })
})

describe('an upload', () => {
  const upload = { filename: 'a.jsonl', purpose: 'fine-tune', bytes: 3, mime_type: 'application/jsonl' }

  it.each<[string, unknown, Refused]>([
    ['no size', { ...upload, bytes: undefined }, refused('missing_required_parameter', 'bytes')],
    ['no bytes', { ...upload, bytes: 0 }, refused('integer_below_min_value', 'bytes')],
    ['more than 8 GB', { ...upload, bytes: 9e9 }, refused('integer_above_max_value', 'bytes')],
    ['a purpose for files only', { ...upload, purpose: 'evals' }, refused('invalid_value', 'purpose')],
    ['another ending', { ...upload, filename: 'a.csv' }, refused(null, 'file')],
    ['an unknown member', { ...upload, md5: '0' }, refused('unknown_parameter', 'md5')],
  ])('with %s is refused', async (_, json, expected) => {
    expect(await refusalOf('/uploads', { json })).toEqual(expected)
  })
})

describe('a job', () => {
  const supervised = (hyperparameters: object) => ({ method: { type: 'supervised', supervised: { hyperparameters } } })
  const dpo = (hyperparameters: object) => ({ method: { type: 'dpo', dpo: { hyperparameters } } })
  const reinforcement = (grader: unknown, hyperparameters: object = {}) => ({
    model: 'o4-mini',
    method: { type: 'reinforcement', reinforcement: { grader, hyperparameters } },
  })
  const check = {
    type: 'string_check',
    name: 'same',
    input: '{{sample.output_text}}',
    reference: '{{item.answer}}',
    operation: 'eq',
  }
  const at = (name: string) => `method.supervised.hyperparameters.${name}`

  it.each<[string, object, Refused]>([
    ['no model', { model: undefined }, refused('missing_required_parameter', 'model')],
    ['no training file', { training_file: undefined }, refused('missing_required_parameter', 'training_file')],
    ['an unknown member', { n_epochs: 3 }, refused('unknown_parameter', 'n_epochs')],
    ['Azure’s training type', { trainingType: 'Standard' }, refused('unknown_parameter', 'trainingType')],
    ['a model that is not there', { model: 'gpt-9' }, refused('model_not_found', 'model', 404)],
    ['a model that cannot be tuned', { model: 'gpt-6-luna' }, refused('model_not_available', 'model')],
    ['a model that cannot be tuned so', { model: 'o4-mini' }, refused('model_not_available', 'model')],
    ['a file that is not there', { training_file: 'file-none' }, refused('invalid_file', 'training_file')],
    ['an empty suffix', { suffix: '' }, refused('string_below_min_length', 'suffix')],
    ['a long suffix', { suffix: 'a'.repeat(65) }, refused('string_above_max_length', 'suffix')],
    ['a negative seed', { seed: -1 }, refused('integer_below_min_value', 'seed')],
    ['a large seed', { seed: 2 ** 31 }, refused('integer_above_max_value', 'seed')],
    ['a seed as text', { seed: '1' }, refused('invalid_type', 'seed')],
    ['17 pairs of metadata', { metadata: pairs(17) }, refused('object_above_max_properties', 'metadata')],
    ['a long key', { metadata: { ['k'.repeat(65)]: 'v' } }, refused('object_above_max_properties', 'metadata')],
    ['a long value', { metadata: { k: 'v'.repeat(513) } }, refused('string_above_max_length', 'metadata.k')],
    ['metadata that is no text', { metadata: { k: 1 } }, refused('invalid_type', 'metadata.k')],
    ['no epochs', supervised({ n_epochs: 0 }), refused('integer_below_min_value', at('n_epochs'))],
    ['51 epochs', supervised({ n_epochs: 51 }), refused('integer_above_max_value', at('n_epochs'))],
    ['Azure’s -1 epochs', supervised({ n_epochs: -1 }), refused('integer_below_min_value', at('n_epochs'))],
    ['another word than auto', supervised({ n_epochs: 'some' }), refused('invalid_value', at('n_epochs'))],
    ['a batch of 257', supervised({ batch_size: 257 }), refused('integer_above_max_value', at('batch_size'))],
    [
      'a rate of nothing',
      supervised({ learning_rate_multiplier: 0 }),
      refused('decimal_below_min_value', at('learning_rate_multiplier')),
    ],
    ['a beta without preferences', supervised({ beta: 0.1 }), refused('unknown_parameter', at('beta'))],
    ['a beta above 2', dpo({ beta: 2.1 }), refused('decimal_above_max_value', 'method.dpo.hyperparameters.beta')],
    ['an unknown method', { method: { type: 'magic' } }, refused('invalid_value', 'method.type')],
    [
      'another method’s parameters',
      { method: { type: 'dpo', supervised: {} } },
      refused('invalid_value', 'method.supervised'),
    ],
    [
      'parameters in both places',
      { method: { type: 'supervised' }, hyperparameters: {} },
      refused('invalid_value', 'hyperparameters'),
    ],
    [
      'no grader',
      { ...reinforcement(undefined) },
      refused('missing_required_parameter', 'method.reinforcement.grader'),
    ],
    [
      'an unknown grader',
      reinforcement({ type: 'vibes' }),
      refused('invalid_value', 'method.reinforcement.grader.type'),
    ],
    [
      'a grader without its operation',
      reinforcement({ ...check, operation: undefined }),
      refused('missing_required_parameter', 'method.reinforcement.grader.operation'),
    ],
    [
      'a label grader alone',
      reinforcement({ type: 'label_model' }),
      refused('invalid_value', 'method.reinforcement.grader.type'),
    ],
    [
      'reinforcement without validation',
      reinforcement(check),
      refused('missing_required_parameter', 'validation_file'),
    ],
    ['another integration', { integrations: [{ type: 'mlflow' }] }, refused('invalid_value', 'integrations[0].type')],
  ])('with %s is refused', async (_, change, expected) => {
    expect(
      await refusalOf('/fine_tuning/jobs', { json: { model: 'gpt-4o-mini', training_file: file, ...change } }),
    ).toEqual(expected)
  })

  it.each<[string, Call, Refused]>([
    ['no JSON', { body: '{', headers: { 'content-type': 'application/json' } }, refused('invalid_json')],
    ['an empty body', { method: 'POST', headers: { 'content-type': 'application/json' } }, refused('invalid_json')],
    [
      'another content type',
      { body: '{}', headers: { 'content-type': 'text/plain' } },
      refused('unsupported_content_type'),
    ],
    ['a list', { json: [] }, refused('invalid_type', null)],
  ])('as %s is refused', async (_, call, expected) => {
    expect(await refusalOf('/fine_tuning/jobs', call)).toEqual(expected)
  })

  it('that was refused is not there', async () => {
    expect((await api('/fine_tuning/jobs')).body).toEqual({ object: 'list', data: [], has_more: false })
  })
})

describe('a chat', () => {
  const messages = [{ role: 'user', content: 'Hello' }]

  it.each<[string, object, Refused]>([
    ['no messages', { messages: [] }, refused('array_below_min_length', 'messages')],
    ['an unknown role', { messages: [{ role: 'poet', content: 'x' }] }, refused('invalid_value', 'messages[0].role')],
    [
      'a user who says nothing',
      { messages: [{ role: 'user' }] },
      refused('missing_required_parameter', 'messages[0].content'),
    ],
    [
      'a weight',
      { messages: [{ role: 'assistant', content: 'x', weight: 1 }] },
      refused('unknown_parameter', 'messages[0].weight'),
    ],
    ['a model that is not there', { model: 'gpt-9' }, refused('model_not_found', 'model', 404)],
    ['a temperature of 3', { temperature: 3 }, refused('decimal_above_max_value', 'temperature')],
    ['no tokens', { max_tokens: 0 }, refused('integer_below_min_value', 'max_tokens')],
    ['two limits', { max_tokens: 1, max_completion_tokens: 1 }, refused('invalid_parameter_combination', 'max_tokens')],
    [
      'options of a stream that is none',
      { stream_options: { include_usage: true } },
      refused('invalid_parameter_combination', 'stream_options'),
    ],
    ['an unknown member', { top_k: 1 }, refused('unknown_parameter', 'top_k')],
    ['what is not emulated', { logprobs: true }, refused('not_emulated', 'logprobs')],
  ])('with %s is refused', async (_, change, expected) => {
    expect(await refusalOf('/chat/completions', { json: { model: 'gpt-4o-mini', messages, ...change } })).toEqual(
      expected,
    )
  })
})

describe('a grader', () => {
  it('that a job would take is valid, a multi grader with its parts by name included', async () => {
    const similar = { type: 'text_similarity', name: 'close', input: 'a', reference: 'b', evaluation_metric: 'bleu' }
    const grader = { type: 'multi', name: 'both', graders: { close: similar }, calculate_output: 'close' }
    expect((await api('/fine_tuning/alpha/graders/validate', { json: { grader } })).body).toEqual({ grader })
  })

  it('that a job would not take is refused', async () => {
    const json = { grader: { type: 'python', name: 'a' } }
    const expected = refused('missing_required_parameter', 'grader.source')
    expect(await refusalOf('/fine_tuning/alpha/graders/validate', { json })).toEqual(expected)
  })
})

function pairs(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']))
}
