import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeEach, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { DATED, DAY, HOUR, MINUTE, rows, stage, startResource, type Resource } from './support.ts'

let resource: Resource
beforeEach(async () => {
  resource = await startResource()
})
afterEach(async () => {
  await resource.emulator.close()
})

const file = (content = rows(12), name = 'train.jsonl') => new File([content], name)

describe('a file', () => {
  test('is pending, then running, then processed, as the clock goes', async () => {
    resource.account.configure({ processingMilliseconds: 1000 })
    const created = await resource.form('/openai/v1/files', { purpose: 'fine-tune', file: file() })
    expect(created).toMatchObject({ status: 200, json: { object: 'file', status: 'pending', filename: 'train.jsonl' } })
    expect(created.json.id).toMatch(/^file-[0-9a-f]{32}$/)
    const statusAfter = async (milliseconds: number) => {
      resource.emulator.clock.advance(milliseconds)
      return (await resource.data('GET', `/openai/v1/files/${created.json.id}`)).json.status
    }
    expect(await statusAfter(600)).toBe('running')
    expect(await statusAfter(400)).toBe('processed')
  })

  test('with a line that is no JSON ends in error, which names the line and not what it holds', async () => {
    const id = await stage(resource, `${rows(2)}{"secret": \n${rows(9)}`)
    const { json } = await resource.data('GET', `/openai/v1/files/${id}`)
    expect(json).toMatchObject({ status: 'error', status_details: 'Line 3 of the file is not valid JSON.' })
    expect(json.status_details).not.toContain('secret')
  })

  test('is read with a byte order mark', async () => {
    const id = await stage(resource, `\uFEFF${rows(10)}`)
    expect((await resource.data('GET', `/openai/v1/files/${id}`)).json.status).toBe('processed')
  })

  test('comes back byte for byte', async () => {
    const id = await stage(resource, rows(11))
    expect((await resource.data('GET', `/openai/v1/files/${id}/content`)).text).toBe(rows(11))
    expect((await resource.data('GET', `/openai/files/${id}/content${DATED}`)).text).toBe(rows(11))
  })

  test('is the same on both APIs; the dated one says 201 and where it is', async () => {
    const created = await resource.form(`/openai/files${DATED}`, { purpose: 'fine-tune', file: file() })
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe(
      `${resource.env['AZURE_OPENAI_ENDPOINT']}/openai/files/${created.json.id}`,
    )
    const seen = await resource.data('GET', `/openai/v1/files/${created.json.id}`)
    expect(seen.json).toEqual(created.json)
  })

  test('goes when it is deleted', async () => {
    const id = await stage(resource)
    const deleted = await resource.data('DELETE', `/openai/v1/files/${id}`)
    expect(deleted).toMatchObject({ status: 200, json: { id, object: 'file', deleted: true } })
    expect(await resource.data('GET', `/openai/v1/files/${id}`)).toMatchObject({
      status: 404,
      json: { error: { code: 'notFound', type: 'error' } },
    })
  })

  test('goes when its time is over', async () => {
    const created = await resource.form('/openai/v1/files', {
      purpose: 'fine-tune',
      'expires_after[anchor]': 'created_at',
      'expires_after[seconds]': String(14 * 24 * 3600),
      file: file(),
    })
    expect(created.json.expires_at - created.json.created_at).toBe(14 * 24 * 3600)
    resource.emulator.clock.advance(14 * DAY)
    expect((await resource.data('GET', `/openai/v1/files/${created.json.id}`)).status).toBe(404)
  })
})

