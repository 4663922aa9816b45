import { describe, expect, it } from 'vitest'
import { apiOf, conversations, fileForm, openEmulator, PROCESSING, stage } from '../helpers.ts'

describe('a file', () => {
  it('is uploaded, then processed, and gives back its bytes as they were', async () => {
    const emulator = await openEmulator()
    const api = apiOf(emulator)
    const content = conversations(10)
    const made = await api('/files', { body: fileForm(content) })
    expect(made.body).toEqual({
      id: expect.stringMatching(/^file-/),
      object: 'file',
      bytes: Buffer.byteLength(content),
      created_at: emulator.clock.seconds(),
      filename: 'rows.jsonl',
      purpose: 'fine-tune',
      status: 'uploaded',
    })
    emulator.clock.advance(PROCESSING)
    expect((await api(`/files/${made.body.id}`)).body.status).toBe('processed')
    expect((await api(`/files/${made.body.id}/content`)).text).toBe(content)
  })

  it.each([
    ['a line that is no JSON', '{}\n{"a"\n', 'Line 2 is not valid JSON.'],
    ['a line that is no object', '{}\n[]\n', 'Line 2 is not a dictionary.'],
    ['bytes that are no text', new Uint8Array([0x7b, 0x7d, 0x0a, 0xff]), 'Line 2 is not valid UTF-8.'],
  ])('with %s ends in error, and no job can use it', async (_, content, reason) => {
    const emulator = await openEmulator()
    const api = apiOf(emulator)
    const { body } = await api('/files', { body: fileForm(content) })
    emulator.clock.advance(PROCESSING)
    const { body: shown } = await api(`/files/${body.id}`)
    expect([shown.status, shown.status_details]).toEqual(['error', expect.stringContaining(reason)])
    const job = await api('/fine_tuning/jobs', { json: { model: 'gpt-4o-mini', training_file: body.id } })
    expect([job.status, job.body.error.code]).toEqual([400, 'invalid_file'])
  })

  it('of a byte order mark, empty lines and no last line end is processed', async () => {
    const emulator = await openEmulator()
    const api = apiOf(emulator)
    const id = await stage(emulator, api, '\uFEFF{"a":1}\r\n\n{"b":2}')
    expect((await api(`/files/${id}`)).body.status).toBe('processed')
  })

  it('cannot be used before it is processed, nor for another purpose', async () => {
    const emulator = await openEmulator()
    const api = apiOf(emulator)
    const codes: (string | null)[] = []
    for (const purpose of ['fine-tune', 'user_data']) {
      const { body } = await api('/files', { body: fileForm(conversations(10), { purpose }) })
      const job = await api('/fine_tuning/jobs', { json: { model: 'gpt-4o-mini', training_file: body.id } })
      codes.push(job.body.error.code)
    }
    expect(codes).toEqual(['file_not_ready', 'invalid_file_purpose'])
  })

  it('that expires is gone at its second, and not before', async () => {
    const emulator = await openEmulator()
    const api = apiOf(emulator)
    const expiry = { 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '3600' }
    const { body } = await api('/files', { body: fileForm('{}', expiry) })
    expect(body.expires_at).toBe(body.created_at + 3600)
    emulator.clock.advance(3_599_000)
    expect((await api(`/files/${body.id}`)).status).toBe(200)
    emulator.clock.advance(1_000)
    expect((await api(`/files/${body.id}`)).status).toBe(404)
  })

  it('that is deleted is gone', async () => {
    const emulator = await openEmulator()
    const api = apiOf(emulator)
    const id = await stage(emulator, api)
    expect((await api(`/files/${id}`, { method: 'DELETE' })).body).toEqual({ id, object: 'file', deleted: true })
    expect((await api(`/files/${id}`)).status).toBe(404)
    expect((await api('/files')).body).toEqual({ object: 'list', data: [], first_id: '', last_id: '', has_more: false })
  })

  it('that is larger than the account’s limit is refused', async () => {
    const emulator = await openEmulator()
    const account = emulator.account()
    account.configure({ fileBytes: 10 })
    const { status } = await apiOf(emulator, account.name)('/files', { body: fileForm('12345678901') })
    expect(status).toBe(413)
  })

  it('is seen by its own account only', async () => {
    const emulator = await openEmulator()
    const id = await stage(emulator, apiOf(emulator))
    expect((await apiOf(emulator, emulator.account().name)(`/files/${id}`)).status).toBe(404)
  })
})

describe('a list of files', () => {
  it('comes newest first in pages that meet without a gap, or oldest first, or of one purpose', async () => {
    const emulator = await openEmulator()
    const api = apiOf(emulator)
    const made = emulator.account(emulator.env['OPENAI_API_KEY']).seed({ files: 5 })['files'] ?? []
    const { body: extra } = await api('/files', { body: fileForm('{}', { purpose: 'batch' }) })
    const newestFirst = [extra.id, ...made.toReversed()]
    const seen: string[] = []
    for (let after = ''; ;) {
      const { body } = await api(`/files?limit=2${after}`)
      expect([body.first_id, body.last_id]).toEqual([body.data[0]?.id, body.data.at(-1)?.id])
      seen.push(...body.data.map(({ id }) => id))
      if (!body.has_more) break
      after = `&after=${body.last_id}`
    }
    expect(seen).toEqual(newestFirst)
    const ids = async (query: string) => (await api(`/files?${query}`)).body.data.map(({ id }) => id)
    expect(await ids('order=asc')).toEqual(newestFirst.toReversed())
    expect(await ids('purpose=batch')).toEqual([extra.id])
  })
})
