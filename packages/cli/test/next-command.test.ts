import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { NextAction } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import type { Command } from '@commander-js/extra-typings'
import { describe, expect, it } from 'vitest'
import type { CommandAction } from '../src/command-words.ts'
import { type Asked, nextCommand, nextCommands } from '../src/next-command.ts'
import { wholeProgram } from '../src/run.ts'
import { processStreams } from '../src/streams.ts'
import { commandsOf, withCommands } from '../src/with-commands.ts'
import { asking, bare } from './asked.ts'

/** Each action with nothing known, with everything known, and with what a shell or an option parser could take for something else. */
const ACTIONS: { readonly [Do in CommandAction['do']]: readonly Extract<CommandAction, { readonly do: Do }>[] } = {
  check: [{ do: 'check' }, { do: 'check', path: '/data/my rows.jsonl' }, { do: 'check', path: '-rows.jsonl' }],
  redact: [{ do: 'redact' }, { do: 'redact', path: "it's.jsonl", kinds: ['secret', 'email'] }],
  statistics: [{ do: 'statistics' }, { do: 'statistics', path: 'train.jsonl' }],
  plan: [{ do: 'plan' }],
  list: (['runs', 'datasets', 'jobs', 'models', 'deployments'] as const).map((what) => ({ do: 'list', what })),
  'resume-run': [
    { do: 'resume-run', run: 'run-a' },
    { do: 'resume-run', run: 'run-a', decision: {} },
    { do: 'resume-run', run: 'run-a', decision: { adopt: '-job 1;$(ls)' } },
    { do: 'resume-run', run: 'run-a', decision: { createAgain: true } },
  ],
  deploy: [
    { do: 'deploy', model: 'ft:gpt:a::b' },
    { do: 'deploy', model: '--m', decision: { adopt: 'deployment-1' } },
    { do: 'deploy', model: 'm', decision: { createAgain: true } },
  ],
  undeploy: [{ do: 'undeploy' }, { do: 'undeploy', deployment: '-d' }],
  purge: [
    { do: 'purge', target: { kind: 'run', id: 'run-a' } },
    { do: 'purge', target: { kind: 'job' }, cancelJob: true },
    { do: 'purge', target: { kind: 'model', id: '`m`' } },
    { do: 'purge', target: { kind: 'deployment', id: 'd' } },
    { do: 'purge', target: { kind: 'dataset', id: 'f\ng' } },
  ],
  doctor: [{ do: 'doctor' }],
  'export-all': [{ do: 'export-all' }, { do: 'export-all', to: 'way out' }],
  init: [{ do: 'init' }],
  tune: [{ do: 'tune' }, { do: 'tune', path: 'train.jsonl', model: 'small', class: 'very internal' }],
  apply: [{ do: 'apply', plan: 'plan.json' }],
  'watch-run': [{ do: 'watch-run', run: 'run-a' }],
  'watch-job': [{ do: 'watch-job', job: 'job-1' }],
  'resume-job': [{ do: 'resume-job', job: 'job-1' }],
  'delete-dataset': [{ do: 'delete-dataset', dataset: 'file-1' }],
  chat: [{ do: 'chat', model: 'anytune://a/b%2Fc/deployment/d' }],
  record: [
    { do: 'record', model: 'm' },
    { do: 'record', model: 'm', prompts: 'p', out: 'o', options: ['--skip-rejected', '--max-cost', '2USD'] },
  ],
  export: [{ do: 'export' }, { do: 'export', references: ['run-a', '-job'], to: 'out' }],
  prove: [{ do: 'prove' }, { do: 'prove', model: 'm' }],
  'list-receipts': [{ do: 'list-receipts' }],
  'purge-with-rows': [
    { do: 'purge-with-rows', run: 'run-a' },
    { do: 'purge-with-rows', run: 'run-a', cancelJob: true },
  ],
}

const ALL: readonly CommandAction[] = Object.values(ACTIONS).flat()

/** The words of a command line as a shell makes them. */
function shellWords(line: string): readonly string[] {
  const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
  return printed.split('\0').slice(0, -1)
}

/** What the program makes of a command line: the options of all commands, and the arguments; no command works. */
async function parsed(line: string): Promise<{ readonly globals: object; readonly args: readonly string[] }> {
  let told: { readonly globals: object; readonly args: readonly string[] } | undefined
  const program = wholeProgram({
    streams: processStreams(),
    exitCode: () => 0,
    async run(globals) {
      told = { globals, args: argumentsOf(program) }
    },
  })
  const [name, ...words] = shellWords(line).filter((word) => word !== 'npx')
  expect(name).toBe('anytune')
  await program.parseAsync(words, { from: 'user' })
  if (told === undefined) throw new Error(`nothing ran for: ${line}`)
  return told
}

/** Of the innermost command that was called. */
function argumentsOf(program: { readonly commands: readonly unknown[] }): readonly string[] {
  // Its type names the arguments and options of each command; any is looked at here.
  const commands = program.commands as readonly Command[]
  return commands.flatMap((command) => (command.commands.length > 0 ? argumentsOf(command) : command.args))
}

