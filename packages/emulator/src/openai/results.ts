import { newId } from '../server/identifiers.ts'
import type { LifeView } from '../training/life.ts'
import type { StoredFile } from './stored-file.ts'

const COLUMNS = ['step', 'train_loss', 'train_accuracy', 'valid_loss', 'valid_mean_token_accuracy'] as const

/** The file of a job's metrics: a table of one line per step, base64-encoded as OpenAI sends it. */
export function writeStepMetrics({ entries }: LifeView, finishedAt: number): StoredFile {
  const rows = entries.flatMap((entry) => {
    if (entry.type !== 'step') return []
    const { step, trainLoss, trainAccuracy, validLoss, validAccuracy } = entry
    return [[step, trainLoss, trainAccuracy, validLoss, validAccuracy].map((value) => value ?? '').join(',')]
  })
  const table = [COLUMNS.join(','), ...rows, ''].join('\n')
  return {
    id: newId('file-', 22),
    filename: 'step_metrics.csv',
    purpose: 'fine-tune-results',
    content: Buffer.from(Buffer.from(table).toString('base64')),
    createdAt: Math.floor(finishedAt / 1000),
    processedFrom: finishedAt,
  }
}
