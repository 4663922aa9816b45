import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BASE_MODELS, DEFAULT_HYPERPARAMETERS } from '@anytune/trainer'
import { createDriver, local, localCapabilities } from '@anytune/local'
import { describe, expect, it } from 'vitest'
import { conditionFlags } from '../src/runner/launch.ts'
import { attempt, context, makePlace, namesIn, stage, stagePermit, stagingFile } from './support.ts'

const TARGET = { baseModel: 'scratch-tiny', method: 'supervised', providerOptions: {} } as const

describe('making the driver', () => {
  it('touches nothing', async () => {
    const place = await makePlace()
    const driver = place.driver()
    expect(await driver.jobs.list({ limit: 1 }, context())).toEqual({ items: [] })
    expect(await driver.models.list({ limit: 1 }, context())).toEqual({ items: [] })
    await driver.preflight(TARGET, context())
    expect(await namesIn(place.folder)).toEqual([])
  })

  it('has one scope for one directory, whichever way it is named, before and after it is made', async () => {
    const place = await makePlace()
    const { scope } = place.driver()
    expect(scope).toMatch(/^[0-9a-f]{8}$/)
    expect(local({ directory: pathToFileURL(`${place.data}/`) }).scope).toBe(scope)
    await stage(place.driver())
    expect(place.driver().scope).toBe(scope)
    await symlink(place.folder, join(place.folder, 'link'))
    expect(local({ directory: join(place.folder, 'link', 'data') }).scope).toBe(scope)
    expect(local({ directory: join(place.folder, 'other') }).scope).not.toBe(scope)
  })

  it('keeps its data in .anytune/local of the working directory, unless told otherwise', () => {
    expect(local().scope).toBe(local({ directory: '.anytune/local' }).scope)
    expect(createDriver(undefined).scope).toBe(createDriver({}).scope)
    const { scope } = local({ directory: '/project/.anytune/local' })
    expect(createDriver({}, { folder: '/project' }).scope).toBe(scope)
    expect(createDriver({ directory: './.anytune/local' }, { folder: '/project/' }).scope).toBe(scope)
    expect(createDriver({ directory: '/project/.anytune/local' }, { folder: '/elsewhere' }).scope).toBe(scope)
  })

  it.each<readonly [unknown, RegExp]>([
    [{ directroy: 'x' }, /no option "directroy"/],
    [{ directory: 7 }, /directory is not valid/],
    [{ directory: '' }, /directory is not valid/],
    [{ directory: new URL('https://example.org/') }, /must be a file URL/],
    ['text', /the value is not valid/],
  ])('refuses the options %j, naming what is wrong and what there is', (options, message) => {
    const made = () => createDriver(options)
    expect(made).toThrow(message)
    expect(made).toThrow(expect.objectContaining({ code: 'configuration', hint: expect.stringContaining('directory') }))
  })

  it('refuses every option of a job: there are none', () => {
    const { options } = local()
    expect(options.job({})).toEqual({})
    expect(() => options.job({ speed: 'fast' })).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})

describe('what it can do', () => {
  it('is what the trainer can do', () => {
    expect(Object.keys(localCapabilities.baseModels.known)).toEqual(Object.keys(BASE_MODELS))
    for (const ranges of Object.values(DEFAULT_HYPERPARAMETERS)) {
      for (const [name, { minimum, maximum }] of Object.entries(ranges)) {
        expect(localCapabilities.methods.supervised.hyperparameters).toHaveProperty(
          name,
          expect.objectContaining({ minimum, maximum }),
        )
      }
    }
  })

  it('stays on this computer', () => {
    expect(local().offering({ operation: 'train', providerOptions: {} }).egress).toBe('none')
  })
})

describe('a data directory that cannot be used', () => {
  it('is told before anything is made, and by an error with a hint when it is tried', async () => {
    const place = await makePlace()
    await mkdir(place.folder, { recursive: true })
    await writeFile(place.data, 'a file')
    const driver = place.driver()
    expect(await driver.preflight(TARGET, context())).toMatchObject([
      { id: 'data-directory', result: 'failed', hint: expect.stringContaining('another directory') },
    ])
    const file = stagingFile('{}\n')
    const tried = driver.datasets.create(file, attempt(), stagePermit(file.sha256), context())
    const error = await tried.catch((thrown: unknown) => thrown)
    expect(driver.classify(error, 'datasets.create')).toMatchObject({ code: 'configuration', reached: 'yes' })
    const listed = await driver.jobs.list({ limit: 1 }, context()).catch((thrown: unknown) => thrown)
    expect(driver.classify(listed, 'jobs.list').code).toBe('configuration')
  })
})

describe('the runner’s flags', () => {
  it('are the conditions of this process alone', () => {
    const flags = [
      '--inspect=9229',
      '--conditions=a',
      '-C',
      'b',
      '--input-type=module',
      '--conditions',
      'c',
      '--import=x',
    ]
    expect(conditionFlags(flags)).toEqual(['--conditions=a', '-C', 'b', '--conditions', 'c'])
  })
})
