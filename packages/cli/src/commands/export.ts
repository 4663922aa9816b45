import { examples, type Program } from '../program.ts'
import type { Cli } from '../session.ts'

/** `anytune export REFERENCE… | --all --to DIR` */
export function addExport(program: Program, cli: Cli): void {
  program
    .command('export')
    .description('copy jobs with their files, events, metrics and settings to your own disk; changes nothing')
    .argument('[reference...]', 'ids or references of runs or jobs; references of models, deployments or datasets')
    .option('--all', 'everything that the account has')
    .requiredOption('--to <folder>', 'where to: a new or empty folder, or one that was exported to before')
    .addHelpText(
      'after',
      examples('anytune export --all --to way-out', 'anytune export run-k3v9 ftjob-17 --to way-out --json') +
        '\nThe same command goes on where it stopped, and copies nothing twice.\n' +
        'Exit codes: 0 all that the provider still has was copied · 12 something could not be read\n',
    )
    .action((references, options, command) =>
      cli.run(command.optsWithGlobals(), async (session) => {
        const { exportInto } = await import('../export/export.ts')
        return exportInto(session, references, options)
      }),
    )
}
