import type { Deployment, DeploymentSpec, Kept, Made } from '../driver.ts'
import { foundIn } from './found.ts'
import { jobOfModel } from './job-state.ts'
import { memoryOptions } from './options.ts'
import {
  type Connection,
  type DeploymentRecord,
  endOf,
  have,
  type MemoryStore,
  newId,
  notFound,
  pageOf,
  visible,
} from './store.ts'

/** Deployments of an in-memory account; they cost nothing and answer once they are ready. */
export function memoryDeployments({
  store,
  request,
}: Connection): Made<DeploymentSpec, Deployment> & Required<Kept<Deployment>> {
  const show = (record: DeploymentRecord) => toDeployment(store, record)
  return {
    async create(spec, attempt, context) {
      memoryOptions.deployment(spec.providerOptions)
      return request({ operation: 'deployments.create', key: attempt.key }, context, () => {
        if (jobOfModel(store, spec.model) === undefined) throw notFound('model', spec.model)
        const record: DeploymentRecord = {
          id: newId('deployment'),
          sequence: store.nextSequence(),
          ...(store.keepsKeys && { key: attempt.key }),
          createdAt: store.clock.now(),
          model: spec.model,
        }
        store.deployments.set(record.id, record)
        return { id: record.id }
      })
    },
    find: (_spec, attempt, context) =>
      request({ operation: 'deployments.find', key: attempt.key }, context, () =>
        foundIn(store, store.deployments.values(), attempt, show),
      ),
    get: (id, context) =>
      request({ operation: 'deployments.get', id }, context, () => show(have(store.deployments, 'deployment', id))),
    list: (query, context) =>
      request({ operation: 'deployments.list' }, context, () =>
        pageOf(visible(store, store.deployments.values()), query, show),
      ),
    delete: (id, context) =>
      request({ operation: 'deployments.delete', id }, context, () => {
        if (!store.deployments.delete(id)) throw notFound('deployment', id)
      }),
  }
}

/** Whether a deployment answers by now. */
export function isReady(store: MemoryStore, { createdAt }: DeploymentRecord): boolean {
  return store.clock.now().getTime() >= createdAt.getTime() + store.durations.deployingMs
}

function toDeployment(store: MemoryStore, record: DeploymentRecord): Deployment {
  const { id, model, createdAt, lastUsedAt } = record
  const endsAt = endOf(createdAt, store.lifetimes.deploymentMs)
  const ready = isReady(store, record)
  const rawStatus = ready ? 'serving' : 'starting'
  return {
    id,
    status: ready ? 'ready' : 'creating',
    rawStatus,
    model,
    target: id,
    offering: 'memory',
    createdAt,
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(endsAt !== undefined && { endsAt }),
    raw: { id, model, state: rawStatus, createdAt: createdAt.toISOString() },
  }
}
