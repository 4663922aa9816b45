import { createHmac, randomBytes } from 'node:crypto'
import { openai, verifyWebhook } from '@anytune/openai'
import { describe, expect, it } from 'vitest'

const KEY = randomBytes(24)
const SECRET = `whsec_${KEY.toString('base64')}`
const BODY = JSON.stringify({
  id: 'evt_abc',
  object: 'event',
  created_at: 1_721_764_800,
  type: 'fine_tuning.job.succeeded',
  data: { id: 'ftjob-abc123' },
})

/** As the Standard Webhooks specification says, which OpenAI follows. */
function signed(body: string, { key = KEY, at = Date.now(), id = 'wh_1' } = {}) {
  const timestamp = String(Math.floor(at / 1000))
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}

describe('a webhook', () => {
  it.each([
    ['fine_tuning.job.succeeded', 'succeeded'],
    ['fine_tuning.job.failed', 'failed'],
    ['fine_tuning.job.cancelled', 'cancelled'],
  ])('that says %s names the job that has %s', async (type, status) => {
    const body = BODY.replace('fine_tuning.job.succeeded', type)
    expect(await verifyWebhook(body, signed(body), SECRET)).toEqual({
      kind: 'job',
      id: 'evt_abc',
      job: 'ftjob-abc123',
      status,
      at: new Date('2024-07-23T20:00:00Z'),
    })
  })

  it('about something else says of what', async () => {
    const body = JSON.stringify({ id: 'evt_1', type: 'batch.completed', data: { id: 'batch_1' } })
    expect(await verifyWebhook(body, signed(body), SECRET)).toEqual({ kind: 'other', type: 'batch.completed' })
  })

  it('may have its headers in any form', async () => {
    const headers = signed(BODY)
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]))
    for (const form of [headers, new Headers(headers), upper]) {
      expect(await verifyWebhook(BODY, form, SECRET)).toMatchObject({ job: 'ftjob-abc123' })
    }
  })

  it('is verified with the secret of the driver’s options', async () => {
    const driver = openai({ apiKey: 'k', webhookSecret: SECRET })
    expect(await driver.verifyWebhook(BODY, signed(BODY))).toMatchObject({ kind: 'job' })
  })
})

describe('what is no webhook of ours', () => {
  const MINUTES = 60_000

  it.each([
    ['another key', BODY, signed(BODY, { key: randomBytes(24) })],
    ['an altered body', BODY.replace('abc123', 'abc124'), signed(BODY)],
    ['an old one, sent again', BODY, signed(BODY, { at: Date.now() - 6 * MINUTES })],
    ['one from the future', BODY, signed(BODY, { at: Date.now() + 6 * MINUTES })],
    ['another id', BODY, { ...signed(BODY), 'webhook-id': 'wh_2' }],
  ])('%s is not believed', async (_, body, headers) => {
    await expect(verifyWebhook(body, headers, SECRET)).rejects.toMatchObject({
      code: 'unauthenticated',
      provider: 'openai',
      operation: 'webhook',
    })
  })

  it.each([
    ['no secret', BODY, signed(BODY), undefined, 'configuration'],
    ['no headers', BODY, {}, SECRET, 'invalid-argument'],
    ['a body that is no JSON', 'hello', signed('hello'), SECRET, 'invalid-argument'],
    ['a body that is no notice', '[]', signed('[]'), SECRET, 'invalid-argument'],
    [
      'a notice without a job',
      '{"id":"evt_1","type":"fine_tuning.job.failed"}',
      signed('{"id":"evt_1","type":"fine_tuning.job.failed"}'),
      SECRET,
      'invalid-argument',
    ],
  ])('%s is an error that says what to do', async (_, body, headers, secret, code) => {
    await expect(verifyWebhook(body, headers, secret)).rejects.toMatchObject({ code, hint: expect.any(String) })
  })

  it('no error repeats the secret', async () => {
    for (const secret of [SECRET, 'whsec_%%%']) {
      const error = await verifyWebhook(BODY, signed('x'), secret).catch((thrown: unknown) => thrown)
      expect(JSON.stringify(error)).not.toContain(secret)
    }
  })
})
