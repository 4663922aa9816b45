import { join } from 'node:path'
import { namesIn, readIfThere } from './files.ts'
import { isId, type Layout } from './layout.ts'
import { parseJob, parseStatus } from './records.ts'

/** The id under which a checkpoint can be asked, while the trainer keeps it. */
export function checkpointId(model: string, step: number): string {
  return `${model}.step-${step}`
}

/** Model and step of a checkpoint's id; undefined for an id that is no checkpoint's. */
export function parseCheckpointId(id: string): { readonly model: string; readonly step: number } | undefined {
  const [, model, step] = /^(.+)\.step-(\d+)$/.exec(id) ?? []
  return model === undefined || step === undefined ? undefined : { model, step: Number(step) }
}

/** The directory of a checkpoint; undefined when no job made it. The trainer may have removed it since. */
export async function findCheckpoint(layout: Layout, model: string, step: number): Promise<string | undefined> {
  for (const name of await namesIn(layout.jobs)) {
    if (!isId(name)) continue
    const files = layout.job(name)
    if (parseJob(await readIfThere(files.job))?.model !== model) continue
    const { checkpoints = [] } = parseStatus(await readIfThere(files.status)) ?? {}
    const found = checkpoints.find((checkpoint) => checkpoint.step === step)
    return found && join(files.training, found.path)
  }
  return undefined
}
