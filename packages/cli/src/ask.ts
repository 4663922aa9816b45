import { AnytuneError } from '@anytune/core/driver'
import { Interrupted } from './interrupt.ts'
import { loadPrompts } from './prompts.ts'
import type { Session } from './session.ts'
import { canAsk } from './streams.ts'

/**
 * Asks for a yes, unless `--yes` has said it.
 *
 * @throws AnytuneError `invalid-argument` when there is nobody to ask.
 * @throws Interrupted on Ctrl-C.
 */
export async function confirmed(
  session: Session,
  question: {
    readonly message: string
    readonly yes: boolean | undefined
    readonly suggest: boolean
  },
): Promise<boolean> {
  if (question.yes) return true
  assertMayAsk(session, question.yes)
  const { confirm, isCancel } = await loadPrompts()
  const { stdin, stdout } = session.streams
  const answer = await confirm({
    message: question.message,
    initialValue: question.suggest,
    input: stdin,
    output: stdout,
  })
  if (isCancel(answer)) throw new Interrupted()
  return answer
}

/** True when a person can be asked: there is a terminal, and it is not reserved for JSON. */
export function mayAsk({ streams, output }: Session): boolean {
  return canAsk(streams) && !output.json
}

/**
 * Refuses early what would need an answer that nobody can give.
 *
 * @throws AnytuneError `invalid-argument`.
 */
export function assertMayAsk(session: Session, yes: boolean | undefined): void {
  if (yes || mayAsk(session)) return
  throw new AnytuneError('invalid-argument', 'nobody can be asked for confirmation here', {
    hint: 'give --yes when it shall be done without asking',
  })
}
