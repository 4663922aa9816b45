import { resolve } from 'node:path'
import type { AllowableFinding, DatasetInput, Method, Plan, PlanRequest, Tuner } from '@anytune/core'
import type { FormatId } from '@anytune/dataset'
import { containerOption, mapOption, textUnitOption } from './dataset-inputs.ts'
import { listOption, numberOption, settingOption } from './options.ts'
import type { Program } from './program.ts'
import type { Session } from './session.ts'

/** A command that takes what `plan` takes. */
export function requestCommand(program: Program, name: 'plan' | 'tune') {
  return program
    .command(name)
    .argument('<file>', 'training dataset')
    .requiredOption(
      '--model <model>',
      'base model: a name from `models` in the configuration, or the provider’s own id',
    )
    .option(
      '--method <method>',
      'supervised, preference, reinforcement, distillation or continued-pretraining',
      'supervised',
    )
    .option('--validation <file>', 'validation dataset')
    .option('--format <format>', 'format of the rows (default: detected)')
    .addOption(containerOption())
    .addOption(mapOption())
    .addOption(textUnitOption())
    .option('--class <class>', 'your word for how sensitive the data is, such as internal')
    .option('--skip-rejected', 'leave rejected rows out, counted in the plan, instead of failing')
    .option('--epochs <number>', 'passes over the training dataset', numberOption)
    .option('--batch-size <number>', 'examples a step', numberOption)
    .option('--learning-rate <number>', 'peak learning rate', numberOption)
    .option('--learning-rate-multiplier <number>', 'factor on the provider’s own learning rate', numberOption)
    .option('--beta <number>', 'strength of the preference penalty', numberOption)
    .option('--lora-rank <number>', 'rank of the adapter', numberOption)
    .option('--suffix <text>', 'part of the new model’s name')
    .option('--seed <number>', 'seed of everything random', numberOption)
    .option(
      '--allow <id>',
      'a finding of the catalogue that must not refuse: its record is wrong for you; may be repeated',
      listOption,
    )
    .option('--set <key=value>', 'one of the provider’s own options; may be repeated', settingOption)
}

/** What those options hold. */
export type RequestOptions = ReturnType<ReturnType<typeof requestCommand>['opts']>

/** Plans what the options ask for; the configuration's provider judges it. */
export async function planFor(
  session: Session,
  tuner: Tuner,
  file: string,
  options: RequestOptions,
  signal: AbortSignal,
): Promise<Plan> {
  const { cwd } = session.streams
  const { model, validation, suffix, seed, skipRejected, allow, set } = options
  const request: PlanRequest = {
    baseModel: model,
    // The provider refuses a method it does not have, with those that it has.
    method: options.method as Method,
    training: await input(resolve(cwd, file), options),
    ...(validation !== undefined && { validation: await input(resolve(cwd, validation), options) }),
    hyperparameters: hyperparameters(options),
    ...(suffix !== undefined && { suffix }),
    ...(seed !== undefined && { seed }),
    ...(skipRejected && { skipRejected }),
    // The request is checked where it is planned: an id that there is not is refused with those that there are.
    ...(allow !== undefined && { allow: allow as readonly AllowableFinding[] }),
    ...(set !== undefined && { providerOptions: { [tuner.provider]: set } }),
  }
  return tuner.plan(request, { signal })
}

async function input(path: string, options: RequestOptions): Promise<DatasetInput> {
  const { container, map, textUnit } = options
  const told = [container, map, textUnit].some((part) => part !== undefined)
  const { fileSource } = await import('@anytune/dataset')
  return {
    source: told ? fileSource(path, { container, fields: map, textUnit }) : path,
    ...(options.class !== undefined && { class: options.class }),
    // An unknown format is refused, with those that there are, when the dataset is read.
    ...(options.format !== undefined && { format: options.format as FormatId }),
  }
}

function hyperparameters(options: RequestOptions): NonNullable<PlanRequest['hyperparameters']> {
  const { epochs, batchSize, learningRate, learningRateMultiplier, beta, loraRank } = options
  const given = Object.entries({
    epochs,
    batchSize,
    learningRate,
    learningRateMultiplier,
    beta,
    loraRank,
  })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}
