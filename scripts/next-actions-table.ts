import { nextCommand } from '../packages/cli/src/next-command.ts'
import { processStreams } from '../packages/cli/src/streams.ts'
import { NEXT_ACTIONS, type NextAction } from '../packages/core/src/next-action.ts'

type Do = NextAction['do']

/** One of each, with all that it can have but a decision's other answer. */
const EXAMPLES: { readonly [Name in Do]: Extract<NextAction, { readonly do: Name }> } = {
  check: { do: 'check', path: 'train.jsonl' },
  redact: { do: 'redact', path: 'train.jsonl', kinds: ['secret'] },
  statistics: { do: 'statistics', path: 'train.jsonl' },
  plan: { do: 'plan' },
  list: { do: 'list', what: 'jobs' },
  'resume-run': { do: 'resume-run', run: 'run-k3v9', decision: { adopt: 'ftjob-17' } },
  deploy: { do: 'deploy', model: 'ft-support-small', decision: { createAgain: true } },
  undeploy: { do: 'undeploy', deployment: 'deployment-17' },
  purge: { do: 'purge', target: { kind: 'run', id: 'run-k3v9' }, cancelJob: true },
  doctor: { do: 'doctor' },
  'export-all': { do: 'export-all' },
}

/** The actions of errors, one a row, with the command that the command line prints. */
export function nextActionsTable(
  table: (header: readonly string[], rows: readonly (readonly string[])[]) => string,
): string {
  // As of a command that was called by its name and without options.
  const asked = { globals: { color: false }, streams: { ...processStreams(), env: {} } }
  const rows = Object.values(EXAMPLES).map((action) => [
    `\`${JSON.stringify(action)}\``,
    NEXT_ACTIONS[action.do],
    `\`${nextCommand(asked, action)}\``,
  ])
  return table(['action, for example', 'what it does', 'command'], rows)
}
