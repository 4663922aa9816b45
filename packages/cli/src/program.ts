import { readFileSync } from 'node:fs'
import { Command, type OptionValues } from '@commander-js/extra-typings'

/** What every command understands. */
export interface GlobalOptions extends OptionValues {
  /** The profile of the configuration to use. */
  provider?: string | undefined
  /** The configuration file. */
  config?: string | undefined
  json?: true | undefined
  quiet?: true | undefined
  /** False after `--no-color`. */
  color: boolean
}

/** The program without its commands. */
export function createProgram() {
  return new Command('anytune')
    .description('Fine-tune language models on any vendor.')
    .version(version(), '-V, --version', 'print the version')
    .option(
      '--provider <profile>',
      'profile of the configuration to use (default: its `provider`, or ANYTUNE_PROVIDER)',
    )
    .option(
      '--config <path>',
      'configuration file (default: anytune.config.ts or anytune.yaml, here or in a folder above)',
    )
    .option('--json', 'print results as JSON, one value a line, and nothing else on standard output')
    .option('--quiet', 'print results and errors only')
    .option('--no-color', 'print without colours (as NO_COLOR does; FORCE_COLOR asks for them)')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true)
    .exitOverride()
}

/** The program as commands see it when they add themselves. */
export type Program = ReturnType<typeof createProgram>

/** Examples under a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`
}

/** The version of the command line. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version)
  throw new Error('package.json of anytune has no version')
}
