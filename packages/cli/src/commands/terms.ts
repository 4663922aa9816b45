import { examples, type Program } from '../program.ts'
import type { Cli } from '../session.ts'

/** `anytune terms` */
export function addTerms(program: Program, cli: Cli): void {
  program
    .command('terms')
    .description('say under which terms of data protection profiles take data, and how that is known; sends none')
    .argument('[profiles...]', 'profiles of the configuration (default: all of them)')
    .option('--live', 'also ask each account what it has set')
    .option('--compare', 'put the profiles side by side')
    .option('--offering <id>', 'what is on record of one offering; needs no configuration')
    .addHelpText(
      'after',
      examples(
        'anytune terms',
        'anytune terms prod spare --live',
        'anytune terms --compare',
        'anytune terms --offering azure/train/Standard',
      ) +
        '\nWhat is not on record is unknown. Exit codes: 0 told · 12 a profile or a part of an account could not be read\n',
    )
    .action((profiles, options, command) =>
      cli.run(command.optsWithGlobals(), async (session) => {
        const { terms } = await import('../terms/terms.ts')
        return terms(session, profiles, options)
      }),
    )
}
