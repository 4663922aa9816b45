import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { CheckReport } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'
import { confirmed, mayAsk } from '../ask.ts'
import { configsIn } from '../config-files.ts'
import { INTERRUPTED, SUCCESS } from '../exit-codes.ts'
import { askChoices, isPackageName } from '../init-questions.ts'
import { configName, configText, FIRST_MODEL, ignoringState, LOCAL, profileOf } from '../init-files.ts'
import type { CommandAction } from '../command-words.ts'
import { nextCommand } from '../next-command.ts'
import { fields } from '../output/table.ts'
import { integer } from '../output/units.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'
import { cannotWrite, writeText } from '../write-text.ts'

/** `--provider` names the adapter here. */
interface InitFlags {
  readonly data?: string | undefined
  readonly class?: string | undefined
  readonly yaml?: true | undefined
  readonly yes?: true | undefined
}

/** `anytune init` */
export function addInit(program: Program, cli: Cli): void {
  program
    .command('init')
    .description('write a configuration for this folder; --provider names the adapter: local, or a package')
    .option('--data <file>', 'training dataset to begin with')
    .option('--class <class>', 'your word for how sensitive the data is, such as internal')
    .option('--yaml', 'write anytune.yaml instead of anytune.config.ts')
    .option('-y, --yes', 'ask nothing: what is not given gets its default')
    .addHelpText(
      'after',
      examples('anytune init', 'anytune init --data train.jsonl --class internal --provider local --yes'),
    )
    .action((flags, command) => cli.run(command.optsWithGlobals(), (session) => init(session, flags)))
}

async function init(session: Session, flags: InitFlags): Promise<number> {
  const { output, streams, globals } = session
  const name = configName(flags.yaml === true)
  if (!(await mayWrite(session, name, flags))) {
    output.note('nothing was written')
    return INTERRUPTED
  }
  const given = { data: flags.data, sensitivity: flags.class, adapter: globals.provider }
  const { data, sensitivity, adapter } = flags.yes
    ? { adapter: 'local', ...defined(given) }
    : await askChoices(session, given)
  const pkg = packageOf(adapter)
  const report = data === undefined ? undefined : await checked(resolve(streams.cwd, data))

  const profile = profileOf(pkg)
  const text = configText({ adapter: pkg, profile, yaml: flags.yaml === true })
  // The configuration comes last: where it is, init is done, and would refuse to be run again.
  const ignored = await ignoreState(join(streams.cwd, '.gitignore'))
  await writeText(join(streams.cwd, name), text, name)

  const next = pkg === LOCAL ? tuneCommand(session, data, sensitivity, report) : `npm install @anytune/core ${pkg}`
  output.result({ wrote: [name, ...ignored], profile, adapter: pkg, next }, () =>
    fields({ wrote: [name, ...ignored], data: data && report && dataText(data, report), next }),
  )
  return SUCCESS
}

function packageOf(adapter: string): string {
  if (adapter === 'local') return LOCAL
  if (isPackageName(adapter)) return adapter
  throw new AnytuneError('invalid-argument', '--provider of init names neither `local` nor a package', {
    hint: 'give --provider local, or the name of an adapter’s package',
  })
}

/** A configuration that is there is never replaced unasked, and a second one beside it would be ambiguous. */
async function mayWrite(session: Session, name: string, { yes }: InitFlags): Promise<boolean> {
  const present = configsIn(session.streams.cwd)
  if (present.length === 0) return true
  const another = present.find((candidate) => candidate !== name)
  if (another !== undefined || yes || !mayAsk(session)) {
    throw new AnytuneError('already-exists', `there is a configuration here already: ${present.join(', ')}`, {
      hint: 'edit it, or remove it and run init again',
    })
  }
  return confirmed(session, {
    message: `${name} exists. Write over it?`,
    yes: undefined,
    suggest: false,
  })
}

function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> } // What is undefined was left out.
}

async function checked(path: string): Promise<CheckReport> {
  const { checkDataset, fileSource } = await import('@anytune/dataset')
  return checkDataset(fileSource(path))
}

async function ignoreState(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw cannotWrite('.gitignore', error)
  })
  const changed = ignoringState(text)
  if (changed === undefined) return []
  await writeText(path, changed, '.gitignore')
  return ['.gitignore']
}

function tuneCommand(
  { streams }: Session,
  data: string | undefined,
  sensitivity: string | undefined,
  report: CheckReport | undefined,
): string {
  // The configuration chooses its profile itself, so nothing of this command's own options is passed on.
  const command = (action: CommandAction) => nextCommand({ streams, globals: { color: true } }, action)
  if (data === undefined || report === undefined) return command({ do: 'tune', model: FIRST_MODEL })
  if (report.rejected.count > 0) return command({ do: 'check', path: data })
  const named = sensitivity === undefined ? {} : { class: sensitivity }
  return command({ do: 'tune', path: data, model: FIRST_MODEL, ...named })
}

function dataText(data: string, { format, accepted, rejected }: CheckReport): string {
  return `${data}: ${integer(accepted)} rows of ${format ?? 'no format'} accepted, ${integer(rejected.count)} rejected`
}
