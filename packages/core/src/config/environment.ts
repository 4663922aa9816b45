import { AnytuneError } from '../errors.ts'

/** Environment variables by name, as in `process.env`. */
type Environment = Readonly<Record<string, string | undefined>>

const REFERENCE = /(?<escape>\$)?\$\{(?<body>[^}]*)\}/g
const NAMED = /^env:(?<name>[A-Za-z_][A-Za-z0-9_]*)$/

/**
 * Replaces `${env:NAME}` in every text of a profile's options by the variable's value; `$${…}` stands for a literal `${…}`.
 * Any other `${…}` is refused, so that no key is silently sent as `${NAME}`.
 *
 * @param place Where the profile stands, for messages.
 * @throws AnytuneError `configuration` naming a variable that is not set or is empty, never a value.
 */
export function substituteEnvironment(options: unknown, environment: Environment, place: string): unknown {
  return substitute(options, '', (text, path) => substituteText(text, environment, `${place}: "${path}"`))
}

function substitute(value: unknown, path: string, replace: (text: string, path: string) => string): unknown {
  if (typeof value === 'string') return replace(value, path)
  if (Array.isArray(value)) return value.map((item, index) => substitute(item, `${path}[${index}]`, replace))
  if (typeof value !== 'object' || value === null) return value
  const at = path === '' ? '' : `${path}.`
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, at + key, replace)]))
}

function substituteText(text: string, environment: Environment, place: string): string {
  return text.replaceAll(REFERENCE, (whole: string, escape: string | undefined, body: string) => {
    if (escape !== undefined) return whole.slice(1)
    const name = NAMED.exec(body)?.groups?.['name']
    if (name === undefined) {
      throw new AnytuneError('configuration', `${place} holds \${…} that is not an environment variable`, {
        hint: 'write ${env:NAME} for a variable, or $${…} for the characters themselves',
      })
    }
    const value = environment[name]
    if (value !== undefined && value !== '') return value
    throw new AnytuneError('configuration', `${place} needs the environment variable ${name}, which is not set`, {
      hint: `set ${name} and try again`,
      data: { variable: name },
    })
  })
}
