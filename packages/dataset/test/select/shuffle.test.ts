import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shuffleRows } from '../../src/index.ts'
import { errorOf } from '../support.ts'
import { all, manyRows, row, rowsOf, texts } from './support.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anytune-shuffle-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('shuffling', () => {
  it('gives every row once, in an order that does not depend on the order before or on the memory', async () => {
    const given = fc
      .array(
        fc.integer({ min: 0, max: 40 }).map((value) => row(value)),
        { maxLength: 60 },
      )
      .chain((lines) =>
        fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length }), fc.string()),
      )
    await fc.assert(
      fc.asyncProperty(given, async ([lines, reordered, seed]) => {
        const shuffled = await texts(shuffleRows(rowsOf(lines), { seed }))
        expect(shuffled.toSorted()).toEqual(lines.toSorted())
        expect(await texts(shuffleRows(rowsOf(reordered), { seed }))).toEqual(shuffled)
        const tight = { seed, maximumMemoryBytes: 500, temporaryFolder: folder }
        expect(await texts(shuffleRows(rowsOf(lines), tight))).toEqual(shuffled)
      }),
    )
  })

  it('really mixes: few rows keep their place, and copies of a row are spread', async () => {
    const lines = [...manyRows(900), ...Array.from({ length: 100 }, () => row('same'))]
    const shuffled = await texts(shuffleRows(rowsOf(lines)))
    expect(shuffled.filter((text, index) => text === lines[index]).length).toBeLessThan(30)
    const neighbours = shuffled.filter((text, index) => text === row('same') && shuffled[index + 1] === text)
    expect(neighbours.length).toBeLessThan(40)
  })

  it('rows keep what they say and where they stood, also by way of the temporary file', async () => {
    const lines = manyRows(300)
    const rows = shuffleRows(rowsOf(lines), { maximumMemoryBytes: 2000, temporaryFolder: folder })
    const found = await all(rows.open())
    expect(found).toHaveLength(300)
    for (const { line, bytes, example, hash } of found) {
      expect(bytes.toString()).toBe(lines[line - 1])
      expect(example()).toMatchObject({ kind: 'completion', completion: String(line - 1) })
      expect(hash()).toHaveLength(32)
    }
  })

  it('the temporary file has no name while it is used, and nothing is left of it', async () => {
    const rows = shuffleRows(rowsOf(manyRows(300)), { maximumMemoryBytes: 2000, temporaryFolder: folder })
    for await (const _ of rows.open()) {
      expect(await readdir(folder)).toEqual([])
      break
    }
    expect(await readdir(folder)).toEqual([])
  })

  it('a folder that takes no file is said', async () => {
    const rows = shuffleRows(rowsOf(manyRows(30)), { maximumMemoryBytes: 0, temporaryFolder: join(folder, 'absent') })
    const error = await errorOf(texts(rows))
    expect(error).toMatchObject({ code: 'temporary-storage' })
    expect(String(error)).toContain('ENOENT')
  })
})
