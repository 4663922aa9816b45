import { join } from 'node:path'
import type { EngineState } from '../engine/engine.ts'
import { TrainerError } from '../errors.ts'
import type { TrainingEvent } from '../training-types.ts'
import { listNames, removeUnfinished, writeDirectory, type FileWriter } from './files.ts'
import { encodeModel, readJson, readModel, readTensors, selectWeights, type StoredModel } from './model-files.ts'
import { encodeSafetensors } from './safetensors.ts'
import { rm } from 'node:fs/promises'
import type { Weights } from '../engine/parameters.ts'

/** Where a training stands; with the request it is all that is needed to go on, since every draw depends on seed and step alone. */
export interface Progress {
  /** Identifies the request; see `fingerprintOf`. */
  readonly fingerprint: string
  readonly step: number
  readonly trainedTokens: number
  readonly seconds: number
  /** The events up to this step, so that the loss curve of a resumed training is one curve. */
  readonly history: readonly TrainingEvent[]
}

/** A checkpoint read back. */
export interface Checkpoint {
  readonly model: StoredModel
  readonly state: EngineState
  readonly progress: Progress
}

const keptCheckpoints = 2
const moments = { first: 'first.', second: 'second.' } as const

/** The directory of the checkpoint of a step. */
export function checkpointDirectory(directory: string, step: number): string {
  return join(checkpointsOf(directory), `step-${step}`)
}

/** Where the finished model lies. */
export function modelDirectoryOf(directory: string): string {
  return join(directory, 'model')
}

/** Writes a checkpoint atomically, then removes all but the last two; on failure the earlier ones are untouched. */
export async function writeCheckpoint(
  directory: string,
  { model, state, progress }: Checkpoint,
  writer: FileWriter,
): Promise<string> {
  const target = checkpointDirectory(directory, progress.step)
  const optimizer = { ...prefixed(moments.first, state.firstMoments), ...prefixed(moments.second, state.secondMoments) }
  await writeDirectory(
    target,
    {
      ...encodeModel({ ...model, weights: state.weights }),
      'optimizer.safetensors': encodeSafetensors(optimizer),
      ...progressFile(progress),
    },
    writer,
  )
  const steps = await listSteps(directory)
  for (const step of steps.slice(0, -keptCheckpoints)) {
    await rm(checkpointDirectory(directory, step), { recursive: true, force: true })
  }
  return target
}

/** Writes the finished model atomically beside its checkpoints. */
export async function writeFinished(
  directory: string,
  model: StoredModel,
  progress: Progress,
  writer: FileWriter,
): Promise<string> {
  const target = modelDirectoryOf(directory)
  await writeDirectory(target, { ...encodeModel(model), ...progressFile(progress) }, writer)
  return target
}

/** The progress of the finished model, undefined when the training is not finished. */
export async function readFinished(directory: string): Promise<Progress | undefined> {
  const names = await listNames(modelDirectoryOf(directory))
  return names.includes(progressName) ? readProgress(modelDirectoryOf(directory)) : undefined
}

/** Clears away what writers that were killed left half-written. */
export async function clearUnfinished(directory: string): Promise<void> {
  await removeUnfinished(checkpointsOf(directory))
  await removeUnfinished(directory)
}

/** The newest checkpoint, undefined when there is none. */
export async function readLastCheckpoint(directory: string): Promise<Checkpoint | undefined> {
  const last = (await listSteps(directory)).at(-1)
  if (last === undefined) return undefined
  const from = checkpointDirectory(directory, last)
  const [model, progress, optimizer] = await Promise.all([
    readModel(from),
    readProgress(from),
    readTensors(from, 'optimizer.safetensors'),
  ])
  const state: EngineState = {
    step: progress.step,
    weights: model.weights,
    firstMoments: selectWeights(optimizer, model.size, moments.first, from),
    secondMoments: selectWeights(optimizer, model.size, moments.second, from),
  }
  return { model, state, progress }
}

/** The steps that have a checkpoint, oldest first. */
export async function listSteps(directory: string): Promise<readonly number[]> {
  const names = await listNames(checkpointsOf(directory))
  const steps = names.flatMap((name) => /^step-(\d+)$/.exec(name)?.[1] ?? []).map(Number)
  return steps.sort((one, other) => one - other)
}

const progressName = 'progress.json'

function progressFile(progress: Progress): Readonly<Record<string, string>> {
  return { [progressName]: JSON.stringify(progress) }
}

async function readProgress(directory: string): Promise<Progress> {
  const json = await readJson(directory, progressName)
  const { fingerprint, step, trainedTokens, seconds, history } = json
  const valid =
    typeof fingerprint === 'string' &&
    [step, trainedTokens, seconds].every((value) => typeof value === 'number') &&
    Array.isArray(history)
  if (!valid)
    throw new TrainerError('broken-model', `${directory} is no usable checkpoint: ${progressName} is malformed.`)
  return json as unknown as Progress // written by this file only; its outline was checked
}

function checkpointsOf(directory: string): string {
  return join(directory, 'checkpoints')
}

function prefixed(prefix: string, weights: Weights): Weights {
  return Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [prefix + name, tensor]))
}
