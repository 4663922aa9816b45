import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { apiOf, openEmulator, PROCESSING, type Api } from '../helpers.ts'

const create = (api: Api, bytes: number) =>
  api('/uploads', {
    json: { filename: 'big.jsonl', purpose: 'fine-tune', bytes, mime_type: 'application/jsonl' },
  })

async function addPart(api: Api, upload: string, content: string): Promise<string> {
  const form = new FormData()
  form.set('data', new Blob([content]), 'part')
  const { body } = await api(`/uploads/${upload}/parts`, { body: form })
  return body.id
}

describe('an upload', () => {
  it('makes a file of its parts in the order that is named at the end, whenever they came', async () => {
    const emulator = await openEmulator()
    const api = apiOf(emulator)
    const { body: upload } = await create(api, 6)
    expect(upload).toEqual({
      id: expect.stringMatching(/^upload_/),
      object: 'upload',
      bytes: 6,
      created_at: emulator.clock.seconds(),
      filename: 'big.jsonl',
      purpose: 'fine-tune',
      status: 'pending',
      expires_at: emulator.clock.seconds() + 3600,
    })
    const second = await addPart(api, upload.id, ' {}')
    const first = await addPart(api, upload.id, '{}\n')
    const md5 = createHash('md5').update('{}\n {}').digest('hex')
    const { body: done } = await api(`/uploads/${upload.id}/complete`, { json: { part_ids: [first, second], md5 } })
    expect(done).toMatchObject({ status: 'completed', file: { filename: 'big.jsonl', bytes: 6 } })
    emulator.clock.advance(PROCESSING)
    expect((await api(`/files/${done.file.id}`)).body.status).toBe('processed')
    expect((await api(`/files/${done.file.id}/content`)).text).toBe('{}\n {}')
  })

  it.each([
    ['fewer bytes than were announced', 7, (ids: string[]) => ({ part_ids: ids }), 'invalid_upload'],
    ['a part that is not there', 6, (ids: string[]) => ({ part_ids: [...ids, 'part_none'] }), 'invalid_value'],
    ['a part twice', 6, ([id = '']: string[]) => ({ part_ids: [id, id] }), 'invalid_value'],
    ['another checksum', 6, (ids: string[]) => ({ part_ids: ids, md5: '0'.repeat(32) }), 'invalid_checksum'],
    ['an unknown member', 6, (ids: string[]) => ({ part_ids: ids, sha256: '0' }), 'unknown_parameter'],
  ])('that ends with %s is refused and stays pending', async (_, bytes, complete, code) => {
    const api = apiOf(await openEmulator())
    const { body: upload } = await create(api, bytes)
    const ids = [await addPart(api, upload.id, '{}\n'), await addPart(api, upload.id, '{}\n')]
    const wrong = await api(`/uploads/${upload.id}/complete`, { json: complete(ids) })
    expect([wrong.status, wrong.body.error.code]).toEqual([400, code])
    expect((await api(`/uploads/${upload.id}/cancel`, { method: 'POST' })).body.status).toBe('cancelled')
    expect((await api('/files')).body.data).toEqual([])
  })

  it.each(['completed', 'cancelled', 'expired'])('that is %s takes nothing more', async (end) => {
    const emulator = await openEmulator()
    const api = apiOf(emulator)
    const { body: upload } = await create(api, 2)
    const id = await addPart(api, upload.id, '{}')
    if (end === 'completed') await api(`/uploads/${upload.id}/complete`, { json: { part_ids: [id] } })
    if (end === 'cancelled') await api(`/uploads/${upload.id}/cancel`, { method: 'POST' })
    if (end === 'expired') emulator.clock.advance(3_600_000)
    const form = new FormData()
    form.set('data', new Blob(['{}']), 'part')
    const replies = [
      await api(`/uploads/${upload.id}/parts`, { body: form }),
      await api(`/uploads/${upload.id}/complete`, { json: { part_ids: [id] } }),
      await api(`/uploads/${upload.id}/cancel`, { method: 'POST' }),
    ]
    expect(replies.map(({ status, body }) => [status, body.error.code])).toEqual(
      Array.from({ length: 3 }, () => [400, 'invalid_upload_status']),
    )
    expect(replies[0]?.body.error.message).toContain(end)
  })

  it('takes parts up to the account’s limit, and in a form with nothing else', async () => {
    const emulator = await openEmulator()
    const account = emulator.account()
    account.configure({ partBytes: 2 })
    const api = apiOf(emulator, account.name)
    const { body: upload } = await create(api, 6)
    const parts = async (content: string, more: Record<string, string> = {}) => {
      const form = new FormData()
      for (const [name, value] of Object.entries(more)) form.set(name, value)
      form.set('data', new Blob([content]), 'part')
      return (await api(`/uploads/${upload.id}/parts`, { body: form })).status
    }
    expect([await parts('ab'), await parts('abc'), await parts('a', { number: '1' })]).toEqual([200, 413, 400])
  })
})
