import { describe, expect, it } from 'vitest'
import { configurationOf } from '../../src/config/configuration.ts'
import { checkYamlConfig } from '../../src/config/config-schema.ts'
import { type Config, defineConfig } from '../../src/config/define-config.ts'
import { readYaml } from '../../src/config/read-yaml.ts'
import { SECRET } from './project.ts'
import { refusal } from './refusal.ts'

const driver = () => {
  throw new Error('no driver is made while a configuration is checked')
}

/** As JavaScript would write it: what the types refuse must be refused at run time too. */
function untyped(config: unknown): Config {
  // The point of these tests.
  return config as Config
}

const fromYaml = (text: string) => {
  const { value, locate } = readYaml(text, 'a.yaml')
  return checkYamlConfig(value, locate)
}

describe('defineConfig', () => {
  it('returns the very configuration', () => {
    const config = { provider: 'prod', providers: { prod: driver }, models: { small: { prod: 'm' } } } as const
    expect(defineConfig(config)).toBe(config)
  })

  it.each([
    [
      'an unknown profile in `provider`',
      { provider: 'nope', providers: { prod: driver, spare: driver } },
      'defineConfig: "provider" names the profile "nope", which does not exist',
      'the profiles are: prod, spare',
    ],
    [
      'an unknown profile in `models`',
      { providers: { prod: driver }, models: { small: { prd: 'm' } } },
      'defineConfig: "models.small" names the profile "prd", which does not exist',
      'the profiles are: prod',
    ],
    [
      'a mistyped key',
      { providrs: { prod: driver }, providers: { prod: driver } },
      'defineConfig: unknown key "providrs"',
      'did you mean "providers"? allowed keys: providers, provider, models, stateDirectory, lineage, catalogue, policy',
    ],
    [
      'a key that resembles none',
      { providers: { prod: driver }, temperature: SECRET },
      'defineConfig: unknown key "temperature"',
      'allowed keys: providers, provider, models, stateDirectory, lineage, catalogue, policy',
    ],
    [
      'a policy that has no such key, whatever else is wrong',
      { polic: 1, policy: { version: 1, rules: [{ name: 'a' }], grade: [] } },
      'defineConfig: unknown key "grade"',
      'did you mean "grades"? allowed keys: version, name, rules, defaultClass, grades, attestations',
    ],
    [
      'a driver instead of a function',
      { providers: { prod: { spi: 1, key: SECRET } } },
      'defineConfig: "providers.prod" must be a function that makes a driver, such as () => local({ … })',
      undefined,
    ],
    [
      'a profile that cannot be named on a command line',
      { providers: { '--prod': driver } },
      'defineConfig: "providers.--prod" must be a name of letters, digits, ".", "_" and "-" that starts with a letter or digit',
      undefined,
    ],
    ['no providers', {}, 'defineConfig: "providers" is missing', undefined],
    ['no profile', { providers: {} }, 'defineConfig: "providers" names no profile', 'add one, such as local'],
    ['text', SECRET, 'defineConfig: the configuration must be a set of keys and values', undefined],
    ['nothing', null, 'defineConfig: the configuration must be a set of keys and values', undefined],
    [
      'a model id that is not text',
      { providers: { prod: driver }, models: { small: { prod: 7 } } },
      'defineConfig: "models.small.prod" must be text',
      undefined,
    ],
    [
      'an empty state directory',
      { providers: { prod: driver }, stateDirectory: '' },
      'defineConfig: "stateDirectory" must not be empty',
      undefined,
    ],
  ])('refuses %s', (_what, config, message, hint) => {
    const error = refusal(() => defineConfig(untyped(config)))
    expect(error.message).toBe(message)
    expect(error.hint).toBe(hint)
  })

  it('is checked again where a plain object is loaded', () => {
    const error = refusal(() => configurationOf(untyped({ provider: 'nope', providers: { prod: driver } })))
    expect(error.message).toBe('the configuration: "provider" names the profile "nope", which does not exist')
  })
})

