import { Option } from '@commander-js/extra-typings'
import { momentOption } from '../options.ts'
import { examples, type Program } from '../program.ts'
import type { Cli } from '../session.ts'

/** `anytune audit` */
export function addAudit(program: Program, cli: Cli): void {
  program
    .command('audit')
    .description('what left, when, to whom, what was made, asked and removed: from the journal alone; asks nobody')
    .argument('[runs...]', 'ids or references of runs (default: all that the journal has)')
    .option(
      '--since <moment>',
      'leave out what nothing was written down of since: YYYY-MM-DD, or ISO 8601',
      momentOption,
    )
    .addOption(
      new Option(
        '--format <format>',
        'a bill of materials of the models that were made: CycloneDX 1.6, as JSON',
      ).choices(['cyclonedx'] as const),
    )
    .addHelpText(
      'after',
      examples(
        'anytune audit',
        'anytune audit run-k3v9 --json',
        'anytune audit run-k3v9 --format cyclonedx',
        'anytune audit --since 2026-11-01 --json',
      ) +
        '\nQuestions are counted, and never told. What was deleted without a purge is not in the journal, and so not told.\n',
    )
    .action((runs, options, command) =>
      cli.run(command.optsWithGlobals(), async (session) => {
        const { tellAudit } = await import('../audit/tell-audit.ts')
        return tellAudit(session, runs, options)
      }),
    )
}