describe('a file is refused', () => {
  const good = { purpose: 'fine-tune', file: file() }
  const v1: readonly [string, Record<string, string | Blob>, string | undefined][] = [
    ['without a purpose', { file: file() }, 'purpose'],
    ['with an unknown purpose', { ...good, purpose: 'vision' }, 'purpose'],
    ['with a purpose of results', { ...good, purpose: 'fine-tune-results' }, 'purpose'],
    ['without a file', { purpose: 'fine-tune' }, 'file'],
    ['when it is empty', { ...good, file: file('') }, 'file'],
    ['when it is no .jsonl', { ...good, file: file(rows(10), 'train.csv') }, 'file'],
    ['with an unknown field', { ...good, colour: 'blue' }, 'colour'],
    [
      'with the field names of the dated schema',
      { ...good, 'expires_after.seconds': '1209600' },
      'expires_after.seconds',
    ],
    ['with an expiry without an anchor', { ...good, 'expires_after[seconds]': '1209600' }, 'expires_after'],
    [
      'with the expiry that OpenAI takes',
      { ...good, 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '3600' },
      'expires_after',
    ],
  ]
  test.each(v1)('%s', async (_, fields, param) => {
    const reply = await resource.form('/openai/v1/files', fields)
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 'invalidPayload', type: 'error', param } } })
    expect((await resource.data('GET', '/openai/v1/files')).json.data).toEqual([])
  })

  test('in the words of the dated API there', async () => {
    const reply = await resource.form(`/openai/files${DATED}`, { purpose: 'fine-tune' })
    expect(reply.status).toBe(400)
    expect(reply.json.error).toEqual({ code: 'invalidPayload', message: expect.any(String), target: 'file' })
  })

  test('when it is not a form', async () => {
    const reply = await resource.data('POST', '/openai/v1/files', { purpose: 'fine-tune' })
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 'invalidPayload' } } })
  })

  test.each([
    ['too large', { maximumFileBytes: 100 }, 'invalidPayload'],
    ['one too many', { maximumFiles: 1 }, 'quotaExceeded'],
    ['too much together', { maximumTotalFileBytes: 1500 }, 'quotaExceeded'],
  ])('when it is %s', async (_, settings, code) => {
    resource.account.seed({ files: 1 })
    resource.account.configure(settings)
    const reply = await resource.form('/openai/v1/files', good)
    expect(reply).toMatchObject({ status: 400, json: { error: { code } } })
  })
})

test('v1 lists all files at once, newest first, by purpose; the dated API has a cursor and no has_more', async () => {
  const ids = []
  for (let count = 0; count < 3; count++) ids.unshift(await stage(resource))
  const v1 = await resource.data('GET', '/openai/v1/files?purpose=fine-tune&limit=1')
  expect(v1.json).toMatchObject({ object: 'list', first_id: ids[0], last_id: ids[2], has_more: false })
  expect(v1.json.data.map(({ id }: { id: string }) => id)).toEqual(ids)
  expect((await resource.data('GET', '/openai/v1/files?purpose=batch')).json.data).toEqual([])
  const page = await resource.data('GET', `/openai/files${DATED}&limit=1&after=${ids[0]}`)
  expect(Object.keys(page.json)).toEqual(['object', 'data'])
  expect(page.json.data).toMatchObject([{ id: ids[1] }])
  expect((await resource.data('GET', `/openai/files${DATED}&limit=0`)).status).toBe(400)
})

