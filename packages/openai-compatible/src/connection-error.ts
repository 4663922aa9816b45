import type { ErrorInfo } from '@anytune/core/driver'
import { causesOf, codeOf } from './http-error.ts'
import { RedirectError } from './redirects.ts'

const NO_CONNECTION: ErrorInfo = {
  code: 'unavailable',
  reached: 'no',
  message: 'no connection could be made',
  hint: 'check the base URL and the network; behind a proxy, set HTTPS_PROXY and NODE_USE_ENV_PROXY=1 (or start node with --use-env-proxy)',
}
const NO_SUCH_HOST: ErrorInfo = { ...NO_CONNECTION, message: 'the host is not known' }
const NOT_TRUSTED: ErrorInfo = {
  code: 'configuration',
  reached: 'no',
  message: 'the certificate of the host, or of a proxy before it, is not trusted',
  hint: 'give Node.js the certificate of your organisation: NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
}
const NOT_NOW: ErrorInfo = {
  ...NOT_TRUSTED,
  message: 'the certificate of the host, or of a proxy before it, has expired or is not valid yet',
  hint: 'check the clock of this computer; if it is right, tell those who run the host',
}
const OF_ANOTHER: ErrorInfo = {
  ...NOT_TRUSTED,
  message: 'the certificate is for another host',
  hint: 'check the host in the base URL: it must be one of those that the certificate names',
}
const WITHOUT_TLS: ErrorInfo = {
  ...NO_CONNECTION,
  message: 'the host does not speak TLS here',
  hint: 'check http and https, and the port, in the base URL',
}
/** Before the handshake is done no request is sent. */
const NO_HANDSHAKE: ErrorInfo = {
  ...NO_CONNECTION,
  message: 'host and client found no way to speak TLS',
  hint: 'ask those who run the host, or the proxy before it, which versions of TLS and which certificate of the client it wants',
}
const NO_KEY: ErrorInfo = {
  code: 'unauthenticated',
  reached: 'no',
  message: 'the function that fetches the key gave none',
  hint: 'look at what apiKey does; it must give a key, or throw',
}
export const PROXY_LOGIN_HINT = 'the proxy wants to know who asks: put user and password in HTTPS_PROXY'
const PROXY_LOGIN: ErrorInfo = {
  code: 'configuration',
  reached: 'no',
  message: 'the proxy refused the connection with status 407',
  hint: PROXY_LOGIN_HINT,
}
const BROKEN: ErrorInfo = {
  code: 'unavailable',
  reached: 'maybe',
  message: 'the connection broke before the whole answer came',
}
const LATE: ErrorInfo = { code: 'timeout', reached: 'maybe', message: 'no answer came in time' }

/** What Node.js, its TLS and its fetch call what went wrong. */
const CODES: Readonly<Record<string, ErrorInfo>> = {
  ECONNREFUSED: NO_CONNECTION,
  EHOSTUNREACH: NO_CONNECTION,
  ENETUNREACH: NO_CONNECTION,
  UND_ERR_CONNECT_TIMEOUT: NO_CONNECTION,
  ENOTFOUND: NO_SUCH_HOST,
  EAI_AGAIN: NO_SUCH_HOST,
  DEPTH_ZERO_SELF_SIGNED_CERT: NOT_TRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  CERT_UNTRUSTED: NOT_TRUSTED,
  CERT_SIGNATURE_FAILURE: NOT_TRUSTED,
  CERT_HAS_EXPIRED: NOT_NOW,
  CERT_NOT_YET_VALID: NOT_NOW,
  ERR_TLS_CERT_ALTNAME_INVALID: OF_ANOTHER,
  ERR_SSL_WRONG_VERSION_NUMBER: WITHOUT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: WITHOUT_TLS,
  EPROTO: WITHOUT_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: NO_HANDSHAKE,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: NO_HANDSHAKE,
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE': NO_HANDSHAKE,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: NO_HANDSHAKE,
  ECONNRESET: BROKEN,
  EPIPE: BROKEN,
  UND_ERR_SOCKET: BROKEN,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: BROKEN,
  ETIMEDOUT: LATE,
  UND_ERR_HEADERS_TIMEOUT: LATE,
  UND_ERR_BODY_TIMEOUT: LATE,
}

/** Errors without a code, by the name of their class or their own. */
const NAMES: Readonly<Record<string, ErrorInfo>> = {
  APIConnectionTimeoutError: LATE,
  TimeoutError: LATE,
  APIConnectionError: BROKEN,
  // Without a status it came in the middle of a stream.
  APIError: { ...BROKEN, message: 'the service broke off its answer' },
  // Half a JSON text; the parser's own sentence quotes it.
  SyntaxError: { ...BROKEN, message: 'the answer is not the JSON that the service promises' },
}

/** What Node.js says when a proxy makes no way through to the host; its code says only that something was broken off. */
const NO_TUNNEL = /^Proxy response \((\d{3})\)/

function tunnelInfo(causes: readonly Error[]): ErrorInfo | undefined {
  const [status] = causes.flatMap(({ message }) => NO_TUNNEL.exec(message)?.[1] ?? [])
  if (status === undefined) return undefined
  if (status === '407') return PROXY_LOGIN
  const hint = 'ask those who run the proxy whether it lets you reach the host of the base URL'
  return { ...NO_CONNECTION, message: `the proxy refused the connection with status ${status}`, hint }
}

/** Where a host sent a request that was not made there. */
function redirectInfo(causes: readonly Error[]): ErrorInfo | undefined {
  const redirect = causes.find((cause) => cause instanceof RedirectError)
  if (redirect === undefined) return undefined
  const { origin, reached } = redirect
  if (origin === undefined) return { ...NOWHERE, reached }
  return {
    code: 'configuration',
    reached,
    message: `the host sends the request on to ${origin}, which was not asked`,
    hint: 'where that is the host you mean, give its address as the base URL; otherwise look whether a login page or a proxy answers',
  }
}

const NOWHERE: Omit<ErrorInfo, 'reached'> = {
  code: 'configuration',
  message: 'the host sends the request on, and it never arrives',
  hint: 'check the base URL, with its path',
}

/** What the SDK says when a function that gives keys threw, or gave none. */
const NO_KEY_FETCHED = /'apiKey' function/

/** What an error means that came without an answer, or with half of one. */
export function connectionInfo(error: unknown): ErrorInfo {
  const causes = causesOf(error)
  const known = tunnelInfo(causes) ?? redirectInfo(causes) ?? codeInfo(causes)
  if (known !== undefined) return known
  if (!(error instanceof Error)) return { code: 'unknown', reached: 'maybe' }
  if (NO_KEY_FETCHED.test(error.message)) return NO_KEY
  const name = [error.constructor.name, error.name].find((candidate) => Object.hasOwn(NAMES, candidate))
  if (name !== undefined) return NAMES[name] ?? BROKEN
  // What fetch throws when a body ends too early.
  return error.message === 'terminated' ? BROKEN : { code: 'unknown', reached: 'maybe' }
}

/** By the innermost code that is known. */
function codeInfo(causes: readonly Error[]): ErrorInfo | undefined {
  const code = causes
    .flatMap((cause) => codeOf(cause) ?? [])
    .toReversed()
    .find((candidate) => Object.hasOwn(CODES, candidate))
  return code === undefined ? undefined : CODES[code]
}
