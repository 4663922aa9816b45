import type { Session } from './session.ts'

/** A command to type next, with the profile and the configuration this one was given, quoted for a shell. */
export function nextCommand(
  { globals, streams }: Pick<Session, 'globals' | 'streams'>,
  ...words: readonly string[]
): string {
  const { provider, config } = globals
  const chosen = [
    ...(provider === undefined ? [] : ['--provider', provider]),
    ...(config === undefined ? [] : ['--config', config]),
  ]
  // Under `npx anytune` there is no other way to call it.
  const program = streams.env['npm_command'] === 'exec' ? ['npx', 'anytune'] : ['anytune']
  return [...program, ...words, ...chosen].map(quoted).join(' ')
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
