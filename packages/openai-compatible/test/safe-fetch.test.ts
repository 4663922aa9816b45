import { inspect } from 'node:util'
import { quietClient, safeFetch } from '@anytune/openai-compatible'
import { OpenAI } from 'openai'
import { describe, expect, it } from 'vitest'
import { scriptedHost, type Answer } from './scripted-host.ts'

/** All that a log of the error would hold. */
async function loggedOf(answer: Answer): Promise<string> {
  await using host = await scriptedHost({ 'GET /models/m': () => answer })
  const error: unknown = await host.client.models.retrieve('m').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Error)
  return inspect(error, { depth: Infinity, showHidden: true })
}

const refusal = (error: unknown): Answer => ({ status: 400, text: JSON.stringify({ error }) })

describe('an error of the SDK', () => {
  it.each([
    ['the beginning of a line', refusal({ message: 'Line 1 is no dictionary (HINT: line starts with: "Anna S…")' })],
    ['a row', refusal({ message: 'cannot read {"messages":[{"role":"Anna"}]}', code: 'invalid_file' })],
    [
      'a row further in',
      refusal({ message: 'no', innererror: { details: [{ message: "bad value 'Anna Schmidt'" }] } }),
    ],
    ['a sentence alone', refusal('the value "Anna" is not known')],
    ['a page', { status: 502, text: '<html>Anna</html>', type: 'text/html' }],
  ])('does not hold %s, not even for a log', async (_, answer) => {
    expect(await loggedOf(answer)).not.toContain('Anna')
  })

  it('of a client of one’s own does not hold them either', async () => {
    await using host = await scriptedHost({ 'GET /models/m': () => refusal({ message: 'line starts with: "Anna' }) })
    const client = quietClient(new OpenAI({ baseURL: host.baseURL, apiKey: 'k' }))
    const error: unknown = await client.models.retrieve('m').catch((thrown: unknown) => thrown)
    expect(inspect(error, { depth: Infinity, showHidden: true })).toMatch(/line starts with: "…"/)
  })

  it('does not hold a page without end', async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)) })
    const fetch = safeFetch(async () => new Response(endless, { status: 502 }))
    expect(await (await fetch('https://host.example/')).text()).toBe('')
  })

  it('keeps what names the fault', async () => {
    const logged = await loggedOf(refusal({ message: 'Line 7 is no dictionary', code: 'invalid_file', param: 'file' }))
    for (const part of ['400', 'Line 7 is no dictionary', 'invalid_file', 'file']) expect(logged).toContain(part)
  })
})
