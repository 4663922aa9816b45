import type { Attempt, JobSpec } from '@anytune/core/driver'
import { openaiCompatible } from '@anytune/openai-compatible'
import { describe, expect, it } from 'vitest'
import { contextOf, scriptedHost, type Script } from './scripted-host.ts'
import { vendorJob } from './vendor-job.ts'

const SPEC: JobSpec = {
  baseModel: 'small',
  method: 'supervised',
  training: 'file-ours',
  hyperparameters: {},
  providerOptions: {},
}
const SINCE = 1_721_764_800
const attempt = (resume?: unknown): Attempt => ({
  key: 'run-abc-job',
  since: new Date(SINCE * 1000),
  ...(resume !== undefined && { resume }),
})
const SENT = { sending: true }

const list = (...data: readonly object[]) => ({ object: 'list', data, has_more: false })

async function driverOf(script: Script) {
  const host = await scriptedHost(script)
  const driver = openaiCompatible({ baseURL: host.baseURL, apiKey: 'a-key' })
  return { host, driver, jobs: driver.jobs, [Symbol.asyncDispose]: host[Symbol.asyncDispose] }
}

describe('making a job', () => {
  it('is written down before the one request that makes it, which is sent once', async () => {
    await using at = await driverOf({ 'POST /fine_tuning/jobs': () => ({ status: 500, text: '{}' }) })
    const asked: number[] = []
    const context = contextOf({ save: async () => void asked.push(at.host.asked.length) })
    await expect(at.jobs.create(SPEC, attempt(), context)).rejects.toMatchObject({ status: 500 })
    expect(asked).toEqual([0])
    expect(at.host.asked).toHaveLength(1)
  })

  it('is not taken for done when a page answers in the service’s place', async () => {
    const page = { status: 200, text: '<html>log in</html>', type: 'text/html' }
    await using at = await driverOf({ 'POST /fine_tuning/jobs': () => page })
    const error = await at.jobs.create(SPEC, attempt(), contextOf()).catch((thrown: unknown) => thrown)
    expect(at.driver.classify(error, 'jobs.create')).toMatchObject({ code: 'unavailable', reached: 'maybe' })
  })
})

describe('finding the job of an attempt', () => {
  const ours = vendorJob({ id: 'ftjob-ours', training_file: 'file-ours', metadata: { anytune: 'run-abc-job' } })
  const others = vendorJob({ id: 'ftjob-others', training_file: 'file-theirs' })
  const bare = vendorJob({ id: 'ftjob-bare', training_file: 'file-ours', metadata: null })

  const find = async (answer: Script[string], resume?: unknown) => {
    await using at = await driverOf({ 'GET /fine_tuning/jobs': answer })
    return await at.jobs.find(SPEC, attempt(resume), contextOf())
  }

  it('asks for its key in the metadata', async () => {
    const found = await find(({ query }) => (query.get('metadata[anytune]') === 'run-abc-job' ? list(ours) : list()))
    expect(found).toMatchObject({ state: 'found', value: { id: 'ftjob-ours' } })
  })

  it('takes no other job for it where the host ignores the filter', async () => {
    expect(await find(() => list(others, ours))).toMatchObject({ state: 'found', value: { id: 'ftjob-ours' } })
    expect(await find(() => list(others), SENT)).toEqual({ state: 'unsure', candidates: [] })
  })

  it('knows it by its training file where the host keeps no metadata, or has no filter', async () => {
    const found = await find(({ query }) =>
      query.has('metadata[anytune]') ? { status: 400, text: '{}' } : list(others, bare),
    )
    expect(found).toMatchObject({ state: 'found', value: { id: 'ftjob-bare' } })
  })

  it('leaves the choice to the user when several could be it', async () => {
    const found = await find(() => list(bare, { ...bare, id: 'ftjob-bare-2' }), SENT)
    expect(found).toMatchObject({ state: 'unsure', candidates: [{ id: 'ftjob-bare' }, { id: 'ftjob-bare-2' }] })
  })

  it('takes no job of another attempt, nor one that is older', async () => {
    const another = { ...bare, metadata: { anytune: 'run-abc-job-2' } }
    const older = { ...bare, created_at: SINCE - 1, training_file: 'file-theirs' }
    expect(await find(() => list(another, older, bare), SENT)).toEqual({ state: 'unsure', candidates: [] })
  })

  it('ends where the list does not', async () => {
    let id = 0
    const page = () => list(...Array.from({ length: 20_000 }, () => ({ ...others, id: `ftjob-${id++}` })))
    const finding = find(({ query }) => (query.has('metadata[anytune]') ? list() : { ...page(), has_more: true }), SENT)
    await expect(finding).rejects.toThrow('the list does not end')
  }, 60_000)

  it('promises that there is none only when the request was never sent', async () => {
    expect(await find(() => list())).toEqual({ state: 'absent' })
    expect(await find(() => list(), SENT)).toEqual({ state: 'unsure', candidates: [] })
  })
})

describe('a host that cannot pause', () => {
  it('says so for a job that is there', async () => {
    await using at = await driverOf({ 'GET /fine_tuning/jobs/j': () => vendorJob({ id: 'j' }) })
    await expect(at.jobs.pause('j', contextOf())).rejects.toMatchObject({
      code: 'unsupported',
      operation: 'jobs.pause',
    })
  })

  it('says that the job is not there, when it is not', async () => {
    await using at = await driverOf({})
    await expect(at.jobs.pause('j', contextOf())).rejects.toMatchObject({ status: 404 })
  })
})

describe('a list', () => {
  it('goes on where the service says there is more, and skips what is no job', async () => {
    const page = { object: 'list', data: [vendorJob({ id: 'a' }), null, vendorJob({ id: 'b' })], has_more: true }
    await using at = await driverOf({ 'GET /fine_tuning/jobs': () => page })
    const { items, next } = await at.jobs.list({ limit: 3, after: 'z' }, contextOf())
    expect(items.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(next).toBe('b')
    expect(Object.fromEntries(at.host.asked[0]?.query ?? [])).toEqual({ limit: '3', after: 'z' })
  })
})
