import { randomBytes } from 'node:crypto'
import type { Attempt, StagingFile } from '@anytune/core/driver'
import { datasetsOf } from '@anytune/openai-compatible'
import { requestPermit } from '../../core/src/policy/gate.ts'
import { NOT_CONFIGURED } from '../../core/src/policy/judgement.ts'
import { describe, expect, it, vi } from 'vitest'
import { stagingState } from '../src/staging-state.ts'
import { contextOf, scriptedHost, type Asked } from './scripted-host.ts'
import { stagingFile, uploadsHost } from './uploads-host.ts'

// A busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

const FRESH: Attempt = { key: 'run-abc-training', since: new Date(0) }
const resumed = (resume: unknown): Attempt => ({ ...FRESH, resume })
const CONTENT = randomBytes(50).toString('hex')

type Host = Awaited<ReturnType<typeof uploadsHost>> | Awaited<ReturnType<typeof scriptedHost>>

/** Ten parts of ten bytes, three at a time. */
function datasets({ client }: Host, given: { uploadAboveBytes?: number; wholeFileBytes?: number } = {}) {
  return datasetsOf({
    client,
    fileStatuses: { processed: 'ready', error: 'failed' },
    uploadAboveBytes: 0,
    partBytes: 10,
    parallelParts: 3,
    order: 'desc',
    ...given,
  })
}

function stage(host: Host, file: StagingFile, attempt = FRESH, context = contextOf(), given = {}) {
  return datasets(host, given).create(
    file,
    attempt,
    requestPermit({ purpose: 'stage', sha256: file.sha256 }, NOT_CONFIGURED),
    context,
  )
}

const isPart = ({ route }: Asked) => route.endsWith('/parts')
const ROUTES_BETWEEN = ['POST /uploads', ...Array.from({ length: 10 }, () => 'POST /uploads/upload_1/parts')]

describe('a large file', () => {
  it('goes up in parts, some at a time, and arrives as it was', async () => {
    await using host = await uploadsHost()
    const context = contextOf()
    expect(await stage(host, stagingFile(CONTENT), FRESH, context)).toEqual({ id: 'file-upload_1' })
    expect(host.files.map(({ content }) => content.toString())).toEqual([CONTENT])
    expect(host.routes()).toEqual([...ROUTES_BETWEEN, 'POST /uploads/upload_1/complete'])
    expect(host.mostUnderWay()).toBeLessThanOrEqual(3)
    expect(JSON.parse(host.asked[0]?.body.toString() ?? '')).toEqual({
      filename: 'staged.jsonl',
      bytes: 100,
      purpose: 'fine-tune',
      mime_type: 'text/jsonl',
    })
    expect(context.sent.at(-1)).toBe(100)
    expect(context.sent).toEqual(context.sent.toSorted((a, b) => a - b))
  })

  it('is written down before each next step: the upload, each part, and before it is completed', async () => {
    await using host = await uploadsHost()
    const context = contextOf()
    const sentParts = () => host.asked.filter(isPart).length
    const seen: number[] = []
    await stage(host, stagingFile(CONTENT), FRESH, {
      ...context,
      save: async (state) => {
        seen.push(sentParts())
        await context.save(state)
      },
    })
    expect(seen[0]).toBe(0)
    expect(context.saved[0]).toMatchObject({ way: 'parts', id: 'upload_1', sent: {}, completing: false })
    expect(context.saved.at(-1)).toMatchObject({ completing: true })
    expect(Object.keys(Object(context.saved.at(-1)).sent)).toHaveLength(10)
    expect(JSON.stringify(context.saved)).not.toContain(CONTENT.slice(0, 10))
  })

  it('repeats the part that failed, and no other', async () => {
    let failed = 0
    await using host = await uploadsHost((asked) =>
      isPart(asked) && failed++ === 4 ? { status: 500, text: '{}' } : undefined,
    )
    await stage(host, stagingFile(CONTENT))
    expect(host.files[0]?.content.toString()).toBe(CONTENT)
    expect(host.asked.filter(isPart)).toHaveLength(11)
  })

  it('is not completed when its stream ends in an error, and nothing goes on behind the caller', async () => {
    await using host = await uploadsHost()
    const broken = stagingFile(CONTENT, new Error('another digest'))
    await expect(stage(host, broken)).rejects.toThrow('another digest')
    expect(host.routes().filter((route) => route.endsWith('/complete'))).toEqual([])
    expect(host.files).toEqual([])
  })

  it('ends at a part that is refused for good', async () => {
    await using host = await uploadsHost((asked) => (isPart(asked) ? { status: 403, text: '{}' } : undefined))
    await expect(stage(host, stagingFile(CONTENT))).rejects.toMatchObject({ status: 403 })
    expect(host.asked.filter(isPart).length).toBeLessThanOrEqual(3)
  })
})

