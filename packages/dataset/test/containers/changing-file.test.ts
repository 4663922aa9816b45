import { appendFile, mkdtemp, open, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkDataset, fileSource, measureEncoding, type DatasetSource } from '../../src/index.ts'
import { errorOf } from '../support.ts'

const ROW = '{"prompt":"p","completion":"c"}\n'
/** More than one chunk. */
const CONTENT = ROW.repeat(30_000)

let folder = ''
let path = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anytune-changing-'))
  path = join(folder, 'rows.jsonl')
})
afterAll(() => rm(folder, { recursive: true }))

/** The file, on which something happens once its first chunk has been read. */
function interfered(happens: () => Promise<unknown>): DatasetSource {
  const from = fileSource(path)
  async function* opened() {
    let first = true
    for await (const chunk of from.open()) {
      yield chunk
      if (first) await happens()
      first = false
    }
  }
  return { ...from, open: opened }
}

const CHANGES = {
  grows: () => appendFile(path, ROW),
  'is cut short': () => truncate(path, 300_000),
  'is written over in place': async () => {
    const file = await open(path, 'r+')
    await file.write('x', 500_000)
    await file.close()
  },
}

describe('a file that, while it is read,', () => {
  it.each(Object.entries(CHANGES))('%s is an error that names it', async (_what, happens) => {
    const options = { to: 'prompt-completion', from: 'prompt-completion', onRejected: 'skip' } as const
    for (const read of [
      () => checkDataset(interfered(happens), { format: 'prompt-completion' }),
      () => measureEncoding(interfered(happens), options),
    ]) {
      await writeFile(path, CONTENT)
      expect(await errorOf(read())).toMatchObject({
        code: 'unreadable',
        message: `${path} changed while it was read`,
        hint: expect.any(String),
      })
    }
  })

  it('disappears, or is replaced as editors do, is read as it was', async () => {
    await writeFile(path, CONTENT)
    await writeFile(`${path}.new`, ROW)
    const replaced = interfered(() => rename(`${path}.new`, path))
    expect(await checkDataset(replaced, { format: 'prompt-completion' })).toMatchObject({ accepted: 30_000 })
    await writeFile(path, CONTENT)
    const removed = interfered(() => rm(path))
    expect(await checkDataset(removed, { format: 'prompt-completion' })).toMatchObject({ accepted: 30_000 })
  })

  it('disappears between two readings is not found', async () => {
    await writeFile(path, CONTENT)
    const from = fileSource(path)
    await checkDataset(from)
    await rm(path)
    expect(await errorOf(checkDataset(from))).toMatchObject({ code: 'not-found' })
  })
})
