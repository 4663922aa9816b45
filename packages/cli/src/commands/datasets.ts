import type { StagedDataset } from '@anytune/core'
import { confirmed } from '../ask.ts'
import { INTERRUPTED, SUCCESS } from '../exit-codes.ts'
import { interruptible } from '../interrupt.ts'
import { printList } from '../list.ts'
import { withTuner } from '../open-tuner.ts'
import { countOption } from '../options.ts'
import { statusText } from '../output/progress.ts'
import { safeLine } from '../output/safe-text.ts'
import { fields } from '../output/table.ts'
import { bytes, moment } from '../output/units.ts'
import type { Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'

/** `anytune datasets …` */
export function addDatasets(program: Program, cli: Cli): void {
  const datasets = program
    .command('datasets')
    .description('the datasets in the provider’s keeping, whoever staged them')
  datasets
    .command('list')
    .description('list datasets, newest first')
    .option('--limit <count>', 'how many', countOption, 20)
    .action((options, command) => cli.run(command.optsWithGlobals(), (session) => list(session, options.limit)))
  datasets
    .command('show')
    .description('show a dataset; --json adds the provider’s own object')
    .argument('<dataset>', 'id or reference')
    .action((id, _options, command) => cli.run(command.optsWithGlobals(), (session) => show(session, id)))
  datasets
    .command('delete')
    .description('delete a dataset; this cannot be undone')
    .argument('<dataset>', 'id or reference')
    .option('-y, --yes', 'delete without asking')
    .action((id, options, command) => cli.run(command.optsWithGlobals(), (session) => remove(session, id, options.yes)))
}

function list(session: Session, limit: number): Promise<void> {
  return printList(session, {
    limit,
    open: (tuner, options) => tuner.datasets.list(options),
    data: ({ raw: _raw, ...dataset }) => dataset,
    headings: ['DATASET', 'NAME', 'STATUS', 'SIZE', 'CREATED', 'EXPIRES'],
    row: (dataset) => [
      safeLine(dataset.id),
      safeLine(dataset.name ?? ''),
      statusText(dataset.status, dataset.rawStatus),
      dataset.bytes === undefined ? '' : bytes(dataset.bytes),
      dataset.createdAt === undefined ? '' : moment(dataset.createdAt),
      dataset.expiresAt === undefined ? '' : moment(dataset.expiresAt),
    ],
    empty: 'the provider keeps no datasets',
  })
}

async function show(session: Session, id: string): Promise<void> {
  const dataset = await withTuner(session, (tuner) => interruptible((signal) => tuner.datasets.get(id, { signal })))
  session.output.result(dataset, () => datasetText(dataset))
}

function datasetText({ id, name, status, rawStatus, failure, ...dataset }: StagedDataset): string {
  return fields({
    dataset: safeLine(id),
    name: name && safeLine(name),
    status: statusText(status, rawStatus),
    size: dataset.bytes === undefined ? undefined : bytes(dataset.bytes),
    sha256: dataset.sha256,
    created: dataset.createdAt && moment(dataset.createdAt),
    expires: dataset.expiresAt && moment(dataset.expiresAt),
    failure: failure && safeLine(failure),
  })
}

async function remove(session: Session, id: string, yes: true | undefined): Promise<number> {
  const { output } = session
  return withTuner(session, async (tuner) => {
    const dataset = await interruptible((signal) => tuner.datasets.get(id, { signal }))
    const message = `Delete the dataset ${safeLine(dataset.name ?? dataset.id)}? This cannot be undone.`
    if (!(await confirmed(session, { message, yes, suggest: false }))) {
      output.note('nothing was deleted')
      return INTERRUPTED
    }
    await interruptible((signal) => tuner.datasets.delete(id, { signal }))
    output.result({ deleted: dataset.id }, () => fields({ deleted: safeLine(dataset.id) }))
    return SUCCESS
  })
}
