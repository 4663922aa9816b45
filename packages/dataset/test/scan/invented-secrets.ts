import { createHash } from 'node:crypto'

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const BASE64 = `${LETTERS_AND_DIGITS}+/`
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const HEX = '0123456789abcdef'

/** So many characters of an alphabet, always the same for one name: nothing here was ever a key. */
function characters(name: string, length: number, alphabet = LETTERS_AND_DIGITS): string {
  let text = ''
  for (let block = 0; text.length < length; block++) {
    for (const byte of createHash('sha256').update(`${name} ${block}`).digest())
      text += alphabet[byte % alphabet.length]
  }
  return text.slice(0, length)
}

/**
 * One secret of every form that the rules know. They are put together here, so that no file holds a text that a scanner of a hosting
 * site, rightly, would stop.
 */
const FORMS = {
  'openai-project': ['sk-', 'proj-', characters('openai', 64)],
  'openai-legacy': ['sk-', characters('legacy', 20), 'T3Blbk', 'FJ', characters('legacy end', 20)],
  anthropic: ['sk-', 'ant-', 'api03-', characters('anthropic', 95)],
  'other-sk': ['sk-', characters('other', 48)],
  'aws-id': ['AK', 'IA', characters('aws', 16, BASE32)],
  'aws-secret': [characters('aws secret', 40, BASE64)],
  'azure-key': [characters('azure', 52), 'JQQ', 'J9', characters('azure end', 27)],
  'azure-storage': [characters('storage', 86, BASE64), '=='],
  github: ['gh', 'p_', characters('github', 36)],
  'github-fine': ['github_', 'pat_', characters('fine', 22), '_', characters('fine end', 59)],
  gitlab: ['gl', 'pat-', characters('gitlab', 20)],
  'slack-bot': ['xo', 'xb-', characters('slack', 12, '23456789'), '-', characters('slack end', 24)],
  'slack-hook': [
    'https://hooks.',
    'slack.com/services/T',
    [characters('team', 8), `B${characters('hook', 8)}`, characters('hook end', 24)].join('/'),
  ],
  stripe: ['sk_', 'live_', characters('stripe', 24)],
  google: ['AI', 'za', characters('google', 35)],
  'google-oauth': ['GOC', 'SPX-', characters('oauth', 28)],
  'hugging-face': ['h', 'f_', characters('face', 34)],
  npm: ['np', 'm_', characters('npm', 36)],
  pypi: ['py', 'pi-', 'AgE', characters('pypi', 80)],
  sendgrid: ['S', 'G.', characters('grid', 22), '.', characters('grid end', 43)],
  twilio: ['S', 'K', characters('twilio', 32, HEX)],
  telegram: [characters('telegram', 9, '23456789'), ':A', 'A', characters('bot', 33)],
  digitalocean: ['dop_', 'v1_', characters('ocean', 64, HEX)],
  shopify: ['shp', 'at_', characters('shop', 32, HEX)],
  databricks: ['da', 'pi', characters('bricks', 32, HEX)],
  grafana: ['gl', 'sa_', characters('grafana', 32), '_', characters('grafana end', 8, HEX)],
  groq: ['gs', 'k_', characters('groq', 52)],
  hashicorp: ['hv', 's.', characters('vault', 90)],
  linear: ['lin_', 'api_', characters('linear', 40)],
  notion: ['nt', 'n_', characters('notion', 46)],
  perplexity: ['pp', 'lx-', characters('perplexity', 48)],
  postman: ['PM', 'AK-', characters('postman', 24, HEX), '-', characters('postman end', 34, HEX)],
  replicate: ['r', '8_', characters('replicate', 37)],
  xai: ['x', 'ai-', characters('xai', 80)],
  jwt: [[{ alg: 'HS256', typ: 'JWT' }, { sub: 'nobody' }].map(base64url).join('.'), '.', characters('jwt', 43)],
  pem: [pem('PRIVATE KEY')],
  'pem-rsa': [pem('RSA PRIVATE KEY')],
  password: [characters('password', 10), '9'],
  random40: [characters('random', 40)],
  hex32: [characters('hex', 32, HEX)],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type InventedSecret = keyof typeof FORMS

export const INVENTED_SECRETS = Object.keys(FORMS) as InventedSecret[]

/** Throws when there is no secret of this name. */
export function inventedSecret(name: string): string {
  if (!Object.hasOwn(FORMS, name)) throw new Error(`there is no invented secret "${name}"`)
  return FORMS[name as InventedSecret].join('')
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function pem(what: string): string {
  const lines = [1, 2, 3].map((line) => characters(`${what} ${line}`, 64, BASE64))
  return [`-----BEGIN ${what}-----`, ...lines, `-----END ${what}-----`].join('\n')
}
