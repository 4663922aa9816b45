import { assertPermit, type ChatChunk, type Driver } from '@anytune/core/driver'
import { answer, codeOf, statusOf } from '@anytune/openai-compatible'
import type { Clients } from './clients.ts'
import { type ResourceManager, ResourceManagerError } from './resource-manager.ts'

/** The deployment is there by Azure Resource Manager, and its name not yet known where questions are answered. */
export class DeploymentNotReadyError extends Error {
  override readonly name = 'DeploymentNotReadyError'
}

/** Asks a deployment by its name. A question that the content filter stops is answered with nothing, and `filtered`. */
export function chatOf({ v1, managerIfAny }: Clients): NonNullable<Driver['chat']> {
  return async function* chat(target, request, permit, { signal }): AsyncGenerator<ChatChunk> {
    assertPermit(permit, { purpose: 'chat' })
    try {
      yield* answer(v1, target, request, signal)
    } catch (error) {
      if (codeOf(error) === 'content_filter') {
        yield { text: '', finish: 'filtered' }
        return
      }
      // What was just deployed may be unknown there for some minutes; a name that is nowhere is a mistake.
      const unknown = statusOf(error) === 404
      if (unknown && managerIfAny && (await isDeployed(managerIfAny, target, signal))) {
        throw new DeploymentNotReadyError('the deployment is not reachable yet', { cause: error })
      }
      throw error
    }
  }
}

async function isDeployed(manager: ResourceManager, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    await manager.request('GET', `/deployments/${encodeURIComponent(name)}`, { signal })
    return true
  } catch (error) {
    // The identity may be allowed to ask, and not to look.
    if (error instanceof ResourceManagerError) return false
    throw error
  }
}
