import { nextCommands } from './next-command.ts'
import type { PlanTelling } from './output/plan-text.ts'
import type { Session } from './session.ts'

/** How this command tells a plan: with the commands to type next, as it was called itself. */
export function planTelling(session: Session): PlanTelling {
  return { paint: session.output.paint, commands: (next) => nextCommands(session, next) }
}
