import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { adapterText, installed, project, SECRET, useProbe } from './project.ts'

const load = useProbe()

const COMMONJS = { 'package.json': { name: 'x', type: 'commonjs' } }
const MODULE = { 'package.json': { name: 'x', type: 'module' } }
const acme = installed('@acme/tuning', adapterText('acme'))
const config = (profiles: string, imports = `import { acme } from '@acme/tuning'`) =>
  `${imports}\nexport default { providers: { ${profiles} } }\n`

describe('a configuration in TypeScript', () => {
  it('is found upward from the working directory and opens its only profile', async () => {
    const folder = project({
      ...MODULE,
      ...acme,
      'anytune.config.ts': `import { acme } from '@acme/tuning'
        const region: string = 'here'
        export default { providers: { prod: () => acme({ region }) }, models: { small: { prod: 'acme-1' } } }`,
      'deep/er/file.txt': '',
    })
    const { opened, warnings } = await load({ cwd: join(folder, 'deep/er') })
    expect(opened).toEqual({
      profile: 'prod',
      provider: 'acme',
      options: { region: 'here' },
      models: { small: 'acme-1' },
      stateDirectory: join(folder, '.anytune'),
      file: join(folder, 'anytune.config.ts'),
    })
    expect(warnings).toEqual([])
  })

  it.each([
    ['anytune.config.ts', COMMONJS],
    ['anytune.config.mts', COMMONJS],
    ['anytune.config.js', COMMONJS],
    ['anytune.config.mjs', COMMONJS],
    ['anytune.config.ts', { 'package.json': { name: 'without-type' } }],
    ['anytune.config.js', {}],
  ])('works as %s in the project %j, without a warning', async (name, manifest) => {
    const folder = project({ ...manifest, ...acme, [name]: config(`prod: () => acme({ region: 'here' })`) })
    const { opened, warnings, error } = await load({ cwd: folder })
    expect(error).toBeUndefined()
    expect(opened).toMatchObject({ provider: 'acme', options: { region: 'here' } })
    expect(warnings).toEqual([])
  })

  it('imports TypeScript of a CommonJS project that is written as a module', async () => {
    const folder = project({
      ...COMMONJS,
      ...acme,
      'settings.ts': `import path from 'node:path'\nexport const settings: { region: string } = { region: path.sep }`,
      'anytune.config.ts': config(
        'prod: () => acme(settings)',
        `import { acme } from '@acme/tuning'\nimport { settings } from './settings.ts'`,
      ),
    })
    expect((await load({ cwd: folder })).opened).toMatchObject({ options: { region: '/' } })
  })

  it('calls the chosen thunk alone, so that no other vendor is loaded', async () => {
    const noting = (name: string) =>
      installed(`@acme/${name}`, `globalThis.loaded.push('${name}')\n${adapterText(name)}`)
    const folder = project({
      ...MODULE,
      ...noting('one'),
      ...noting('two'),
      'anytune.config.ts': `export default { provider: 'first', providers: {
        first: async () => (await import('@acme/one')).createDriver({}),
        second: async () => (await import('@acme/two')).createDriver({}) } }`,
    })
    expect(await load({ cwd: folder, provider: 'second' })).toMatchObject({
      opened: { profile: 'second', provider: 'two' },
      loaded: ['two'],
    })
  })

  it('resolves packages under the conditions of the process', async () => {
    const folder = project({
      ...MODULE,
      'node_modules/@acme/tuning/package.json': {
        name: '@acme/tuning',
        type: 'module',
        exports: { '.': { '@anytune/source': './source.js', default: './index.js' } },
      },
      'node_modules/@acme/tuning/source.js': adapterText('source'),
      'node_modules/@acme/tuning/index.js': adapterText('built'),
      'anytune.config.ts': config('prod: () => createDriver({})', `import { createDriver } from '@acme/tuning'`),
      'yaml/anytune.yaml': 'providers:\n  prod:\n    use: "@acme/tuning"\n',
    })
    expect((await load({ cwd: folder })).opened?.provider).toBe('source')
    expect((await load({ cwd: join(folder, 'yaml') })).opened?.provider).toBe('source')
  })

  it('keeps the state directory where the configuration says, seen from its own folder', async () => {
    const folder = project({
      ...MODULE,
      ...acme,
      'a/anytune.config.ts': `import { acme } from '@acme/tuning'
        export default { providers: { prod: () => acme({}) }, stateDirectory: '../state' }`,
    })
    const { opened } = await load({ cwd: folder, config: 'a/anytune.config.ts' })
    expect(opened?.stateDirectory).toBe(join(folder, 'state'))
  })
})