describe('an upload whose life is over, or not told', () => {
  /** A host whose uploads live so long, and are gone after two parts. */
  const livingFor = (times: object) => {
    let parts = 0
    return scriptedHost({
      'POST /uploads': () => ({ id: 'upload_1', ...times }),
      'POST /uploads/upload_1/parts': () => {
        parts += 1
        return parts > 2 ? { status: 400, text: '{}' } : { id: `part_${parts}` }
      },
    })
  }

  it('is told as that when the line was too slow for it', async () => {
    await using host = await livingFor({ created_at: 1000, expires_at: 1000 })
    await expect(stage(host, stagingFile(CONTENT))).rejects.toMatchObject({
      code: 'failed-precondition',
      hint: expect.stringContaining('resume') as string,
    })
  })

  it.each([
    [{ created_at: 1000, expires_at: 4600 }],
    [{ created_at: '2024-07-23T20:00:00Z', expires_at: '2024-07-23T21:00:00Z' }],
    [{}],
  ])('is otherwise the service’s refusal, and can be gone on with: %j', async (times) => {
    await using host = await livingFor(times)
    const context = contextOf()
    await expect(stage(host, stagingFile(CONTENT), FRESH, context)).rejects.toMatchObject({ status: 400 })
    const state = stagingState(resumed(context.saved.at(-1)))
    const expiresAt = state?.way === 'parts' ? state.expiresAt : 0
    expect(expiresAt).toBeGreaterThan(Date.now() + 1_800_000)
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 3_600_000)
  })
})

describe('a large file after a crash', () => {
  /** What the journal has when the process dies in the middle of it. */
  async function interrupted(host: Host, content = CONTENT) {
    const context = contextOf()
    const dying = stagingFile(content.slice(0, 55), new Error('killed'))
    const sixty = { ...dying, bytes: 100, sha256: stagingFile(content).sha256 }
    await expect(stage(host, sixty, FRESH, context)).rejects.toThrow('killed')
    return context.saved.at(-1)
  }

  it('goes on with the parts that arrived', async () => {
    await using host = await uploadsHost()
    const state = await interrupted(host)
    expect(await stage(host, stagingFile(CONTENT), resumed(state))).toEqual({ id: 'file-upload_1' })
    expect(host.files[0]?.content.toString()).toBe(CONTENT)
    // As the journal has them: the ids of the parts that arrived, at their places.
    const arrived: Record<string, { id: string }> = Object(state).sent
    expect(Object.keys(arrived).length).toBeGreaterThan(0)
    const { part_ids } = JSON.parse(host.asked.at(-1)?.body.toString() ?? '')
    for (const [index, { id }] of Object.entries(arrived)) expect(part_ids[Number(index)]).toBe(id)
  })

  it('sends parts again that are not the same any more', async () => {
    await using host = await uploadsHost()
    const state = await interrupted(host, CONTENT.toUpperCase())
    await stage(host, stagingFile(CONTENT), resumed(state))
    expect(host.files[0]?.content.toString()).toBe(CONTENT)
  })

  it('begins anew when the upload has expired', async () => {
    await using host = await uploadsHost()
    const state = { ...Object(await interrupted(host)), expiresAt: Date.now() - 1 }
    expect(await stage(host, stagingFile(CONTENT), resumed(state))).toEqual({ id: 'file-upload_2' })
    expect(host.cancelled).toEqual(['upload_1'])
  })

  it('begins anew when the service has forgotten the upload', async () => {
    const gone = { status: 404, text: '{}' }
    await using host = await uploadsHost(({ route }) =>
      route.startsWith('POST /uploads/upload_1/') && dead ? gone : undefined,
    )
    let dead = false
    const state = await interrupted(host)
    dead = true
    expect(await stage(host, stagingFile(CONTENT), resumed(state))).toEqual({ id: 'file-upload_2' })
  })

  it('is surely absent until it was told to be completed, and then looked for by name and size', async () => {
    await using host = await uploadsHost()
    const file = stagingFile(CONTENT)
    const context = contextOf()
    await stage(host, file, FRESH, context)
    const before = host.asked.length
    const find = (resume?: unknown) => datasets(host).find(file, resumed(resume), contextOf())
    expect(await find()).toEqual({ state: 'absent' })
    expect(await find(context.saved.at(-2))).toEqual({ state: 'absent' })
    expect(host.asked).toHaveLength(before)
    expect(await find(context.saved.at(-1))).toMatchObject({ state: 'found', value: { id: 'file-upload_1' } })
    host.files.splice(0)
    expect(await find(context.saved.at(-1))).toEqual({ state: 'unsure', candidates: [] })
  })

  it('is abandoned by cancelling the upload; again, or without memory of it, is no error', async () => {
    await using host = await uploadsHost()
    const state = await interrupted(host)
    const { abandon } = datasets(host)
    await abandon(stagingFile(CONTENT), resumed(state), contextOf())
    expect(host.cancelled).toEqual(['upload_1'])
    await abandon(stagingFile(CONTENT), FRESH, contextOf())
    await using other = await uploadsHost()
    await datasets(other).abandon(stagingFile(CONTENT), resumed(state), contextOf())
  })
})

