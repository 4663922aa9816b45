import { assertPermit, type ChatChunk, type DeploymentStatus, type Driver } from '@anytune/core/driver'
import { answer, codeOf, statusOf } from '@anytune/openai-compatible'
import { toChatMembers } from './chat-options.ts'
import type { Clients } from './clients.ts'
import { filterFindings } from './content-filter.ts'
import { look, toDeployment } from './deployments.ts'
import { type ResourceManager, ResourceManagerError } from './resource-manager.ts'

/** The deployment is there by Azure Resource Manager, and its name not yet known where questions are answered. */
export class DeploymentNotReadyError extends Error {
  override readonly name = 'DeploymentNotReadyError'
}

/** The service asks for patience with a deployment that is younger than this. */
const YOUNG_MS = 5 * 60_000

const COMES: ReadonlySet<DeploymentStatus> = new Set(['creating', 'updating', 'ready'])

/** Asks a deployment by its name. A question that the content filter stops is answered with nothing, and `filtered`. */
export function chatOf({ v1, managerIfAny }: Clients): NonNullable<Driver['chat']> {
  return async function* chat(target, request, permit, context): AsyncGenerator<ChatChunk> {
    assertPermit(permit, { purpose: 'chat' })
    const { signal, until } = context
    const members = toChatMembers(request.providerOptions ?? {}) // as `options.chat` returned them
    const variant = { members, findings: filterFindings }
    try {
      const { chunks, first } = await until(async () => {
        const chunks = answer(v1, target, request, signal, variant)
        try {
          return { chunks, first: await chunks.next() }
        } catch (error) {
          if (await isComing(managerIfAny, target, error, signal)) return undefined
          throw error
        }
      })
      if (!first.done) yield first.value
      yield* chunks
    } catch (error) {
      if (codeOf(error) !== 'content_filter') throw error
      yield { text: '', finish: 'filtered' }
    }
  }
}

/**
 * True when a deployment that the service does not know, or not yet, was made a moment ago: Azure Resource Manager says that it is
 * ready before questions reach it.
 *
 * @throws DeploymentNotReadyError when it is there, and long enough.
 */
async function isComing(
  manager: ResourceManager | undefined,
  name: string,
  error: unknown,
  signal: AbortSignal,
): Promise<boolean> {
  const unknown = statusOf(error) === 404 || codeOf(error) === 'DeploymentNotReady'
  const deployment = unknown && manager !== undefined ? await lookIfAllowed(manager, name, signal) : undefined
  if (deployment === undefined || !COMES.has(deployment.status)) return false
  const { createdAt } = deployment
  if (createdAt !== undefined && Date.now() - createdAt.getTime() < YOUNG_MS) return true
  throw new DeploymentNotReadyError('the deployment is not reachable yet', { cause: error })
}

/** The identity may be allowed to ask, and not to look. */
async function lookIfAllowed(manager: ResourceManager, name: string, signal: AbortSignal) {
  try {
    const deployment = await look(manager, name, signal)
    return deployment && toDeployment(deployment)
  } catch (error) {
    if (error instanceof ResourceManagerError) return undefined
    throw error
  }
}