describe('the dated API imports a file', () => {
  let url: string
  const server = createServer((_, response) => void response.end(rows(10)))
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rows` // it listens on a port
  })
  afterAll(() => void server.close())

  test('from an address', async () => {
    const body = { purpose: 'fine-tune', filename: 'imported.jsonl', content_url: url }
    const reply = await resource.data('POST', `/openai/files/import${DATED}`, body)
    expect(reply).toMatchObject({ status: 201, json: { filename: 'imported.jsonl', bytes: rows(10).length } })
  })

  test.each([
    ['no address', 'rows', 'invalidPayload'],
    ['an address elsewhere', 'http://198.51.100.1/rows', 'fileImportFailed'],
    ['a file', 'file:///etc/hostname', 'invalidPayload'],
  ])('but not from %s', async (_, address, code) => {
    const body = { purpose: 'fine-tune', filename: 'imported.jsonl', content_url: address }
    const reply = await resource.data('POST', `/openai/files/import${DATED}`, body)
    expect(reply).toMatchObject({ status: 400, json: { error: { code } } })
  })
})

describe('an upload in parts', () => {
  const content = rows(30)
  const begin = async (bytes = content.length) => {
    const body = { purpose: 'fine-tune', filename: 'large.jsonl', bytes, mime_type: 'application/jsonl' }
    const { json } = await resource.data('POST', `/openai/uploads${DATED}`, body)
    return String(json.id)
  }
  const part = async (id: string, text: string) =>
    await resource.form(`/openai/uploads/${id}/parts${DATED}`, { data: new Blob([text]) })
  const complete = async (id: string, body: object) =>
    await resource.data('POST', `/openai/uploads/${id}/complete${DATED}`, body)

  test('becomes a file in the order of its part ids', async () => {
    const id = await begin()
    const second = await part(id, content.slice(1000))
    const first = await part(id, content.slice(0, 1000))
    expect(first).toMatchObject({
      status: 200,
      json: { object: 'upload.part', upload_id: id, azure_block_id: expect.any(String) },
    })
    const md5 = createHash('md5').update(content).digest('hex')
    const done = await complete(id, { part_ids: [first.json.id, second.json.id], md5 })
    expect(done).toMatchObject({ status: 200, json: { id, status: 'completed', file: { bytes: content.length } } })
    const back = await resource.data('GET', `/openai/v1/files/${done.json.file.id}/content`)
    expect(back.text).toBe(content)
  })

  test('lives for two hours of the clock', async () => {
    const id = await begin()
    resource.emulator.clock.advance(2 * HOUR - MINUTE)
    expect((await part(id, content)).status).toBe(200)
    resource.emulator.clock.advance(MINUTE)
    expect(await part(id, content)).toMatchObject({
      status: 400,
      json: { error: { code: 'unexpectedEntityState', message: 'The upload is expired.' } },
    })
  })

  test('is refused when its parts are not what was announced', async () => {
    const id = await begin()
    const made = await part(id, content.slice(0, 1000))
    const attempts = [
      { part_ids: [made.json.id] },
      { part_ids: [made.json.id, made.json.id] },
      { part_ids: ['part_unknown'] },
      { part_ids: [] },
      {},
    ]
    for (const attempt of attempts) expect((await complete(id, attempt)).status).toBe(400)
    expect((await part(id, content)).status).toBe(400)
    const rest = await part(id, content.slice(1000))
    const wrong = await complete(id, { part_ids: [made.json.id, rest.json.id], md5: '0'.repeat(32) })
    expect(wrong.json.error.target).toBe('md5')
    expect((await complete(id, { part_ids: [made.json.id, rest.json.id] })).status).toBe(200)
  })

  test('ends when it is cancelled', async () => {
    const id = await begin()
    expect(await resource.data('POST', `/openai/uploads/${id}/cancel${DATED}`)).toMatchObject({
      status: 200,
      json: { status: 'cancelled' },
    })
    expect((await part(id, content)).status).toBe(400)
    expect((await resource.data('POST', `/openai/uploads/nothing/cancel${DATED}`)).status).toBe(404)
  })

  test('needs all of its description and nothing more', async () => {
    const good = { purpose: 'fine-tune', filename: 'large.jsonl', bytes: 10, mime_type: 'application/jsonl' }
    for (const name of Object.keys(good)) {
      const reply = await resource.data('POST', `/openai/uploads${DATED}`, { ...good, [name]: undefined })
      expect(reply).toMatchObject({ status: 400, json: { error: { target: name } } })
    }
    const reply = await resource.data('POST', `/openai/uploads${DATED}`, { ...good, expires_after: {} })
    expect(reply).toMatchObject({ status: 400, json: { error: { target: 'expires_after' } } })
  })
})
