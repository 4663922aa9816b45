import { readFinished, readLastCheckpoint } from './store/checkpoints.ts'
import type { TrainingEvent } from './training-types.ts'

/** The events up to the finished model or the last checkpoint of a training directory; a resumed training continues exactly this list. */
export async function readHistory(directory: string): Promise<readonly TrainingEvent[]> {
  const finished = await readFinished(directory)
  return finished?.history ?? (await readLastCheckpoint(directory))?.progress.history ?? []
}
