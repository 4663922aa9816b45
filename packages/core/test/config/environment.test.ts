import { describe, expect, it } from 'vitest'
import { substituteEnvironment } from '../../src/config/environment.ts'
import { maskOf } from '../../src/config/thrown.ts'
import { SECRET } from './project.ts'
import { refusal } from './refusal.ts'

const environment = { HOST: 'acme.test', KEY: SECRET, EMPTY: '', MONEY: '$& $1 ${env:HOST}' }
const fill = (options: unknown) => substituteEnvironment(options, environment, 'a.yaml, profile "prod"')

describe('environment variables in options', () => {
  it.each([
    ['${env:HOST}', 'acme.test'],
    ['https://${env:HOST}/${env:HOST}', 'https://acme.test/acme.test'],
    ['$${env:HOST}', '${env:HOST}'],
    ['$HOST $ {HOST}', '$HOST $ {HOST}'],
    // What a variable holds is taken as it is: no pattern of replacement, no second round.
    ['${env:MONEY}', '$& $1 ${env:HOST}'],
  ])('turn %j into %j', (text, expected) => {
    expect(fill({ text })).toEqual({ text: expected })
  })

  it('are filled in at any depth, and touch nothing but text', () => {
    const options = { a: [{ b: '${env:HOST}' }], n: 1, yes: true, none: null }
    expect(fill(options)).toEqual({ a: [{ b: 'acme.test' }], n: 1, yes: true, none: null })
    expect(options.a).toEqual([{ b: '${env:HOST}' }])
  })

  it.each([
    ['${env:MISSING}', /"list\[0\]\.key" needs the environment variable MISSING, which is not set$/],
    ['${env:EMPTY}', /needs the environment variable EMPTY, which is not set$/],
    ['${HOST}', /"list\[0\]\.key" holds \$\{…\} that is not an environment variable$/],
    ['${env:}', /not an environment variable$/],
    ['${env:A B}', /not an environment variable$/],
    ['${KEY:-' + SECRET + '}', /not an environment variable$/],
  ])('are refused, without any value: %j', (key, message) => {
    expect(refusal(() => fill({ first: '${env:KEY}', list: [{ key }] })).message).toMatch(message)
  })
})

describe('masking', () => {
  it('hides every value of the options but short words and numbers', () => {
    const mask = maskOf({ region: 'us-east-1', tier: 'Standard', retries: 3, list: [{ account: 123456789 }] }, {})
    expect(mask('Standard of us-east-1 after 3 tries for 123456789')).toBe('Standard of … after 3 tries for …')
  })

  it('hides whatever stands under a name of a secret, and such variables of the environment', () => {
    const environment = { ACME_TOKEN: 'battery-horse', KEYMAP: 'us', HOME: '/home/acme-user' }
    const mask = maskOf({ apiKey: 'abc', credentials: { user: 'bob' }, maxTokens: 5 }, environment)
    expect(mask('abc bob battery-horse us 5 /home/acme-user')).toBe('… … … us 5 /home/acme-user')
  })

  it('leaves no rest of a longer value', () => {
    expect(maskOf({ a: 'sk-1234', b: 'sk-1234-5678' }, {})('is sk-1234-5678')).toBe('is …')
  })
})
