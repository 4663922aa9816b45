import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkDataset, DATASET_RULES, DatasetError, detectFormat, fileSource, type Example } from '../src/index.ts'
import { check, chunked, errorOf, source } from './support.ts'

const MIXED = join(import.meta.dirname, 'fixtures', 'mixed.jsonl')
const COMPLETION = '{"prompt":"p","completion":"c"}'

describe('a report', () => {
  it('counts what the file holds', async () => {
    expect(await checkDataset(fileSource(MIXED))).toEqual({
      name: 'mixed.jsonl',
      container: 'jsonl',
      format: 'openai-chat',
      examples: 7,
      accepted: 4,
      rejected: {
        count: 3,
        first: [
          {
            line: 6,
            rule: 'no-target',
            field: 'messages',
            message: 'no message is the assistant’s, so nothing would be learned',
          },
          {
            line: 7,
            rule: 'no-target',
            field: 'messages',
            message: 'no message is the assistant’s, so nothing would be learned',
          },
          {
            line: 8,
            rule: 'invalid-json',
            message: 'the row ends before its JSON value is complete',
            hint: expect.stringContaining('cut off'),
          },
        ],
        byRule: { 'no-target': 2, 'invalid-json': 1 },
      },
      blankLines: 1,
      // `wc -c` and `sha256sum` of the fixture.
      bytes: 1046,
      sha256: 'b817fecb08c85818344455d08cbcc448bf8498cba59b37cbc616f09321359999',
      counts: {
        messages: 11,
        messagesByRole: { system: 1, developer: 0, user: 4, assistant: 5, tool: 1, function: 0 },
        withTools: 1,
        toolCalls: 1,
        images: 1,
      },
    })
  })

  it('lists as many rejections as asked for and counts all', async () => {
    const report = await check(`${COMPLETION}\n${'{}\n'.repeat(5)}`, { maximumListed: 2 })
    expect(report.rejected).toMatchObject({ count: 5, byRule: { 'missing-key': 5 } })
    expect(report.rejected.first.map(({ line }) => line)).toEqual([2, 3])
  })

  it('lists a thousand unless told', async () => {
    const report = await check('[]\n'.repeat(1500), { format: 'openai-chat' })
    expect(report.rejected.count).toBe(1500)
    expect(report.rejected.first).toHaveLength(1000)
  })

  it.each(['', '\n\n \r\n'])('of a file without rows (%j) has 0 examples and no format', async (content) => {
    const report = await check(content)
    expect(report).toMatchObject({ examples: 0, accepted: 0, rejected: { count: 0 } })
    expect(report).not.toHaveProperty('format')
    expect(Object.keys(DATASET_RULES)).toContain('empty-dataset')
  })

  it('includes injected rules', async () => {
    const rule = {
      id: 'too-short',
      summary: 'The completion has at least two characters.',
      check: (example: Example, line: number) =>
        example.kind === 'completion' && example.completion.length < 2
          ? { line, rule: 'too-short', message: 'the completion is too short' }
          : undefined,
    }
    const report = await check(`${COMPLETION}\n{"prompt":"p","completion":"cc"}`, { rules: [rule] })
    expect(report).toMatchObject({ accepted: 1, rejected: { count: 1, byRule: { 'too-short': 1 } } })
  })

  it('tells how far it is', async () => {
    const seen: unknown[] = []
    await checkDataset(chunked(`${COMPLETION}\n${COMPLETION}\n`, 32), { onProgress: (progress) => seen.push(progress) })
    expect(seen).toEqual([
      { bytes: 32, lines: 1 },
      { bytes: 64, lines: 2 },
    ])
  })

  it('stops with the signal’s reason in the middle of a file', async () => {
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const onProgress = () => controller.abort(reason)
    const from = chunked(`${COMPLETION}\n`.repeat(10), 32)
    expect(await errorOf(checkDataset(from, { signal: controller.signal, onProgress }))).toBe(reason)
  })

  it('refuses a source that had no row and then has one', async () => {
    let opened = 0
    async function* open() {
      if (opened++ > 0) yield Buffer.from(`${COMPLETION}\n`)
    }
    const error = await errorOf(checkDataset({ name: 'moving.jsonl', open }))
    expect(error).toMatchObject({ code: 'unreadable', message: 'moving.jsonl changed while it was read' })
  })
})

