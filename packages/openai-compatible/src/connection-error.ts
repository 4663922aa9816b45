import type { ErrorInfo } from '@anytune/core/driver'
import { causesOf, codeOf } from './http-error.ts'

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
  CERT_HAS_EXPIRED: NOT_TRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: NOT_TRUSTED,
  EPROTO: {
    ...NO_CONNECTION,
    message: 'the host does not speak TLS here',
    hint: 'check http and https in the base URL',
  },
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

/** What an error means that came without an answer, or with half of one. */
export function connectionInfo(error: unknown): ErrorInfo {
  const causes = causesOf(error)
  const tunnel = tunnelInfo(causes)
  if (tunnel !== undefined) return tunnel
  const known = causes
    .flatMap((cause) => codeOf(cause) ?? [])
    .toReversed()
    .find((code) => Object.hasOwn(CODES, code))
  if (known !== undefined) return CODES[known] ?? BROKEN
  if (!(error instanceof Error)) return { code: 'unknown', reached: 'maybe' }
  const name = [error.constructor.name, error.name].find((candidate) => Object.hasOwn(NAMES, candidate))
  if (name !== undefined) return NAMES[name] ?? BROKEN
  // What fetch throws when a body ends too early.
  return error.message === 'terminated' ? BROKEN : { code: 'unknown', reached: 'maybe' }
}
