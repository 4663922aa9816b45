import type { FineTunedModel, Kept } from '../driver.ts'
import { jobOfModel, toJob } from './job-state.ts'
import {
  type Connection,
  endOf,
  type JobRecord,
  type MemoryStore,
  notFound,
  pageOf,
  refused,
  visible,
} from './store.ts'

/** Models of an in-memory account: each is the table of its job's examples. Checkpoints are not listed, and can be deleted. */
export function memoryModels({
  store,
  request,
}: Connection): Kept<FineTunedModel> & Required<Pick<Kept<FineTunedModel>, 'delete'>> {
  const show = (record: JobRecord) => toModel(store, record)
  return {
    get: (id, context) => request({ operation: 'models.get', id }, context, () => show(modelRecord(store, id))),
    list: (query, context) =>
      request({ operation: 'models.list' }, context, () => {
        const ready = visible(store, store.jobs.values()).filter((job) => toJob(store, job).model !== undefined)
        return pageOf(ready, query, show)
      }),
    delete: (id, context) =>
      request({ operation: 'models.delete', id }, context, () => {
        const record = jobOfModel(store, id)
        if (record === undefined) throw notFound('model', id)
        const serving = [...store.deployments.values()].find(({ model }) => model === id)
        if (serving !== undefined) {
          throw refused('failed-precondition', `model ${id} is being served by ${serving.id}`, 'undeploy it first')
        }
        const { deletedCheckpoints = [] } = record
        const deleted =
          record.model === id ? { modelDeleted: true as const } : { deletedCheckpoints: [...deletedCheckpoints, id] }
        store.jobs.set(record.id, { ...record, ...deleted })
      }),
  }
}

function modelRecord(store: MemoryStore, id: string): JobRecord {
  const record = jobOfModel(store, id)
  if (record?.model !== id) throw notFound('model', id)
  return record
}

function toModel(store: MemoryStore, record: JobRecord): FineTunedModel {
  const { model, spec } = record
  const { baseModel } = spec
  const { finishedAt } = toJob(store, record)
  const servedUntil = finishedAt && endOf(finishedAt, store.lifetimes.modelMs)
  const raw = { id: model, job: record.id, baseModel, examples: record.lessons.length }
  return {
    id: model,
    baseModel,
    job: record.id,
    ...(finishedAt !== undefined && { createdAt: finishedAt }),
    ...(servedUntil !== undefined && { servedUntil }),
    raw,
  }
}