describe('the format', () => {
  const chat = '{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}]}'

  it.each([
    ['openai-chat', chat],
    ['openai-preference', '{"input":{},"preferred_output":[],"non_preferred_output":[]}'],
    ['prompt-completion', COMPLETION],
    ['openai-chat', `{broken\n[]\n\n${chat}\n${chat}`],
    ['openai-chat', `{broken\n${chat}\n{"tools":[]}\n{}`],
    ['openai-chat', `${COMPLETION}\n${chat}\n${chat}`],
    [undefined, `${COMPLETION}\n${chat}`],
    ['text', '{"text":"t"}'],
    [undefined, '{"question":"t"}'],
    [undefined, ''],
  ])('%s', async (format, content) => {
    expect(await detectFormat(source(content))).toBe(format)
  })

  it('is found behind many broken rows', async () => {
    expect(await detectFormat(source(`${'{"messages":\n'.repeat(5000)}${chat}\n`))).toBe('openai-chat')
  })

  it('is voted on by the first 20 readable rows only', async () => {
    expect(await detectFormat(source(`${`${COMPLETION}\n`.repeat(20)}${`${chat}\n`.repeat(100)}`))).toBe(
      'prompt-completion',
    )
  })

  it('that is given always wins', async () => {
    const report = await check(`${chat}\n`.repeat(3), { format: 'prompt-completion' })
    expect(report).toMatchObject({ format: 'prompt-completion', accepted: 0, rejected: { count: 3 } })
  })

  it('that cannot be found is an error that names the formats known and the first broken row', async () => {
    const error = await errorOf(check('{"question":"t"}\n{"question"'))
    expect(error).toBeInstanceOf(DatasetError)
    expect(error).toMatchObject({ code: 'unknown-format', message: expect.stringContaining('line 2 (invalid-json)') })
    for (const format of ['openai-chat', 'openai-preference', 'prompt-completion']) {
      expect(error).toMatchObject({ hint: expect.stringContaining(format) })
    }
    expect(error).toMatchObject({ hint: expect.stringContaining('prompt=question') })
  })

  it('of which half the rows are another is an error that names the two', async () => {
    const error = await errorOf(check(`${chat}\n{"prompt":"a","completion":"b"}\n`))
    expect(error).toMatchObject({ hint: 'name the format that is meant: openai-chat, prompt-completion' })
  })

  it('of a file without any readable row is an error that says so', async () => {
    const error = await errorOf(check('no json\nat all\n'))
    expect(error).toMatchObject({
      message: expect.stringContaining('none of its rows is a readable JSON object'),
      // To name a format would not help.
      hint: expect.not.stringContaining('openai-chat'),
    })
  })
})

describe('a file', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'anytune-dataset-'))
    await mkdir(join(folder, 'folder'))
    await writeFile(join(folder, 'data.jsonl'), COMPLETION)
    await symlink(join(folder, 'loop'), join(folder, 'loop'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each([
    ['missing.jsonl', 'not-found'],
    [join('data.jsonl', 'inside.jsonl'), 'not-found'],
    ['folder', 'not-a-file'],
    ['loop', 'unreadable'],
  ])('%s is %s', async (name, code) => {
    const error = await errorOf(checkDataset(fileSource(join(folder, name))))
    expect(error).toBeInstanceOf(DatasetError)
    expect(error).toMatchObject({ code, hint: expect.stringMatching(/\w/), message: expect.stringContaining(folder) })
  })

  it('is looked at when it is read, not when the source is made', async () => {
    const late = fileSource(join(folder, 'late.jsonl'))
    await writeFile(join(folder, 'late.jsonl'), COMPLETION)
    expect(await checkDataset(late)).toMatchObject({ name: 'late.jsonl', accepted: 1 })
  })

  it('larger than a chunk is read whole', async () => {
    const path = join(folder, 'large.jsonl')
    const rows = Array.from({ length: 40_000 }, (_, index) => `{"prompt":"${index} é","completion":"c"}\n`)
    await writeFile(path, rows.join(''))
    const fromFile = await checkDataset(fileSource(path))
    expect(fromFile.accepted).toBe(40_000)
    expect(fromFile.sha256).toBe((await check(rows.join(''))).sha256)
  })
})
