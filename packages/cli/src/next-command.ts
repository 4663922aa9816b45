import { type CommandAction, type CommandWords, commandWords } from './command-words.ts'
import type { Session } from './session.ts'

/** How this program was called, and what was asked of every command. */
export type Asked = Pick<Session, 'globals' | 'streams'>

/** The command to type for an action, with the profile and the configuration this one was given, quoted for a shell. */
export function nextCommand(asked: Asked, action: CommandAction): string {
  const [command] = nextCommands(asked, [action])
  if (command === undefined) throw new Error(`no command does ${action.do}`)
  return command
}

/** The commands for the actions that this program has one for, in their order. */
export function nextCommands(asked: Asked, actions: readonly CommandAction[] = []): readonly string[] {
  return actions.flatMap((action) => {
    const words = commandWords(action)
    return words === undefined ? [] : [commandLine(asked, words)]
  })
}

function commandLine(asked: Asked, { command, operands = [], options = [], chooses }: CommandWords): string {
  const chosen = [...options, ...(chooses ? [] : chosenBy(asked))]
  // An id or a name that looks like an option would be taken for one.
  const words = operands.some((operand) => operand.startsWith('-'))
    ? [...chosen, '--', ...operands]
    : [...operands, ...chosen]
  return [...programOf(asked), ...command, ...words].map(quoted).join(' ')
}

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
