import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FineTunedModel, Kept } from '@anytune/core/driver'
import { findCheckpoint, parseCheckpointId } from './checkpoints.ts'
import { isDirectory, readIfThere, syncDirectory, unfinishedIn, unfinishedPath } from './files.ts'
import type { Layout } from './layout.ts'
import { listNewestFirst } from './list.ts'
import { LocalError } from './local-error.ts'
import { parseModel, type ModelRecord } from './records.ts'

/** The file in a model's directory that says where the model came from. */
export const MODEL_RECORD = 'anytune.json'

/** Models as directories of the data directory; one is there only when it is whole. */
export function modelsOf(layout: Layout): Kept<FineTunedModel> & Required<Pick<Kept<FineTunedModel>, 'delete'>> {
  const read = async (id: string) => {
    if (!(await hasModel(layout, id))) return undefined
    return fromRecord(id, parseModel(await readIfThere(join(layout.model(id), MODEL_RECORD))))
  }
  return {
    async get(id, { signal }) {
      signal.throwIfAborted()
      const model = await read(id)
      if (model === undefined) throw modelNotFound(id)
      return model
    },
    list: (query, context) => listNewestFirst(layout.models, query, context, { idOf: (name) => name, read }),
    async delete(id, { signal }) {
      signal.throwIfAborted()
      const checkpoint = parseCheckpointId(id)
      if (checkpoint !== undefined) return deleteCheckpoint(layout, id, checkpoint)
      const there = await hasModel(layout, id)
      if (there) await setAside(layout, id)
      const left = await unfinishedIn(layout.models, id)
      if (!there && left.length === 0) throw modelNotFound(id)
      for (const name of left) await rm(join(layout.models, name), { recursive: true, force: true })
    },
  }
}

/** Checkpoints go with their model; those of a job that did not come to one stay until they are deleted. */
async function deleteCheckpoint(layout: Layout, id: string, of: NonNullable<ReturnType<typeof parseCheckpointId>>) {
  const found = await findCheckpoint(layout, of.model, of.step)
  if (found === undefined || !(await isDirectory(found))) throw modelNotFound(id)
  await rm(found, { recursive: true, force: true })
}

/** A model that is half removed must not be listed, nor its checkpoints stay behind, which hold what was learned as well. */
async function setAside(layout: Layout, id: string): Promise<void> {
  const record = parseModel(await readIfThere(join(layout.model(id), MODEL_RECORD)))
  if (record !== undefined) await rm(layout.job(record.job).training, { recursive: true, force: true })
  await rename(layout.model(id), unfinishedPath(layout.models, id))
  await syncDirectory(layout.models)
}

/** True when the model is there, whole. */
export async function hasModel(layout: Layout, id: string): Promise<boolean> {
  return isDirectory(layout.model(id))
}

export function modelNotFound(id: string): LocalError {
  return new LocalError('not-found', `there is no model ${id}`, 'list the models to see which there are', {
    next: [{ do: 'list', what: 'models' }],
  })
}

function fromRecord(id: string, record: ModelRecord | undefined): FineTunedModel {
  if (record === undefined) return { id, raw: undefined }
  const { baseModel, createdAt, job } = record
  return { id, baseModel, job, createdAt: new Date(createdAt), raw: record }
}