/** What a user types for an action stands in the command as it is. */
function operandsOf(action: CommandAction): readonly string[] {
  const { do: _, decision: _decision, ...more } = { decision: undefined, ...action }
  const known = new Set(['path', 'run', 'deployment', 'plan', 'job', 'dataset'])
  const named = Object.entries(more).flatMap(([key, value]) =>
    known.has(key) && typeof value === 'string' ? [value] : [],
  )
  return [...named, ...('target' in action && action.target.id !== undefined ? [action.target.id] : [])]
}

describe('the command for an action', () => {
  it.each(ALL)('is one that this program has: %j', async (action) => {
    const spare = asking({ provider: 'spare', config: "it's here.yaml" })
    for (const asked of [bare, spare]) {
      const { globals, args } = await parsed(nextCommand(asked, action))
      for (const operand of operandsOf(action)) expect(args).toContain(operand)
      // A new configuration has profiles of its own.
      const { provider, config } = action.do === 'init' ? bare.globals : asked.globals
      expect(globals).toMatchObject({ ...(provider !== undefined && { provider, config }) })
    }
  })

  it('has the profile and the configuration of this one, quoted', () => {
    const asked = asking({ provider: 'eu', config: "it's here.yaml" })
    expect(nextCommand(asked, { do: 'chat', model: 'ft:gpt:a::b' })).toBe(
      `anytune chat ft:gpt:a::b --provider eu --config 'it'\\''s here.yaml'`,
    )
  })

  it('is called as this one was', async () => {
    const byNpx = asking({ provider: 'spare' }, { npm_command: 'exec' })
    expect(nextCommand(byNpx, { do: 'doctor' })).toBe('npx anytune doctor --provider spare')
    expect((await parsed(nextCommand(byNpx, { do: 'doctor' }))).globals).toMatchObject({ provider: 'spare' })
  })

  it('is left out where another version of a package names what this program does not know', () => {
    for (const unknown of ['fly', 'constructor']) {
      const actions = [{ do: unknown }, { do: 'doctor' }] as readonly unknown[] as readonly NextAction[]
      expect(nextCommands(bare, actions)).toEqual(['anytune doctor'])
    }
  })
})

describe('the commands of an error', () => {
  const spare: Asked = asking({ provider: 'spare' })
  const error = new AnytuneError('unavailable', 'm', { next: [{ do: 'resume-run', run: 'run-a' }] })

  it('stand beside the actions as data', () => {
    expect(withCommands(error, spare).toJSON()['next']).toEqual([
      { do: 'resume-run', run: 'run-a', command: 'anytune runs resume run-a --provider spare' },
    ])
  })

  it('stay those of the profile that was used, whoever tells the error', () => {
    expect(commandsOf(withCommands(withCommands(error, spare), bare))).toEqual([
      'anytune runs resume run-a --provider spare',
    ])
  })

  it('keep everything else that the error knows', () => {
    const details = {
      hint: 'h',
      provider: 'p',
      operation: 'jobs.get',
      status: 500,
      requestId: 'r',
      retryAfterMs: 1,
      data: { run: 'run-a' },
      next: [{ do: 'doctor' }],
    } as const
    const full = new AnytuneError('unavailable', 'm', details)
    const { next: _, ...rest } = full.toJSON()
    expect(withCommands(full, bare).toJSON()).toMatchObject(rest)
    expect(withCommands(full, bare).cause).toBe(full)
  })
})

describe('the examples of the help', () => {
  it('are commands that this program has', async () => {
    const examples = helpOf(wholeProgram({ streams: processStreams(), exitCode: () => 0, run: async () => {} }))
      .split('\n')
      .flatMap((line) => /^ {2}\$ (?:.* \| )?(anytune [^|]+?)(?: \|.*)?$/.exec(line)?.[1] ?? [])
    expect(examples.length).toBeGreaterThan(40)
    for (const example of examples) await parsed(example)
  })
})

it('no other text of this program spells a command', () => {
  const src = new URL('../src/', import.meta.url)
  const names = globSync('commands/*.ts', { cwd: src.pathname }).map((file) => basename(file, '.ts'))
  const command = new RegExp(String.raw`\banytune (?:${names.join('|')})\b`)
  for (const file of globSync('**/*.ts', { cwd: src.pathname })) {
    const text = readFileSync(new URL(file, src), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$|examples\([^)]*\)/gm, '')
    expect(command.exec(text)?.[0], file).toBeUndefined()
  }
})

/** The help of every command. */
function helpOf(program: { readonly commands: readonly unknown[] }): string {
  let text = ''
  // As in `argumentsOf`.
  for (const command of program.commands as readonly Command[]) {
    command.configureOutput({ writeOut: (more) => (text += more) })
    command.outputHelp()
    text += helpOf(command)
  }
  return text
}