describe('a small file', () => {
  const whole = { uploadAboveBytes: 1000 }

  it('goes up in one request, after it was read to its end and the journal knows', async () => {
    const saved: number[] = []
    await using host = await scriptedHost({ 'POST /files': () => ({ id: 'file-1' }) })
    const context = contextOf({ save: async () => void saved.push(host.asked.length) })
    expect(await stage(host, stagingFile(CONTENT), FRESH, context, whole)).toEqual({ id: 'file-1' })
    expect(saved).toEqual([0])
    const body = host.asked[0]?.body.toString() ?? ''
    expect(body).toContain(CONTENT)
    expect(body).toContain('filename="staged.jsonl"')
    expect(body).toMatch(/name="purpose"\r\n\r\nfine-tune/)
  })

  it('is not sent at all when its stream ends in an error', async () => {
    await using host = await scriptedHost({})
    const broken = stagingFile(CONTENT, new Error('another digest'))
    await expect(stage(host, broken, FRESH, contextOf(), whole)).rejects.toThrow('another digest')
    expect(host.asked).toEqual([])
  })
})

describe('a host without uploads', () => {
  it('gets a large file whole, as long as one request may carry it', async () => {
    await using host = await scriptedHost({ 'POST /files': () => ({ id: 'file-1' }) })
    const staged = await stage(host, stagingFile(CONTENT), FRESH, contextOf(), { wholeFileBytes: 100 })
    expect(staged).toEqual({ id: 'file-1' })
    await expect(stage(host, stagingFile(CONTENT), FRESH, contextOf(), { wholeFileBytes: 99 })).rejects.toMatchObject({
      status: 404,
    })
  })
})

describe('reading', () => {
  it('a file that the service could not use says why, without quoting its rows', async () => {
    const file = {
      id: 'file-1',
      filename: 'staged.jsonl',
      bytes: 3,
      created_at: 100,
      status: 'error',
      status_details: 'Line 2: "Anna Schmidt" is no role',
    }
    await using host = await scriptedHost({ 'GET /files/file-1': () => file })
    expect(await datasets(host).get('file-1', contextOf())).toEqual({
      id: 'file-1',
      name: 'staged.jsonl',
      bytes: 3,
      createdAt: new Date(100_000),
      status: 'failed',
      rawStatus: 'error',
      failure: 'Line 2: "…" is no role',
      raw: file,
    })
  })

  it.each([
    ['a page', { status: 200, text: '<html>log in</html>', type: 'text/html' }],
    ['nothing', { status: 200, text: '' }],
    ['an object', { status: 200, text: '{"ok":true}' }],
  ])('%s is no empty list', async (_, answer) => {
    await using host = await scriptedHost({ 'GET /files': () => answer })
    await expect(datasets(host).list({ limit: 10 }, contextOf())).rejects.toThrow(Error)
  })
})