describe('the YAML schema', () => {
  it.each([
    ['providers:\n  prod:\n    use: ./a.ts\nprovidr: prod\n', 'a.yaml, line 4: unknown key "providr"'],
    [
      'providers:\n  prod:\n    use: ./a.ts\nprovider: nope\n',
      'a.yaml, line 4: "provider" names the profile "nope", which does not exist',
    ],
    ['providers:\n  prod:\n    region: here\n', 'a.yaml, line 2: "providers.prod.use" is missing'],
    ['providers:\n  prod: local\n', 'a.yaml, line 2: "providers.prod" must be a set of keys and values'],
    ['providers: [a]\n', 'a.yaml, line 1: "providers" must be a set of keys and values'],
    ['providers:\n  prod:\n    use: 12\n', 'a.yaml, line 3: "providers.prod.use" must be text'],
    [
      'providers: {}\npolicy:\n  version: 1\n  rules:\n    - name: a\n      require: { training-file: { deletion: maybe } }\n',
      'a.yaml, line 6: "rules.0.require.training-file.deletion" must be by-api',
    ],
    [
      'providers:\n  prod:\n    use: x\nstateDirectory: "${env:HOME}/x"\n',
      'a.yaml, line 4: "stateDirectory" holds ${…}, which is filled in only among the options of a provider',
    ],
    [
      'providers:\n  prod:\n    use: "${env:X}"\n',
      'a.yaml, line 3: "providers.prod.use" holds ${…}, which is filled in only among the options of a provider',
    ],
    [
      'providers:\n  prod:\n    use: x\nmodels: { a: { prod: "${env:X}" } }\n',
      'a.yaml, line 4: "models.a.prod" holds ${…}, which is filled in only among the options of a provider',
    ],
    ['- a\n', 'a.yaml: the configuration must be a set of keys and values'],
  ])('says where and what: %j', (text, message) => {
    expect(refusal(() => fromYaml(text)).message).toBe(message)
  })

  it('knows the line of what an anchor brings in', () => {
    const text = 'providers:\n  one: &shared\n    use: 1\n  two: *shared\n'
    expect(refusal(() => fromYaml(text)).message).toBe('a.yaml, line 3: "providers.one.use" must be text')
  })
})

describe('YAML', () => {
  it.each([
    [
      `a: b: ${SECRET}`,
      'a.yaml, line 1, column 4: a second "key:" stands on this line; a value with ": " in it needs quotes',
    ],
    [`a: 1\nb: [1, ${SECRET}`, 'a.yaml, line 2, column 30: the indentation does not fit, or a bracket is not closed'],
    [`a: "${SECRET}`, 'a.yaml, line 1, column 27: a closing quote, bracket or ":" is missing'],
    [`a: 1\na: ${SECRET}`, 'a.yaml, line 2, column 1: this key was given before'],
    [`a: @${SECRET}`, 'a.yaml, line 1, column 4: a value that starts with this character needs quotes'],
    [`a: *${SECRET}`, 'a.yaml, line 1, column 4: this alias has no anchor before it'],
    [`a: !${SECRET} 1`, 'a.yaml, line 1, column 4: this tag is not known; a value that starts with "!" needs quotes'],
    [`- a\n${SECRET}`, 'a.yaml, line 2, column 1: this does not belong here'],
    [`a: 1\n--- ${SECRET}`, 'a.yaml, line 2, column 1: a second document starts here; a configuration is one'],
    [`\ta: ${SECRET}`, 'a.yaml, line 1, column 1: tabs cannot indent; use spaces'],
    [`? [${SECRET}]\n: 1`, 'a.yaml, line 1, column 3: a key must be text'],
    ['a: &x { y: *x }', 'a.yaml, line 1, column 12: this alias stands within its own anchor'],
    ['account: 012345678901', 'a.yaml, line 1, column 10: reading this as a number would change it; put it in quotes'],
    [
      'account: 12345678901234567890',
      'a.yaml, line 1, column 10: reading this as a number would change it; put it in quotes',
    ],
  ])('is refused by line and column, without its text: %j', (text, message) => {
    expect(refusal(() => readYaml(text, 'a.yaml')).message).toBe(message)
  })

  it('cannot be blown up by aliases of aliases', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`,
    )
    const error = refusal(() => readYaml(`l0: &l0 [${SECRET}]\n${levels.join('\n')}`, 'a.yaml'))
    expect(error.message).toBe('a.yaml: the anchors and aliases cannot be followed')
  })

  it('takes anchors, merge keys, quoted numbers and keys that look like numbers', () => {
    const text = 'a: &shared { x: 1, y: 2.5 }\nb: { <<: *shared, x: 2 }\naccount: "012345678901"\n7: true\n'
    expect(readYaml(text, 'a.yaml').value).toEqual({
      a: { x: 1, y: 2.5 },
      b: { x: 2, y: 2.5 },
      account: '012345678901',
      7: true,
    })
  })
})
