import { countOption } from '../options.ts'
import { examples, type Program } from '../program.ts'
import type { Cli } from '../session.ts'

/** `anytune doctor` */
export function addDoctor(program: Program, cli: Cli): void {
  program
    .command('doctor')
    .description('look at the account: what ends when, what costs, what lies around; changes nothing')
    .option('--all-profiles', 'look at every profile of the configuration')
    .option('--fail-within <days>', 'exit with 11 when something ends within so many days', countOption, 30)
    .option('--ics <file>', 'write all known deadlines as a calendar')
    .addHelpText(
      'after',
      examples(
        'anytune doctor',
        'anytune doctor --all-profiles --ics deadlines.ics',
        'anytune doctor --json | jq -c .',
      ) +
        '\nExit codes: 0 nothing ends within the days given · 11 something does · 12 a part of the account could not be read\n',
    )
    .action((options, command) =>
      cli.run(command.optsWithGlobals(), async (session) => {
        const { doctor } = await import('../doctor/doctor.ts')
        return doctor(session, options)
      }),
    )
}
