import { rename } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { readHistory, train, type TrainingEvent } from '@anytune/trainer'
import { prepareDirectory, replaceFile, syncDirectory } from '../files.ts'
import type { Layout } from '../layout.ts'
import { hasModel, MODEL_RECORD } from '../models.ts'
import type { JobRecord, ModelRecord } from '../records.ts'
import { readRows } from './read-rows.ts'
import type { Report } from './report.ts'
import type { Requests } from './requests.ts'
import { toEvents } from './to-events.ts'

/** Trains, reports and puts the model where models are; goes on from the last checkpoint when there is one. */
export async function trainJob(record: JobRecord, layout: Layout, report: Report, requests: Requests): Promise<void> {
  // A runner that was killed after its last deed left nothing but to say so.
  if (await hasModel(layout, record.model)) return
  const directory = layout.job(record.id).training
  const training = await readRows(layout, record.training)
  const validation = record.validation && (await readRows(layout, record.validation))
  const { baseModel, hyperparameters, seed } = record
  await mendEvents(directory, record, report)
  requests.signal.throwIfAborted()
  const { modelDirectory } = await train(
    { directory, baseModel, training, ...(validation && { validation }), hyperparameters, seed },
    {
      signal: requests.signal,
      onEvent(event) {
        tellEvent(event, record, directory, report)
        requests.look()
      },
    },
  )
  requests.signal.throwIfAborted()
  await publish(layout, record, modelDirectory)
}

/** What a power cut took from the event file is still in the checkpoint; all else is told already, and not told again. */
async function mendEvents(directory: string, record: JobRecord, report: Report): Promise<void> {
  for (const event of await readHistory(directory)) {
    if (event.type === 'started') continue
    for (const told of toEvents(event, record.model, 0)) report.event(told)
  }
}

function tellEvent(event: TrainingEvent, record: JobRecord, directory: string, report: Report): void {
  if (event.type === 'started') report.status({ state: 'running' })
  // Before its event, because who reads the event may ask the checkpoint at once.
  if (event.type === 'checkpoint') report.checkpoint(event.step, relative(directory, event.directory))
  const resumedBefore = event.type === 'started' ? report.countEvents('resumed-') : 0
  for (const told of toEvents(event, record.model, resumedBefore)) report.event(told)
  if (event.type === 'checkpoint') report.sync()
  if (event.type !== 'step') return
  const { step, totalSteps, tokens } = event
  report.status({ state: 'running', progress: { step, totalSteps }, trainedTokens: tokens })
}

/** The last deed: the model is there at once, and whole. */
async function publish(layout: Layout, { id, model, baseModel }: JobRecord, modelDirectory: string): Promise<void> {
  const origin: ModelRecord = { version: 1, id: model, createdAt: new Date().toISOString(), job: id, baseModel }
  await replaceFile(join(modelDirectory, MODEL_RECORD), JSON.stringify(origin), { durable: true })
  await prepareDirectory(layout.models)
  await rename(modelDirectory, layout.model(model))
  await syncDirectory(layout.models)
}
