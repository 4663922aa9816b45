import type { FineTunedModel } from '@anytune/core'
import { confirmed } from '../ask.ts'
import { INTERRUPTED, SUCCESS } from '../exit-codes.ts'
import { interruptible } from '../interrupt.ts'
import { printList } from '../list.ts'
import { withTuner } from '../open-tuner.ts'
import { countOption } from '../options.ts'
import { safeLine } from '../output/safe-text.ts'
import { fields } from '../output/table.ts'
import { moment } from '../output/units.ts'
import type { Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'

/** `anytune models …` */
export function addModels(program: Program, cli: Cli): void {
  const models = program.command('models').description('the fine-tuned models in the provider’s keeping')
  models
    .command('list')
    .description('list models, newest first')
    .option('--limit <count>', 'how many', countOption, 20)
    .action((options, command) => cli.run(command.optsWithGlobals(), (session) => list(session, options.limit)))
  models
    .command('show')
    .description('show a model; --json adds the provider’s own object')
    .argument('<model>', 'id or reference')
    .action((id, _options, command) => cli.run(command.optsWithGlobals(), (session) => show(session, id)))
  models
    .command('delete')
    .description('delete a model; this cannot be undone')
    .argument('<model>', 'id or reference')
    .option('-y, --yes', 'delete without asking')
    .action((id, options, command) => cli.run(command.optsWithGlobals(), (session) => remove(session, id, options.yes)))
}

function list(session: Session, limit: number): Promise<void> {
  return printList(session, {
    limit,
    open: (tuner, options) => tuner.models.list(options),
    data: ({ raw: _raw, ...model }) => model,
    headings: ['MODEL', 'BASE MODEL', 'CREATED', 'SERVED UNTIL'],
    row: (model) => [
      safeLine(model.id),
      safeLine(model.baseModel ?? ''),
      model.createdAt === undefined ? '' : moment(model.createdAt),
      model.servedUntil === undefined ? '' : moment(model.servedUntil),
    ],
    empty: 'the provider has no fine-tuned models',
  })
}

async function show(session: Session, id: string): Promise<void> {
  const model = await withTuner(session, (tuner) => interruptible((signal) => tuner.models.get(id, { signal })))
  session.output.result(model, () => modelText(model))
}

function modelText(model: FineTunedModel): string {
  return fields({
    model: safeLine(model.id),
    'base model': model.baseModel && safeLine(model.baseModel),
    created: model.createdAt && moment(model.createdAt),
    'served until': model.servedUntil && moment(model.servedUntil),
  })
}

async function remove(session: Session, id: string, yes: true | undefined): Promise<number> {
  const { output } = session
  return withTuner(session, async (tuner) => {
    const model = await interruptible((signal) => tuner.models.get(id, { signal }))
    const message = `Delete the model ${safeLine(model.id)}? This cannot be undone.`
    if (!(await confirmed(session, { message, yes, suggest: false }))) {
      output.note('nothing was deleted')
      return INTERRUPTED
    }
    await interruptible((signal) => tuner.models.delete(id, { signal }))
    output.result({ deleted: model.id }, () => fields({ deleted: safeLine(model.id) }))
    return SUCCESS
  })
}
