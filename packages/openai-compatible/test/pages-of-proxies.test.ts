import { openaiCompatible } from '@anytune/openai-compatible'
import type { Context, Driver } from '@anytune/core/driver'
import { requestPermit } from '../../core/src/policy/gate.ts'
import { NOT_CONFIGURED } from '../../core/src/policy/judgement.ts'
import { describe, expect, it } from 'vitest'
import { contextOf, scriptedHost } from './scripted-host.ts'

/** What answers instead of the service, with the status of a success: a login page. */
const PAGE = { status: 200, text: '<html>Please log in</html>', type: 'text/html' }

/** The SDK takes such a page for an empty list, an ended stream, or a job. */
const CALLS: readonly (readonly [route: string, call: (driver: Driver, context: Context) => Promise<unknown>])[] = [
  ['GET /models', (driver, context) => Promise.resolve(driver.models?.list({ limit: 10 }, context))],
  ['DELETE /models/ft-1', (driver, context) => Promise.resolve(driver.models?.delete?.('ft-1', context))],
  ['DELETE /files/file-1', (driver, context) => Promise.resolve(driver.datasets.delete?.('file-1', context))],
  ['GET /files/file-1/content', (driver, context) => Array.fromAsync(driver.datasets.read?.('file-1', context) ?? [])],
  [
    'POST /uploads/upload-1/cancel',
    (driver, context) => {
      const resume = { way: 'parts', id: 'upload-1', expiresAt: 0, partBytes: 1, sent: {}, completing: false }
      return Promise.resolve(driver.datasets.abandon?.({ name: 'a' }, { key: 'k', since: new Date(), resume }, context))
    },
  ],
  ['POST /fine_tuning/jobs/job-1/cancel', (driver, context) => driver.jobs.cancel('job-1', context)],
  ['POST /fine_tuning/jobs/job-1/pause', (driver, context) => Promise.resolve(driver.jobs.pause?.('job-1', context))],
  ['POST /fine_tuning/jobs/job-1/resume', (driver, context) => Promise.resolve(driver.jobs.resume?.('job-1', context))],
  [
    'POST /chat/completions',
    (driver, context) =>
      Array.fromAsync(
        driver.chat?.(
          'ft-1',
          { messages: [{ role: 'user', content: 'Hello' }] },
          requestPermit({ purpose: 'chat' }, NOT_CONFIGURED),
          context,
        ) ?? [],
      ),
  ],
]

describe('a page of a proxy instead of the answer', () => {
  it.each(CALLS)('%s is no success', async (route, call) => {
    await using host = await scriptedHost({ [route]: () => PAGE })
    const driver = openaiCompatible({ baseURL: host.baseURL, apiKey: 'k' })
    const error = await call(driver, contextOf()).catch((thrown: unknown) => thrown)
    expect(driver.classify(error, 'any')).toMatchObject({ code: 'unavailable', reached: 'maybe' })
    expect(host.asked).toHaveLength(1)
  })
})

describe('an answer without a body', () => {
  it('is a deletion all the same', async () => {
    await using host = await scriptedHost({ 'DELETE /files/file-1': () => ({ status: 204, text: '' }) })
    const { datasets } = openaiCompatible({ baseURL: host.baseURL, apiKey: 'k' })
    await expect(datasets.delete('file-1', contextOf())).resolves.toBeUndefined()
  })

  it('that says it was not deleted is none', async () => {
    await using host = await scriptedHost({ 'DELETE /files/file-1': () => ({ id: 'file-1', deleted: false }) })
    const { datasets } = openaiCompatible({ baseURL: host.baseURL, apiKey: 'k' })
    await expect(datasets.delete('file-1', contextOf())).rejects.toThrow('does not say that it was deleted')
  })
})
