import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { adapterText, installed, project, SECRET, useProbe } from './project.ts'

const load = useProbe()

const MODULE = { 'package.json': { name: 'x', type: 'module' } }

describe('a configuration in YAML', () => {
  it('opens the adapter it names, from its own folder, with the options beside `use`', async () => {
    const folder = project({
      'package.json': { name: 'outer' },
      'tuning/package.json': { name: 'inner', type: 'commonjs' },
      'tuning/anytune.yaml': `
provider: prod
providers:
  prod: { use: '@acme/tuning', region: here, nested: { list: [1, two] } }
  spare: { use: '@acme/nowhere' }
models:
  small: { prod: acme-1 }
  large: { spare: other-2 }
stateDirectory: ../state
`,
      ...Object.fromEntries(
        Object.entries(installed('@acme/tuning', adapterText('acme'))).map(([path, text]) => [`tuning/${path}`, text]),
      ),
    })
    const { opened } = await load({ cwd: folder, config: 'tuning/anytune.yaml' })
    expect(opened).toEqual({
      profile: 'prod',
      provider: 'acme',
      options: { region: 'here', nested: { list: [1, 'two'] } },
      models: { small: 'acme-1', large: undefined },
      stateDirectory: join(folder, 'state'),
      file: join(folder, 'tuning/anytune.yaml'),
    })
  })

  it.each([
    ['./my-adapter.ts', { 'my-adapter.ts': adapterText('mine', 'const typed: number = 1; void typed') }, 'mine'],
    [
      './my-adapter.js',
      { 'my-adapter.js': adapterText('mine').replaceAll('export ', '') + 'module.exports = { createDriver }' },
      'mine',
    ],
    ['acme', installed('@anytune/acme', adapterText('short')), 'short'],
    ['@acme/tuning', installed('@acme/tuning', adapterText('scoped')), 'scoped'],
    ['anytune-acme', installed('anytune-acme', adapterText('prefixed')), 'prefixed'],
    ['npm:tuning', installed('tuning', adapterText('whole')), 'whole'],
    [
      '@acme/kit/tuning',
      installed('@acme/kit', adapterText('entry'), { exports: { './tuning': './index.js' } }),
      'entry',
    ],
    ['acme', installed('@anytune/acme', adapterText('only'), { exports: { '.': { import: './index.js' } } }), 'only'],
  ])('takes `use: %s`', async (use, files, provider) => {
    const cwd = project({
      'package.json': { type: 'commonjs' },
      ...files,
      'anytune.yml': `providers: { prod: { use: '${use}' } }`,
    })
    const { opened, error } = await load({ cwd })
    expect(error).toBeUndefined()
    expect(opened?.provider).toBe(provider)
  })

  it('awaits a factory that is asynchronous', async () => {
    const cwd = project({
      ...MODULE,
      'a.ts': adapterText('later').replace('export function', 'export async function'),
      'anytune.yaml': 'providers: { prod: { use: ./a.ts } }',
    })
    expect((await load({ cwd })).opened?.provider).toBe('later')
  })

  it('loads no other profile’s adapter, and needs no other profile’s variables', async () => {
    const noting = (name: string) => ({ [`${name}.ts`]: `globalThis.loaded.push('${name}')\n${adapterText(name)}` })
    const cwd = project({
      ...MODULE,
      ...noting('one'),
      ...noting('two'),
      'anytune.yaml':
        'provider: first\nproviders:\n  first: { use: ./one.ts, key: "${env:NOT_SET_HERE}" }\n  second: { use: ./two.ts }\n',
    })
    const { opened, loaded } = await load({ cwd, provider: 'second' })
    expect(opened?.provider).toBe('two')
    expect(loaded).toEqual(['two'])
  })

  it('fills in environment variables, and names one that is not set', async () => {
    const cwd = project({
      ...MODULE,
      'a.ts': adapterText('mine'),
      'anytune.yaml': `providers:\n  prod:\n    use: ./a.ts\n    url: "https://\${env:ACME_HOST}/v1"\n    deep: [{ key: "\${env:ACME_KEY}" }]\n`,
    })
    const env = { ACME_HOST: 'acme.test', ACME_KEY: SECRET }
    expect((await load({ cwd, env })).opened?.options).toEqual({ url: 'https://acme.test/v1', deep: [{ key: SECRET }] })
    const { error } = await load({ cwd, env: { ACME_HOST: 'acme.test' } })
    expect(error).toMatchObject({
      code: 'configuration',
      message:
        'anytune.yaml, line 3, profile "prod": "deep[0].key" needs the environment variable ACME_KEY, which is not set',
      data: { variable: 'ACME_KEY' },
    })
  })
})

