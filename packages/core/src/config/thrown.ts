import { fileURLToPath } from 'node:url'
import { AnytuneError, isAnytuneError } from '../errors.ts'
import { displayPath } from './find-config.ts'

/** Takes known secrets out of a text. */
export type Mask = (text: string) => string

const SECRET_NAME = /key|token|secret|password|credential/i

/** Masks the values of `options`, and those of environment variables that are named like a secret. */
export function maskOf(options: unknown, environment: Readonly<Record<string, string | undefined>>): Mask {
  const hidden = [
    ...textsIn('', options).filter(({ path, text }) => !isHarmless(text, SECRET_NAME.test(path))),
    ...textsIn('', environment).filter(({ path, text }) => SECRET_NAME.test(path) && text.length >= 8),
  ]
    .map(({ text }) => text)
    // Longest first, so that no rest of a longer one is left standing.
    .toSorted((left, right) => right.length - left.length)
  return (text) => hidden.reduce((masked, secret) => masked.replaceAll(secret, '…'), text)
}

/** Masking `Standard` or `2` would blot out half of every message and protect nothing; `maxTokens: 5` is no secret either. */
function isHarmless(text: string, namedSecret: boolean): boolean {
  if (text.length < 3 || /^\d{1,5}$/.test(text)) return true
  return !namedSecret && (text.length < 4 || /^[A-Za-z]?[a-z]{1,9}$/.test(text))
}

/**
 * The error for whatever a configuration or an adapter threw, `place` first.
 *
 * An error of anytune keeps its code. Of another one the message is repeated only where the project's own code wrote it:
 * a vendor SDK or the engine may quote a key (`JSON.parse` and `new Headers` do). There is no cause for the same reason.
 */
export function thrownError(thrown: unknown, place: string, mask: Mask): AnytuneError {
  if (isAnytuneError(thrown)) return prefixed(thrown, place, mask)
  if (!(thrown instanceof Error)) {
    return new AnytuneError('configuration', `${place}: something was thrown that is not an error`)
  }
  const frames = framesOf(thrown)
  const own = frames.find(isProjectFrame)
  const at = own === undefined ? '' : ` at ${own}`
  const code = 'code' in thrown && typeof thrown.code === 'string' ? ` (${thrown.code})` : ''
  if (own !== undefined && own === frames[0]) {
    return new AnytuneError('configuration', `${place}: ${mask(thrown.message)}`, { hint: `thrown${at}` })
  }
  return new AnytuneError('configuration', `${place}: ${thrown.name}${code} was thrown${at}`, {
    hint: 'its message is not repeated here, it may hold a key; run that line by itself to see it',
  })
}

function prefixed(error: AnytuneError, place: string, mask: Mask): AnytuneError {
  const { code, hint, provider, operation, data } = error
  return new AnytuneError(code, `${place}: ${mask(error.message)}`, {
    ...(hint === undefined ? {} : { hint: mask(hint) }),
    ...(provider === undefined ? {} : { provider }),
    ...(operation === undefined ? {} : { operation }),
    ...(data === undefined ? {} : { data: maskData(data, mask) }),
  })
}

function maskData(data: Readonly<Record<string, unknown>>, mask: Mask): Readonly<Record<string, unknown>> {
  // The reviver sees every text of what is JSON by contract.
  return JSON.parse(JSON.stringify(data), (_key, value: unknown) => (typeof value === 'string' ? mask(value) : value))
}

/** Every text and number in a value, with the keys it stands under. */
function* textsIn(path: string, value: unknown): Generator<{ readonly path: string; readonly text: string }> {
  if (typeof value === 'string' || typeof value === 'number') yield { path, text: String(value) }
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) yield* textsIn(`${path}.${key}`, item)
}

/** Where each call of the stack stands, innermost first: a short path with line and column, or what the engine says. */
function framesOf(error: Error): readonly string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => {
      const place = /\((?<inner>[^()]*)\)$/.exec(line)?.groups?.['inner'] ?? line.replace(/^\s+at (?:async )?/, '')
      const position = /^(?<file>file:.*?)(?<place>:\d+:\d+)$/.exec(place)?.groups
      return position === undefined ? place : displayPath(fileURLToPath(position['file'] ?? '')) + position['place']
    })
}

function isProjectFrame(frame: string): boolean {
  return !/^(?:node:|<anonymous>|native|eval)|(?:^|[\\/])node_modules[\\/]/.test(frame) && /:\d+:\d+$/.test(frame)
}
