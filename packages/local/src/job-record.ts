import { createHash } from 'node:crypto'
import type { JobSpec } from '@anytune/core/driver'
import { DEFAULT_HYPERPARAMETERS, suggestEpochs } from '@anytune/trainer'
import { findBaseModel } from './capabilities.ts'
import { readDataset } from './datasets.ts'
import type { Layout } from './layout.ts'
import { LocalError } from './local-error.ts'
import type { DatasetRecord, JobRecord } from './records.ts'

/** A job without a seed is as repeatable as one with a seed. */
const DEFAULT_SEED = 1

/** The job that the spec asks for, with every default filled in, so that its files say what will be done. */
export async function toRecord(layout: Layout, id: string, spec: JobSpec): Promise<JobRecord> {
  const base = findBaseModel(spec.baseModel)
  if (base === undefined) throw new LocalError('invalid-argument', `there is no base model "${spec.baseModel}"`)
  const training = await dataset(layout, 'training', spec.training)
  const validation = spec.validation === undefined ? undefined : await dataset(layout, 'validation', spec.validation)
  const defaults = DEFAULT_HYPERPARAMETERS[base.id]
  const { epochs, batchSize, learningRate } = spec.hyperparameters
  return {
    version: 1,
    id,
    createdAt: new Date().toISOString(),
    baseModel: base.id,
    training: digest(training),
    ...(validation !== undefined && { validation: digest(validation) }),
    hyperparameters: {
      epochs: epochs ?? suggestEpochs(base.id, training.rows),
      batchSize: batchSize ?? defaults.batchSize.default,
      learningRate: learningRate ?? defaults.learningRate.default,
    },
    seed: spec.seed ?? DEFAULT_SEED,
    ...(spec.suffix !== undefined && { suffix: spec.suffix }),
    model: modelId(id, base.id, spec.suffix),
  }
}

/** True when both ask for the same, whenever they did. */
export function isSameRequest(one: JobRecord, other: JobRecord): boolean {
  const text = (record: JobRecord) => JSON.stringify({ ...record, createdAt: undefined })
  return text(one) === text(other)
}

async function dataset(layout: Layout, role: string, id: string): Promise<DatasetRecord> {
  const record = await readDataset(layout, id)
  if (record !== undefined) return record
  throw new LocalError('not-found', `the ${role} dataset ${id} is not there`, 'stage it again: make a new plan')
}

function digest({ id, sha256 }: DatasetRecord): JobRecord['training'] {
  return { id, sha256 }
}

function modelId(job: string, baseModel: string, suffix: string | undefined): string {
  const short = createHash('sha256').update(job).digest('hex').slice(0, 8)
  return ['local', baseModel, ...(suffix === undefined ? [] : [suffix]), short].join('-')
}