describe('choosing a profile', () => {
  const two = {
    ...MODULE,
    ...acme,
    'anytune.config.ts': `import { acme } from '@acme/tuning'
      export default { provider: 'prod', providers: { prod: () => acme({ is: 'prod' }), spare: () => acme({ is: 'spare' }), third: () => acme({}) } }`,
  }

  it('takes the one asked for, then ANYTUNE_PROVIDER, then that of the configuration', async () => {
    const cwd = project(two)
    const env = { ANYTUNE_PROVIDER: 'spare' }
    expect((await load({ cwd, env, provider: 'third' })).opened?.profile).toBe('third')
    expect((await load({ cwd, env })).opened?.profile).toBe('spare')
    expect((await load({ cwd, env: { ANYTUNE_PROVIDER: '' } })).opened?.profile).toBe('prod')
    expect((await load({ cwd })).opened?.profile).toBe('prod')
  })

  it('names the profiles when the name is unknown, and where the name came from', async () => {
    const cwd = project(two)
    const { error } = await load({ cwd, env: { ANYTUNE_PROVIDER: 'spar' } })
    expect(error).toMatchObject({
      code: 'configuration',
      message: 'there is no profile "spar" (ANYTUNE_PROVIDER)',
      hint: 'did you mean "spare"? the profiles are: prod, spare, third',
    })
  })

  it('asks for a choice when there are several and none is chosen', async () => {
    const cwd = project({ ...two, 'anytune.config.ts': two['anytune.config.ts'].replace(`provider: 'prod', `, '') })
    const { error } = await load({ cwd })
    expect(error?.message).toBe('the configuration has 3 profiles and chooses none')
    expect(error?.hint).toContain('ANYTUNE_PROVIDER; the profiles are: prod, spare, third')
  })
})

describe('a package that is not installed', () => {
  const importing = {
    'anytune.config.ts': config('prod: () => bedrock({})', `import { bedrock } from '@anytune/bedrock'`),
    'lazy/anytune.config.ts': config(`prod: async () => (await import('@anytune/bedrock/client')).bedrock({})`, ''),
    'yaml/anytune.yaml': `providers:\n  prod:\n    use: bedrock\n    apiKey: ${SECRET}\n`,
  }
  it.each([
    [{ 'package.json': {}, 'pnpm-lock.yaml': '' }, 'pnpm add @anytune/bedrock'],
    [{ 'package.json': {}, 'pnpm-workspace.yaml': '', 'pnpm-lock.yaml': '' }, 'pnpm add -w @anytune/bedrock'],
    [{ 'package.json': {}, 'yarn.lock': '' }, 'yarn add @anytune/bedrock'],
    [{ 'package.json': {}, 'bun.lock': '' }, 'bun add @anytune/bedrock'],
    [{ 'package.json': {}, 'package-lock.json': {} }, 'npm install @anytune/bedrock'],
    [{ 'package.json': { packageManager: 'yarn@4.1.0' }, 'package-lock.json': {} }, 'yarn add @anytune/bedrock'],
    [{ 'package.json': {} }, 'npm install @anytune/bedrock'],
  ])('is named with its install command: %j -> %s', async (files, command) => {
    const cwd = project({ ...files, ...importing })
    const { error } = await load({ cwd })
    expect(error).toMatchObject({
      code: 'configuration',
      message: 'anytune.config.ts: the package "@anytune/bedrock" is not installed',
      hint: `install it: ${command}`,
      data: { package: '@anytune/bedrock', install: command },
    })
  })

  it('is named when a thunk imports it, and when YAML uses it', async () => {
    const folder = project({ ...importing, 'package.json': {} })
    const lazy = await load({ cwd: folder, config: 'lazy/anytune.config.ts' })
    expect(lazy.error).toMatchObject({
      message: 'lazy/anytune.config.ts, profile "prod": the package "@anytune/bedrock" is not installed',
      hint: 'install it: npm install @anytune/bedrock',
    })
    const yaml = await load({ cwd: folder, config: 'yaml/anytune.yaml' })
    expect(yaml.error).toMatchObject({
      message: 'yaml/anytune.yaml, line 3, profile "prod": the package "@anytune/bedrock" is not installed',
      hint: 'install it: npm install @anytune/bedrock',
    })
    expect(yaml.inspected).not.toContain(SECRET)
  })

  it('is named with the importing file when an adapter needs it', async () => {
    const cwd = project({
      ...MODULE,
      ...installed('@acme/tuning', `import 'vendor-sdk'\n${adapterText('acme')}`),
      'anytune.config.ts': config('prod: () => acme({})'),
    })
    const { error } = await load({ cwd })
    expect(error?.message).toBe(
      `anytune.config.ts: the package "vendor-sdk", imported by node_modules/@acme/tuning/index.js, is not installed`,
    )
    expect(error?.hint).toBe('install it: npm install vendor-sdk')
  })

  it('is told from one whose files are missing, and from an entry it does not have', async () => {
    const cwd = project({
      ...MODULE,
      ...acme,
      'node_modules/unbuilt/package.json': { name: 'unbuilt', exports: './dist/index.js' },
      'anytune.config.ts': config('prod: () => x({})', `import x from 'unbuilt'`),
      'entry/anytune.config.ts': config('prod: () => x({})', `import x from '@acme/tuning/nope'`),
    })
    expect((await load({ cwd })).error?.message).toContain('"unbuilt" is installed, but a file of it is missing')
    const { error } = await load({ cwd, config: 'entry/anytune.config.ts' })
    expect(error?.message).toBe('entry/anytune.config.ts: the package "@acme/tuning" has no entry "@acme/tuning/nope"')
  })
})

