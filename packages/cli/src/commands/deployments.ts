import type { Deployment } from '@anytune/core'
import { interruptible } from '../interrupt.ts'
import { printList } from '../list.ts'
import { nextCommand } from '../next-command.ts'
import { withTuner } from '../open-tuner.ts'
import { countOption } from '../options.ts'
import { statusText } from '../output/progress.ts'
import { safeLine } from '../output/safe-text.ts'
import { fields } from '../output/table.ts'
import { moment } from '../output/units.ts'
import type { Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'

/** `anytune deployments …` */
export function addDeployments(program: Program, cli: Cli): void {
  const deployments = program.command('deployments').description('the fine-tuned models that the provider serves')
  deployments
    .command('list')
    .description('list deployments, newest first')
    .option('--limit <count>', 'how many', countOption, 20)
    .action((options, command) => cli.run(command.optsWithGlobals(), (session) => list(session, options.limit)))
  deployments
    .command('show')
    .description('show a deployment; --json adds the provider’s own object')
    .argument('<deployment>', 'id or reference')
    .action((id, _options, command) => cli.run(command.optsWithGlobals(), (session) => show(session, id)))
}

function list(session: Session, limit: number): Promise<void> {
  return printList(session, {
    limit,
    open: (tuner, options) => tuner.deployments.list(options),
    data: ({ raw: _raw, ...deployment }) => deployment,
    headings: ['DEPLOYMENT', 'STATUS', 'MODEL', 'CREATED', 'ENDS'],
    row: (deployment) => [
      safeLine(deployment.id),
      statusText(deployment.status, deployment.rawStatus),
      safeLine(deployment.model ?? ''),
      deployment.createdAt === undefined ? '' : moment(deployment.createdAt),
      deployment.endsAt === undefined ? '' : moment(deployment.endsAt),
    ],
    empty: 'the provider serves no fine-tuned model by a deployment',
  })
}

async function show(session: Session, id: string): Promise<void> {
  const deployment = await withTuner(session, (tuner) =>
    interruptible((signal) => tuner.deployments.get(id, { signal })),
  )
  session.output.result(deployment, () => deploymentText(session, deployment))
}

function deploymentText(session: Session, deployment: Deployment): string {
  const { id, status, rawStatus, model, target, offering, createdAt, lastUsedAt, endsAt, endsUnlessUsed, failure } =
    deployment
  return fields({
    deployment: safeLine(id),
    status: statusText(status, rawStatus),
    model: model && safeLine(model),
    target: safeLine(target),
    offering: offering && safeLine(offering),
    created: createdAt && moment(createdAt),
    'last used': lastUsedAt && moment(lastUsedAt),
    ends: endsAt && `${moment(endsAt)}${endsUnlessUsed ? ', unless it is used' : ''}`,
    failure: failure && safeLine(failure),
    'to take it down': nextCommand(session, { do: 'undeploy', deployment: id }),
  })
}
