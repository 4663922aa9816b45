import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AnytuneError, type Permit } from '@anytune/core/driver'
import { describe, expect, it } from 'vitest'
import {
  attempt,
  chatPermit,
  context,
  makePlace,
  namesIn,
  rows,
  stage,
  stagePermit,
  stagingFile,
  toText,
} from './support.ts'

/** What others than the owner may do; Windows does not say it in the mode. */
const OTHERS = process.platform === 'win32' ? 0 : 0o077

const TEXT = toText(rows())

describe('staging', () => {
  it('keeps the very bytes, for their owner alone, and finds them again', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const file = stagingFile(TEXT)
    const same = attempt()
    const sent: number[] = []
    expect(await driver.datasets.find(file, same, context())).toEqual({ state: 'absent' })
    for (let time = 0; time < 2; time++) {
      const progress = (bytes: number) => sent.push(bytes)
      await driver.datasets.create(file, same, stagePermit(file.sha256), context({ progress }))
    }
    expect(sent).toEqual([file.bytes])
    const path = join(place.data, 'datasets', `${same.key}.jsonl`)
    expect(await readFile(path, 'utf8')).toBe(TEXT)
    expect((await stat(path)).mode & OTHERS).toBe(0)
    expect(await readFile(join(place.data, 'datasets', '.gitignore'), 'utf8')).toBe('*\n')
    const expected = { id: same.key, status: 'ready', bytes: file.bytes, sha256: file.sha256 }
    expect(await driver.datasets.find(file, same, context())).toMatchObject({ state: 'found', value: expected })

    const other = stagingFile(toText(rows(3)))
    expect(await driver.datasets.find(other, same, context())).toEqual({ state: 'absent' })
    await expect(driver.datasets.create(other, same, stagePermit(other.sha256), context())).rejects.toMatchObject({
      code: 'already-exists',
    })
  })

  it('takes no permit but that of the gate, for this dataset', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const file = stagingFile(TEXT)
    // A permit that anybody can write.
    const forged = { purpose: 'stage', sha256: file.sha256, verdict: 'yes' } as unknown as Permit
    for (const permit of [forged, stagePermit('0'.repeat(64)), chatPermit()]) {
      const refused = driver.datasets.create(file, attempt(), permit, context())
      await expect(refused).rejects.toBeInstanceOf(AnytuneError)
      await expect(refused).rejects.toMatchObject({ code: 'policy-refused' })
    }
    expect(await namesIn(place.folder)).toEqual([])
  })

  it('keeps nothing of a stream that breaks, or is aborted', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const file = stagingFile(TEXT)
    const stop = new AbortController()
    const broken = {
      ...file,
      async *open() {
        yield Buffer.from('{"mess')
        throw new Error('changed since the plan')
      },
    }
    const aborted = {
      ...file,
      async *open() {
        yield Buffer.from('{"mess')
        stop.abort(new Error('enough'))
        yield Buffer.from('ages')
      },
    }
    const permit = stagePermit(file.sha256)
    await expect(driver.datasets.create(broken, attempt(), permit, context())).rejects.toThrow('changed since')
    await expect(driver.datasets.create(aborted, attempt(), permit, context({ signal: stop.signal }))).rejects.toThrow(
      'enough',
    )
    expect(await namesIn(join(place.data, 'datasets'))).toEqual([])
    expect(await driver.datasets.list({ limit: 9 }, context())).toEqual({ items: [] })
  })

  it('abandons what a killed process left, and nothing else', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const kept = await stage(driver)
    const [mine, other] = [attempt('lost-attempt'), '.unfinished-lost-attempt-2.x']
    for (const name of ['.unfinished-lost-attempt.x', other])
      await writeFile(join(place.data, 'datasets', name), 'rows')
    await driver.datasets.abandon?.({ name: 'rows.jsonl' }, mine, context())
    await driver.datasets.abandon?.({ name: 'rows.jsonl' }, mine, context())
    expect(await namesIn(join(place.data, 'datasets'))).toEqual([other, `${kept}.json`, `${kept}.jsonl`])
  })
})

describe('a staged dataset', () => {
  it('can be deleted, once', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const id = await stage(driver)
    await driver.datasets.delete?.(id, context())
    expect(await namesIn(join(place.data, 'datasets'))).toEqual([])
    await expect(driver.datasets.get(id, context())).rejects.toMatchObject({ code: 'not-found' })
    await expect(driver.datasets.delete?.(id, context())).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is shown as damaged when its file is, and can still be deleted', async () => {
    const place = await makePlace()
    const driver = place.driver()
    const [gone, cut, bare] = [await stage(driver), await stage(driver), await stage(driver)]
    const path = (name: string) => join(place.data, 'datasets', name)
    await rm(path(`${gone}.jsonl`))
    await writeFile(path(`${cut}.jsonl`), 'x')
    await writeFile(path(`${bare}.json`), 'not a record')
    const { items } = await driver.datasets.list({ limit: 9 }, context())
    const shown = Object.fromEntries(items.map(({ id, status, rawStatus }) => [id, `${status} ${rawStatus}`]))
    expect(shown).toEqual({ [gone]: 'failed damaged', [cut]: 'failed damaged', [bare]: 'failed incomplete' })
    for (const { id } of items) await driver.datasets.delete?.(id, context())
    expect(await namesIn(path(''))).toEqual([])
  })
})