describe('a configuration that cannot be run', () => {
  const key = `const key: string = '${SECRET}'\n`
  it.each([
    [
      'an enum',
      `${key}enum A { B = '${SECRET}' }\nexport default {}`,
      /line 2: this TypeScript cannot be run: enum$/,
      /as const/,
    ],
    [
      'broken TypeScript',
      `${key}export default { a: '${SECRET}' '${SECRET}' }`,
      /line 2: this is not valid TypeScript$/,
      /^$/,
    ],
    [
      'an import without its ending',
      `import { a } from './helper'\nexport default {}`,
      /"\.\/helper" does not exist/,
      /"\.\/helper\.ts"/,
    ],
    [
      'an import with the ending of the build',
      `import { a } from './helper.js'\nexport default {}`,
      /"\.\/helper\.js" does not exist/,
      /"\.\/helper\.ts"/,
    ],
    [
      'an import of a folder',
      `import { a } from './folder'\nexport default {}`,
      /"\.\/folder" is a folder/,
      /"\.\/folder\/index\.ts"/,
    ],
    [
      'an import of a file that is nowhere',
      `import { a } from './nowhere.ts'\nexport default {}`,
      /does not exist/,
      /check the path/,
    ],
    [
      'a type imported as a value',
      `import { a, Thing } from './helper.ts'\nexport default { a }`,
      /"Thing" is imported/,
      /import type \{ Thing \}/,
    ],
    ['a path alias', `import { a } from '~/helper'\nexport default {}`, /"~\/helper" is not a package/, /tsconfig/],
    ['module.exports', `module.exports = {}`, /"module" does not exist here/, /export default/],
    ['no default export', `export const config = {}`, /no default export/, /export default defineConfig/],
    [
      'an error of its own',
      `${key}throw new Error('set ACME_REGION first')`,
      /set ACME_REGION first/,
      /anytune\.config\.ts:2:7/,
    ],
    [
      'an error that quotes a key',
      `${key}export default { a: JSON.parse(key) }`,
      /SyntaxError was thrown at anytune\.config\.ts:2:26/,
      /not repeated/,
    ],
    [
      'a name that does not exist',
      `export default { a: missing }`,
      /missing is not defined/,
      /anytune\.config\.ts:1:21/,
    ],
  ])('says so: %s', async (_what, text, message, hint) => {
    const cwd = project({
      'package.json': { type: 'module' },
      'helper.ts': 'export interface Thing { a: 1 }\nexport const a: Thing = { a: 1 }',
      'folder/index.ts': 'export const a = 1',
      'anytune.config.ts': text,
    })
    const { error, inspected } = await load({ cwd })
    expect(error?.code).toBe('configuration')
    expect(error?.message).toMatch(/^anytune\.config\.ts/)
    expect(error?.message).toMatch(message)
    expect(error?.hint ?? '').toMatch(hint)
    expect(inspected).not.toContain(SECRET)
  })

  it('says so: broken JavaScript, of which Node tells no line', async () => {
    const cwd = project({ 'anytune.config.mjs': `export default { a: '${SECRET}' '${SECRET}' }` })
    const { error, inspected } = await load({ cwd })
    expect(error?.message).toBe('anytune.config.mjs: this is not valid JavaScript')
    expect(error?.hint).toBe('run `node --check` on it, or on the file it imports, to see the place')
    expect(inspected).not.toContain(SECRET)
  })
})

describe('a thunk', () => {
  it.each([
    ['returns a factory', '() => acme', /a function was returned instead of a driver/],
    ['returns nothing', '() => undefined', /what was returned is not a driver/],
    [
      'returns a driver of another interface',
      `() => ({ ...acme({}), spi: 2 })`,
      /version 2 of the driver interface; this @anytune\/core has version 1/,
    ],
    [
      'returns half a driver',
      '() => ({ spi: 1, provider: "x", scope: "y" })',
      /no usable capabilities, options, datasets, jobs, offering, classify/,
    ],
    ['throws an error of its own', `() => { throw new Error('no region') }`, /no region/],
    [
      'throws what quotes a key',
      `() => new Headers({ authorization: '${SECRET}\\n\\n\u0100' })`,
      /TypeError was thrown at anytune\.config\.ts:2/,
    ],
    ['throws text', `() => { throw '${SECRET}' }`, /not an error/],
  ])('that %s is refused by profile', async (_what, thunk, message) => {
    const cwd = project({ ...MODULE, ...acme, 'anytune.config.ts': config(`prod: ${thunk}`) })
    const { error, inspected } = await load({ cwd })
    expect(error?.code).toBe('configuration')
    expect(error?.message).toMatch(/^anytune\.config\.ts, profile "prod": /)
    expect(error?.message).toMatch(message)
    expect(inspected).not.toContain(SECRET)
  })
})