describe('an adapter that YAML names and that cannot be used', () => {
  it.each([
    [
      'a module without createDriver',
      './a.ts',
      'export const acme = 1',
      /"\.\/a\.ts" does not export createDriver/,
      /it exports: acme/,
    ],
    ['an empty module', './a.ts', '', /does not export createDriver/, /export a function createDriver/],
    [
      'a driver of another interface',
      './a.ts',
      adapterText('a').replace('spi: 1', 'spi: 7'),
      /version 7 of the driver interface/,
      /belong together/,
    ],
    ['a factory that returns nothing', './a.ts', 'export function createDriver() {}', /not a driver/, /./],
    ['a file that is not there', './b.ts', '', /"\.\/b\.ts" does not exist/, /check the path/],
    ['a folder', './folder', '', /"\.\/folder" is a folder/, /"\.\/folder\/index\.ts"/],
    ['a path without its start', 'a.ts', '', /"use: a\.ts" names no adapter/, /\.\/a\.ts/],
    ['what is no package name', 'https://acme.test/a.js', '', /names no adapter/, /npm:name/],
    ['a module of Node', 'node:fs', '', /names no adapter/, /npm:name/],
  ])('is refused: %s', async (_what, use, text, message, hint) => {
    const cwd = project({
      ...MODULE,
      'a.ts': text,
      'folder/index.ts': '',
      'anytune.yaml': `providers:\n  prod:\n    use: ${use}\n    apiKey: ${SECRET}\n`,
    })
    const { error, inspected } = await load({ cwd })
    expect(error?.code).toBe('configuration')
    expect(error?.message).toMatch(/^anytune\.yaml, line 3, profile "prod": /)
    expect(error?.message).toMatch(message)
    expect(error?.hint).toMatch(hint)
    expect(inspected).not.toContain(SECRET)
  })

  it.each([
    ['its own error', 'throw new Error(`bad key ${options.apiKey} for ${options.region}`)', /bad key … for …$/],
    ['an error of the engine', 'JSON.parse(options.apiKey)', /SyntaxError was thrown at a\.ts:2:\d+$/],
    ['an error of an SDK', 'sdk(options)', /TypeError was thrown at a\.ts:2:\d+$/],
    ['an error with the options as its cause', 'throw new Error("no", { cause: options })', /: no$/],
    ['the options', 'throw options', /something was thrown that is not an error$/],
    [
      'an error of anytune',
      `throw Object.defineProperty(Object.assign(new Error('key ' + options.apiKey), { code: 'unauthenticated', hint: 'not ' + options.apiKey, data: { saw: [options.apiKey] } }), Symbol.for('@anytune/core/error'), { value: true })`,
      /: key …$/,
    ],
  ])('never shows the options: %s', async (_what, statement, message) => {
    const cwd = project({
      ...MODULE,
      ...installed('sdk', 'export function sdk(options) { throw new TypeError(`not accepted: ${options.apiKey}`) }'),
      'a.ts': `import { sdk } from 'sdk'; ${adapterText('a', `${statement}; void sdk;`)}`,
      'anytune.yaml': `providers:\n  prod:\n    use: ./a.ts\n    region: us-east-1\n    apiKey: ${SECRET}\n`,
    })
    const { error, inspected } = await load({ cwd })
    expect(error?.message).toMatch(message)
    expect(inspected).not.toContain(SECRET)
  })

  it('keeps the code of an adapter’s own refusal', async () => {
    const cwd = project({
      ...MODULE,
      'a.ts': `import { AnytuneError } from '@anytune/core/driver'
        export function createDriver() { throw new AnytuneError('unauthenticated', 'no region given', { hint: 'set region' }) }`,
      'anytune.yaml': 'providers: { prod: { use: ./a.ts } }',
    })
    const { error } = await load({ cwd })
    expect(error).toEqual({
      code: 'unauthenticated',
      message: 'anytune.yaml, line 1, profile "prod": no region given',
      hint: 'set region',
    })
  })
})

describe('finding the configuration', () => {
  const yaml = 'providers: { prod: { use: ./a.ts } }'
  const adapter = { 'a.ts': adapterText('mine') }

  it('refuses a folder that holds two, naming both', async () => {
    const cwd = project({ ...MODULE, 'anytune.config.ts': 'export default {}', 'anytune.yaml': yaml })
    const { error } = await load({ cwd: join(cwd, 'node_modules') })
    expect(error?.code).toBe('configuration')
    expect(error?.message).toContain(`${cwd} holds more than one configuration: anytune.config.ts, anytune.yaml`)
  })

  it('takes the nearest, and the named one before any', async () => {
    const cwd = project({
      ...MODULE,
      'anytune.yaml': 'providers: { outer: { use: ./a.ts } }',
      'a.ts': adapterText('outside'),
      'in/anytune.yaml': yaml,
      'in/a.ts': adapterText('inside'),
    })
    expect((await load({ cwd: join(cwd, 'in') })).opened?.provider).toBe('inside')
    expect((await load({ cwd: join(cwd, 'in'), config: '../anytune.yaml' })).opened?.provider).toBe('outside')
  })

  it.each([
    ['nowhere.yaml', /^the configuration nowhere\.yaml does not exist$/],
    ['folder', /^the configuration folder is a folder$/],
    ['a.json', /^the configuration a\.json is not of a kind that can be read$/],
    ['anytune.yaml', /^the configuration anytune\.yaml is a folder$/],
  ])('says what is wrong with %s', async (config, message) => {
    const cwd = project({ ...adapter, 'folder/x': '', 'a.json': {}, 'anytune.yaml/x': '' })
    const { error } = await load({ cwd, config })
    expect(error?.code).toBe('configuration')
    expect(error?.message).toMatch(message)
    expect(error?.hint).toBeTruthy()
  })

  it('says where it looked', async () => {
    const cwd = project({})
    const { error } = await load({ cwd })
    expect(error?.message).toBe(`no configuration found in ${cwd} or a folder above it`)
    expect(error?.hint).toContain('anytune.config.ts or anytune.yaml')
  })
})
