import { AnytuneError, type NextAction } from '@anytune/core/driver'
import type { CommandAction } from './command-words.ts'
import { type Asked, nextCommands } from './next-command.ts'

/** Something to do next, with the command that does it; without one where this program has none for it. */
export type ReadyAction = NextAction & { readonly command?: string }

/** The same error, whose actions have their commands, as this program was asked now. Those that have theirs keep them. */
export function withCommands(error: AnytuneError, asked: Asked): AnytuneError {
  return error.next === undefined ? error : withNext(error, readyActions(error.next, asked))
}

/** Actions with their commands. */
export function readyActions(actions: readonly NextAction[], asked: Asked): readonly ReadyAction[] {
  return actions.map((action: ReadyAction) => {
    if (action.command !== undefined) return action
    const [command] = nextCommands(asked, [action])
    return command === undefined ? action : { ...action, command }
  })
}

/** The commands of an error that {@link withCommands} gave. */
export function commandsOf({ next = [] }: AnytuneError): readonly string[] {
  return next.flatMap(({ command }: ReadyAction) => (command === undefined ? [] : [command]))
}

/** Actions of this program alone, for an error to carry. */
export function ownActions(...actions: readonly CommandAction[]): readonly NextAction[] {
  // Core's type lists what core and adapters may ask for; nobody but this program reads these.
  return actions as readonly NextAction[]
}

/** The same error with other things to do next. */
export function withNext(error: AnytuneError, next: readonly NextAction[]): AnytuneError {
  const { code, message, hint, provider, operation, status, requestId, retryAfterMs, data } = error
  const details = { hint, provider, operation, status, requestId, retryAfterMs, data }
  const known = Object.entries(details).filter(([, value]) => value !== undefined)
  return new AnytuneError(code, message, { ...Object.fromEntries(known), next, cause: error })
}
