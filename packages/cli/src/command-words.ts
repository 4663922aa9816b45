import type { NextAction } from '@anytune/core'

/** Something that a command of this program does next: what errors name, and what only this program does. */
export type CommandAction =
  | NextAction
  | { readonly do: 'init' }
  | { readonly do: 'tune'; readonly path?: string; readonly model?: string; readonly class?: string }
  | { readonly do: 'apply'; readonly plan: string }
  | { readonly do: 'watch-run'; readonly run: string }
  | { readonly do: 'watch-job'; readonly job: string }
  | { readonly do: 'resume-job'; readonly job: string }
  | { readonly do: 'delete-dataset'; readonly dataset: string }
  | { readonly do: 'chat'; readonly model: string }
  | {
      readonly do: 'record'
      readonly model: string
      readonly prompts?: string
      readonly out?: string
      /** Further options, as they were given. */
      readonly options?: readonly string[]
    }
  | { readonly do: 'export'; readonly references?: readonly string[]; readonly to?: string }
  | { readonly do: 'prove'; readonly model?: string }
  | { readonly do: 'list-receipts' }
  /** As `purge`, and the hashes of the rows that the run was given. */
  | { readonly do: 'purge-with-rows'; readonly run: string; readonly cancelJob?: true }

/** The parts of a command, each to be quoted. Words in capitals are for the user to fill in. */
export interface CommandWords {
  readonly command: readonly string[]
  readonly operands?: readonly string[]
  readonly options?: readonly string[]
  /** True for one that chooses a configuration and an adapter itself. */
  readonly chooses?: true
}

/** The words of the command for an action; undefined for one that another version of a package names and this program does not know. */
export function commandWords(action: CommandAction): CommandWords | undefined {
  if (!Object.hasOwn(WORDS, action.do)) return undefined
  // The entry of the table by the action's own name takes that action.
  const words = WORDS[action.do] as (action: CommandAction) => CommandWords
  return words(action)
}

type WordsOf<Do> = (action: Extract<CommandAction, { readonly do: Do }>) => CommandWords

const WORDS: { readonly [Do in CommandAction['do']]: WordsOf<Do> } = {
  check: ({ path = 'FILE' }) => ({ command: ['check'], operands: [path] }),
  redact: ({ path = 'FILE', kinds }) => ({
    command: ['redact'],
    operands: [path],
    options: ['--out', 'OUT', ...option('--kinds', kinds?.join(','))],
  }),
  statistics: ({ path = 'FILE' }) => ({ command: ['stats'], operands: [path] }),
  plan: () => ({ command: ['plan'], operands: ['FILE'], options: ['--model', 'MODEL', '--out', 'PLAN'] }),
  list: ({ what }) => ({ command: [what, 'list'] }),
  'resume-run': ({ run, decision }) => ({ command: ['runs', 'resume'], operands: [run], options: deciding(decision) }),
  deploy: ({ model, decision }) => ({ command: ['deploy'], operands: [model], options: deciding(decision) }),
  undeploy: ({ deployment = 'ID' }) => ({ command: ['undeploy'], operands: [deployment] }),
  purge: ({ target: { kind, id = 'ID' }, cancelJob }) => ({
    command: ['purge'],
    operands: [id],
    options: [...option('--kind', kind === 'run' ? undefined : kind), ...flag('--cancel', cancelJob)],
  }),
  doctor: () => ({ command: ['doctor'] }),
  'export-all': ({ to = 'FOLDER' }) => ({ command: ['export'], options: ['--all', '--to', to] }),

  init: () => ({ command: ['init'], chooses: true }),
  tune: ({ path = 'FILE', model = 'MODEL', class: sensitivity }) => ({
    command: ['tune'],
    operands: [path],
    options: ['--model', model, ...option('--class', sensitivity)],
  }),
  apply: ({ plan }) => ({ command: ['apply'], operands: [plan] }),
  'watch-run': ({ run }) => ({ command: ['runs', 'watch'], operands: [run] }),
  'watch-job': ({ job }) => ({ command: ['jobs', 'watch'], operands: [job] }),
  'resume-job': ({ job }) => ({ command: ['jobs', 'resume'], operands: [job] }),
  'delete-dataset': ({ dataset }) => ({ command: ['datasets', 'delete'], operands: [dataset] }),
  chat: ({ model }) => ({ command: ['chat'], operands: [model] }),
  record: ({ model, prompts = 'PROMPTS', out = 'ANSWERS', options = [] }) => ({
    command: ['record'],
    operands: [model],
    options: ['--prompts', prompts, '--out', out, ...options],
  }),
  export: ({ references = ['ID'], to = 'FOLDER' }) => ({
    command: ['export'],
    operands: references,
    options: ['--to', to],
  }),
  prove: ({ model = 'MODEL' }) => ({ command: ['prove'], options: ['--model', model] }),
  'list-receipts': () => ({ command: ['receipts', 'list'] }),
  'purge-with-rows': ({ run, cancelJob }) => ({
    command: ['purge'],
    operands: [run],
    options: [...flag('--cancel', cancelJob), '--forget-rows'],
  }),
}

type Deciding = Extract<NextAction, { readonly do: 'resume-run' }>['decision']

function deciding(decision: Deciding): readonly string[] {
  if (decision === undefined) return []
  return 'createAgain' in decision ? ['--create-again'] : ['--adopt', decision.adopt ?? 'ID']
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value]
}

function flag(name: string, given: true | undefined): readonly string[] {
  return given ? [name] : []
}
