import { describe, expect, it } from 'vitest'
import { builtInDetector, SCAN_RULES, type ScanRuleId } from '../../src/index.ts'
import { inventedSecret, type InventedSecret } from './invented-secrets.ts'

/** What the built-in detector finds, as `rule: text`. */
function found(text: string): readonly string[] {
  return builtInDetector.detect(text).map(({ rule, start, end }) => `${rule}: ${text.slice(start, end)}`)
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}

/** One text for every rule that is not about a vendor's key; expectations by hand, numbers from public documentation or made up. */
const EXAMPLES: readonly (readonly [rule: ScanRuleId, before: string, text: string, after: string])[] = [
  ['email', 'Write to ', 'jane.roe+news@mail.example.org', '.'],
  ['phone-international', 'at ', '+44 (0)20 7946 0958', ' or'],
  ['phone-national', 'at ', '(415) 555-0132', ' or'],
  ['phone-cue', 'Please call ', '512 555 019', ' today'],
  ['card-number', 'paid with ', '4111-1111-1111-1111', ' on'],
  ['iban', 'to ', 'DE89 3704 0044 0532 0130 00', ' and'],
  ['ip-v4', 'from ', '203.0.113.42', ':8080'],
  ['ip-v6', 'from ', '2001:db8:85a3::8a2e:370:7334', ' at'],
  ['birth-date', 'She was born on ', '4 March 1979', ' in'],
  ['birth-date', '', '1990年5月1日', '生まれです'],
  ['be-national-number', 'nr ', '85.07.30-033.28', ' of'],
  ['br-cpf', 'o ', '529.982.247-25', ' é'],
  ['ch-ahv', 'AHV ', '756.9217.0769.85', ' und'],
  ['cn-resident-id', '号', '11010519491231002X', '。'],
  ['de-social-security', 'Nr. ', '15 070649 C 103', ' ist'],
  ['de-tax-id', 'Steuer-ID ', '47036892816', ' ist'],
  ['es-dni', 'DNI ', '12345678Z', ' y'],
  ['es-nie', 'NIE ', 'X1234567L', ' y'],
  ['fi-hetu', 'tunnus ', '131052-308T', ' on'],
  ['fr-nir', 'le ', '2 91 03 2A 004 213 75', ' est'],
  ['it-codice-fiscale', 'cf ', 'RSSMRA85T10A562S', ' e'],
  ['jp-my-number', 'マイナンバーは', '1234 5678 9018', 'です'],
  ['nl-bsn', 'BSN ', '111222333', ' en'],
  ['pl-pesel', 'PESEL ', '44051401359', ' i'],
  ['pt-nif', 'NIF ', '219384754', ' e'],
  ['se-personnummer', 'nr ', '811218-9876', ' och'],
  ['uk-nhs', 'NHS number ', '943 476 5919', ' was'],
  ['uk-nino', 'NI ', 'AB 12 34 56 C', ' was'],
  ['us-ssn', 'is ', '219-09-9999', ' of'],
  ['json-web-token', 'session=', inventedSecret('jwt'), ';'],
  ['authorization-header', 'Authorization: Bearer ', inventedSecret('random40'), ''],
  ['private-key', 'key: ', inventedSecret('pem'), ' end'],
  ['connection-string', 'url ', `postgres://app:${inventedSecret('password')}@db.example.org:5432/prod`, ' is'],
  ['credential', 'client_secret = "', inventedSecret('random40'), '"'],
  ['password', 'Passwort: ', 'Sommer!2024', ' bitte'],
  ['aws-secret-access-key', 'aws_secret_access_key=', inventedSecret('aws-secret'), ''],
]

const KEYS: Readonly<Partial<Record<InventedSecret, ScanRuleId>>> = {
  'openai-project': 'openai-key',
  'openai-legacy': 'openai-key',
  anthropic: 'anthropic-key',
  'other-sk': 'secret-key',
  'aws-id': 'aws-access-key-id',
  'azure-key': 'azure-key',
  github: 'github-token',
  'github-fine': 'github-token',
  gitlab: 'gitlab-token',
  'slack-bot': 'slack-token',
  'slack-hook': 'slack-webhook',
  stripe: 'stripe-key',
  google: 'google-key',
  'google-oauth': 'google-oauth',
  'hugging-face': 'hugging-face-token',
  npm: 'npm-token',
  pypi: 'pypi-token',
  sendgrid: 'sendgrid-key',
  twilio: 'twilio-key',
  telegram: 'telegram-bot-token',
  digitalocean: 'digitalocean-token',
  shopify: 'shopify-token',
  databricks: 'databricks-token',
  grafana: 'grafana-token',
  groq: 'groq-key',
  hashicorp: 'hashicorp-token',
  linear: 'linear-key',
  notion: 'notion-token',
  perplexity: 'perplexity-key',
  postman: 'postman-key',
  replicate: 'replicate-token',
  xai: 'xai-key',
}

