import type { Session } from './session.ts'

type Asked = Pick<Session, 'globals' | 'streams'>

/** A command to type next, with the profile and the configuration this one was given, quoted for a shell. */
export function nextCommand(asked: Asked, ...words: readonly string[]): string {
  return [...programOf(asked), ...words, ...chosenBy(asked)].map(quoted).join(' ')
}

/**
 * A sentence whose commands are whole, as those of {@link nextCommand}: what does not know how this command was called names others
 * without a profile, and they would look in another account.
 */
export function withWholeCommands(asked: Asked, sentence: string): string {
  const chosen = chosenBy(asked).map(quoted).join(' ')
  const program = programOf(asked).join(' ')
  return sentence.replaceAll(COMMAND, (command, words: string) => {
    const whole = chosen === '' || command.endsWith(chosen) ? words : `${words} ${chosen}`
    return `${program} ${whole}`
  })
}

/** From its name to the end of the clause. */
const COMMAND = /(?:npx )?\banytune ([a-z][^;,()]*[^;,()\s])/g

function chosenBy({ globals: { provider, config } }: Asked): readonly string[] {
  return [
    ...(provider === undefined ? [] : ['--provider', provider]),
    ...(config === undefined ? [] : ['--config', config]),
  ]
}

/** Under `npx anytune` there is no other way to call it. */
function programOf({ streams }: Asked): readonly string[] {
  return streams.env['npm_command'] === 'exec' ? ['npx', 'anytune'] : ['anytune']
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
