import { SUCCESS } from '../exit-codes.ts'
import { interruptible } from '../interrupt.ts'
import { withTuner } from '../open-tuner.ts'
import { safeLine } from '../output/safe-text.ts'
import { fields } from '../output/table.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'

/** `anytune undeploy DEPLOYMENT` */
export function addUndeploy(program: Program, cli: Cli): void {
  program
    .command('undeploy')
    .description('take a deployment down; its model stays, and can be deployed again')
    .argument('<deployment>', 'id or reference')
    .addHelpText('after', examples('anytune undeploy deployment-17'))
    .action((id, _options, command) => cli.run(command.optsWithGlobals(), (session) => undeploy(session, id)))
}

async function undeploy(session: Session, deployment: string): Promise<number> {
  const { output } = session
  const { parseReference } = await import('@anytune/core')
  const reference = deployment.startsWith('anytune://') ? parseReference(deployment) : undefined
  if (reference?.kind === 'model') {
    // What `deploy` gives where nothing had to be made.
    output.result(
      { undeployed: null, model: reference.id },
      () => 'nothing to take down: the provider serves the model directly',
    )
    return SUCCESS
  }
  const id = reference?.id ?? deployment
  await withTuner(session, (tuner) => interruptible((signal) => tuner.deployments.delete(deployment, { signal })))
  output.result({ undeployed: id }, () => fields({ undeployed: safeLine(id) }))
  return SUCCESS
}
