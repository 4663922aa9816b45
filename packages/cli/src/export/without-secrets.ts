/** Members that hold what opens something, by the end of their names in any spelling. */
const SECRET =
  /(?:apikey|accesskey|accountkey|secretkey|privatekey|password|passphrase|secret|credentials?|authorization|connectionstring|(?:access|refresh|bearer|auth|id|session|security|sas|api)token|^token)$/

const LEFT_OUT = '(left out)'

/** A vendor's object without keys and tokens, and with addresses cut before their query, where signatures are. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string')
    return /^[a-z][a-z0-9+.-]*:\/\/\S*\?/i.test(value) ? `${value.split('?', 1)[0]}?${LEFT_OUT}` : value
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  // A date, or another value that says itself how it is written.
  if ('toJSON' in value) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
      return [name, SECRET.test(plain) && member !== null ? LEFT_OUT : withoutSecrets(member)]
    }),
  )
}
