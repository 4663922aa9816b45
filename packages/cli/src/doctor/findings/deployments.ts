import { finding, type Finding } from '../finding.ts'
import type { DeploymentState, Examination, Inventory } from '../inventory.ts'
import { hoursBetween } from '../known.ts'
import { costText, usedText } from '../words.ts'

/** A deployment that has not answered for this long is idle. */
const IDLE_DAYS = 7

/** What deployments cost, which of them nobody uses, and which do not work. One known to cost nothing is left alone. */
export function costs({ deployments }: Inventory, { now }: Pick<Examination, 'now'>): readonly Finding[] {
  return deployments.flatMap((deployment) => {
    const { id, cost, status } = deployment
    if (cost.kind === 'priced' && cost.perHour === 0) return []
    const subject = { kind: 'deployment', id } as const
    const commands = [{ do: 'undeploy', deployment: id }] as const
    const basis = cost.kind === 'priced' ? { basis: cost.basis } : {}
    const spends = `the deployment ${id} ${costText(cost)}`
    if (status === 'failed') {
      return finding('deployment-failed', 'warning', { subject, what: `${spends}, and has failed`, ...basis, commands })
    }
    const what = `${spends}; ${usedText(deployment, now)}`
    return isIdle(deployment, now)
      ? finding('deployment-idle', 'warning', { subject, what, ...basis, commands })
      : finding('deployment-costs', 'note', { subject, what, ...basis, commands })
  })
}

/** Whether it is known to have had no use for so long. */
export function isIdle({ unusedSince }: DeploymentState, now: Date): boolean {
  return unusedSince !== undefined && hoursBetween(unusedSince, now) >= IDLE_DAYS * 24
}
