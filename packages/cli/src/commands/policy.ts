import { Option } from '@commander-js/extra-typings'
import { examples, type Program } from '../program.ts'
import type { Cli } from '../session.ts'

const METHODS = ['supervised', 'preference', 'reinforcement', 'distillation', 'continued-pretraining'] as const

/** `anytune policy check|explain` */
export function addPolicy(program: Program, cli: Cli): void {
  const policy = program.command('policy').description('look at what is demanded of whoever takes the data')
  policy
    .command('check')
    .description('say whether the policy can be read, for which classes it is, and what it names that is not on record')
    .option('--file <file>', 'a policy in YAML or JSON (default: the one of the configuration)')
    .addHelpText('after', examples('anytune policy check', 'anytune policy check --file anytune.policy.yaml'))
    .action((options, command) =>
      cli.run(command.optsWithGlobals(), async (session) => {
        const { checkPolicies } = await import('../policy/check.ts')
        return checkPolicies(session, options.file)
      }),
    )
  policy
    .command('explain')
    .description('say what the policy says of each profile, and why; sends no data')
    .argument('[profiles...]', 'profiles of the configuration (default: all of them)')
    .option('--class <class>', 'class of the dataset (default: the policy’s defaultClass)')
    .option('--model <model>', 'base model, as the provider names it')
    .addOption(new Option('--method <method>', 'how it is tuned').choices(METHODS))
    .option('--offline', 'judge by what is on record, and ask no account')
    .addHelpText(
      'after',
      examples('anytune policy explain --class internal', 'anytune policy explain prod spare --offline --json') +
        '\nExit codes: 0 every profile is permitted · 6 one is not · 12 a profile could not be read\n',
    )
    .action((profiles, options, command) =>
      cli.run(command.optsWithGlobals(), async (session) => {
        const { explainPolicy } = await import('../policy/explain.ts')
        return explainPolicy(session, profiles, options)
      }),
    )
}