describe('what the built-in detector finds', () => {
  it.each(EXAMPLES)('%s, from its first character to its last', (rule, before, text, after) => {
    expect(found(before + text + after)).toContain(`${rule}: ${text}`)
  })

  it.each(Object.entries(KEYS))('the key %s, as %s', (name, rule) => {
    const key = inventedSecret(name)
    expect(found(`use ${key} for it`)).toEqual([`${rule}: ${key}`])
    expect(found(`"key":"${key}"`)).toContain(`${rule}: ${key}`)
    expect(found(`使用${key}。`)).toContain(`${rule}: ${key}`)
  })

  it('the secret next to the id of an AWS key', () => {
    const [id, secret] = [inventedSecret('aws-id'), inventedSecret('aws-secret')]
    expect(found(`${id} and ${secret}, please`)).toEqual([
      `aws-access-key-id: ${id}`,
      `aws-secret-access-key: ${secret}`,
    ])
  })

  it('the key of a storage account, without the name before it', () => {
    const key = inventedSecret('azure-storage')
    expect(found(`AccountName=acme;AccountKey=${key};`)).toContain(`azure-storage-key: ${key}`)
  })

  it('has an example of every rule here', () => {
    const shown = [...EXAMPLES.map(([rule]) => rule), ...Object.values(KEYS), 'azure-storage-key']
    expect(new Set(shown)).toEqual(new Set(Object.keys(SCAN_RULES)))
  })

  it('full-width characters, typographic hyphens and spaces, and other digits', () => {
    expect(found('電話：０３－１２３４－５６７８')).toEqual(['phone-national: ０３－１２３４－５６７８'])
    expect(found('call 020 7946 0958')).toEqual(['phone-national: 020 7946 0958'])
    expect(found('SSN 219‑09‑9999')).toEqual(['us-ssn: 219‑09‑9999'])
  })

  it('what stands after an escape in a quoted text, and not the escape', () => {
    expect(found(String.raw`"to:\njane@example.org\t219-09-9999\n"`)).toEqual([
      'email: jane@example.org',
      'us-ssn: 219-09-9999',
    ])
  })
})

describe('what it leaves alone', () => {
  it.each([
    ['a check digit that is wrong', '4111 1111 1111 1112, DE88 3704 0044 0532 0130 00, 12345678A, RSSMRA85T10A562Z'],
    ['templates', 'api_key = "your-api-key-here", token: xxxxxxxxxxxxxxxxxxxxxxxx, SECRET=${SECRET_FROM_THE_VAULT_1}'],
    ['a key of documentation', 'AKIAIOSFODNN7EXAMPLE'],
    [
      'the web token of documentation',
      `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url('{"sub":"1234567890","name":"John Doe"}')}.SflKxwRJSMeKKF2QT4fw`,
    ],
    ['passwords of tutorials', 'postgres://user:password@localhost/db and mysql://root:root@localhost/db'],
    ['words after words for passwords', 'The password is required. Token: none. Secret: patience'],
    ['code that reads a secret', 'password = os.environ["PASSWORD_1"]; apiKey = process.env.API_KEY_2'],
    ['places in lists', 'nextPageToken: "Ab3dE5gH7jK9mN1pQ3sT5"'],
    ['addresses of no computer in the world', '127.0.0.1, 10.1.2.3, 192.168.0.10, 172.20.0.1, ::1, fe80::1'],
    ['versions and sections', 'version 4.8.15.16, v2.3.4.5, section 24.5.1.1'],
    ['names in programs', 'password: SIGN_IN_V2_SUBMIT'],
    ['names with @', '@types/node, logo@2x.png, git@github.com:acme/tools.git'],
    ['times and ratios', '12:34:56, 16:9, std::vector'],
    ['a certificate, which is public', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
    ['a private key left out', '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----'],
    ['placeholders', 'password=<PASSWORD_1> or <EMAIL_2>, <YOUR_KEY>'],
  ])('%s', (_what, text) => {
    expect(found(text)).toEqual([])
  })
})

/** What is longest to read for some rule: starts that never end, or end too late. A million characters each. */
const HOSTILE: Readonly<Record<string, string>> = {
  'one letter': 'a',
  'one digit': '1',
  'digits and spaces': '1 ',
  'groups of four': '1111 ',
  'digits and points': '1.',
  brackets: '(0',
  'signs @': '@',
  'names of mail': 'a@',
  hosts: 'a@b.',
  'hosts with hyphens': 'a@a-',
  colons: ':',
  'hexadecimal groups': 'ab:',
  'starts of accounts': 'DE89 ',
  'words for births': 'born ',
  'words for passwords': 'password: ',
  'words for passwords, quoted': 'password="',
  'words for telephones': 'call 1',
  'starts of web tokens': 'eyJhbGciOi',
  'starts of web tokens, apart': ' eyJhbGciOi.eyJ',
  'starts of private keys': '-----BEGIN PRIVATE KEY-----',
  'starts of addresses': 'a://',
  'addresses with users': 'a://a:a',
  'starts of vendor keys': 'sk-proj-',
  'starts of vendor keys, apart': 'sk-ant- ',
  'almost a vendor key': `${'a'.repeat(19)} `,
  headers: 'Bearer ',
  capitals: 'ABCDEF12 ',
  backslashes: '\\n',
  'full-width digits': '１',
  plus: '+1',
  placeholders: '<EMAIL_1>',
}

describe('work grows with the length of a text and no faster', () => {
  const MILLION = 1_000_000
  const textOf = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
  /** Processor time of this process, in microseconds: other work on the machine does not lengthen it much. */
  const cost = (text: string): number => {
    const before = process.cpuUsage()
    builtInDetector.detect(text)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }

  it.each(Object.entries(HOSTILE))('%s', { timeout: 120_000 }, (_name, piece) => {
    const [short, long] = [textOf(piece, MILLION / 8), textOf(piece, MILLION)]
    // Eight times the text costs eight times as much; were it the square, 64 times. A pause of the machine spoils one try, not all.
    let ratio = Infinity
    for (let attempt = 0; attempt < 5 && ratio >= 24; attempt++) {
      const shortCost = Math.max(cost(short), 500)
      ratio = Math.min(ratio, cost(long) / shortCost)
    }
    expect(ratio).toBeLessThan(24)
  })
})
