import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import {
  DatasetError,
  encodeDataset,
  fileSource,
  readExamples,
  rowLimits,
  type DatasetSource,
  type EncodeOptions,
  type Example,
  type ExampleRule,
  type FormatId,
  type Limit,
} from '@anytune/dataset'
import type { Calls } from '../calls.ts'
import type { Method } from '../driver.ts'
import { AnytuneError, type ErrorCode } from '../errors.ts'
import type { DatasetInput } from './request.ts'
import type { PlannedDataset } from './plan-document.ts'

export type Role = PlannedDataset['role']

/** A dataset of a request, ready to be read as often as needed. */
export interface NamedSource extends DatasetInput {
  readonly role: Role
  readonly source: DatasetSource
}

/** Takes a path or a source as the user gave it. */
export function namedSource(role: Role, given: string | DatasetInput): NamedSource {
  const input = typeof given === 'string' ? { source: given } : given
  const source = typeof input.source === 'string' ? fileSource(resolve(input.source)) : input.source
  return { ...input, role, source }
}

/** The rules of the provider itself for a dataset of this request, and those on record that reject rows. */
export async function providerRules(
  calls: Calls,
  target: { readonly baseModel: string; readonly method: Method; readonly limits?: readonly Limit[] },
  training: { readonly source: DatasetSource; readonly format: FormatId },
  signal?: AbortSignal,
): Promise<readonly ExampleRule[]> {
  const { rules } = calls.driver.datasets
  const { baseModel, method, limits = [] } = target
  const own = rules && (await rules({ baseModel, method }, () => acceptedExamples(training, signal)))
  return [...(own ?? []), ...rowLimits(limits).rules]
}

async function* acceptedExamples(
  { source, format }: { readonly source: DatasetSource; readonly format: FormatId },
  signal: AbortSignal | undefined,
): AsyncGenerator<Example> {
  const rows = readExamples(source, { format, ...(signal && { signal }) })
  for await (const row of rows) if (row.example !== undefined) yield row.example
}

/** What is sent: the accepted rows in the provider's format. */
export function encoding(
  source: DatasetSource,
  planned: Pick<PlannedDataset, 'format'> & { readonly encoded: { readonly format: FormatId } },
  rules: readonly ExampleRule[],
  skipRejected: boolean,
  onRow?: EncodeOptions['onRow'],
): AsyncIterable<Uint8Array> {
  return encodeDataset(source, {
    from: planned.format,
    to: planned.encoded.format,
    onRejected: skipRejected ? 'skip' : 'fail',
    rules,
    onRow,
  })
}

/** Passes the bytes through and throws at the end when they are not the planned ones. */
export async function* asPlanned(
  bytes: AsyncIterable<Uint8Array>,
  planned: PlannedDataset,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let length = 0
  for await (const chunk of bytes) {
    hash.update(chunk)
    length += chunk.byteLength
    if (length > planned.encoded.bytes) throw changedSincePlan(planned)
    yield chunk
  }
  if (length !== planned.encoded.bytes || hash.digest('hex') !== planned.encoded.sha256) throw changedSincePlan(planned)
}

export function changedSincePlan(planned: PlannedDataset): AnytuneError {
  return new AnytuneError(
    'failed-precondition',
    `the ${planned.role} dataset ${planned.name} has changed since the plan was made`,
    {
      hint: 'make a new plan, and look at what it says',
      data: { role: planned.role },
    },
  )
}

const DATASET_ERROR_CODES: Readonly<Record<DatasetError['code'], ErrorCode>> = {
  'not-found': 'not-found',
  'not-a-file': 'invalid-argument',
  unreadable: 'invalid-argument',
  'unknown-format': 'dataset-invalid',
  encoding: 'dataset-invalid',
  container: 'dataset-invalid',
  'missing-package': 'configuration',
  'row-rejected': 'dataset-invalid',
  'too-few-rows': 'invalid-argument',
  'temporary-storage': 'invalid-argument',
  worker: 'unknown',
}

/** Runs work on a dataset; its errors become ours. */
export async function readingDataset<T>(role: Role, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw datasetError(role, error)
  }
}

/** An error of the dataset package as ours; any other error as it is. */
export function datasetError(role: Role | undefined, error: unknown): unknown {
  if (!(error instanceof DatasetError)) return error
  const message = role === undefined ? error.message : `${role} dataset: ${error.message}`
  return new AnytuneError(DATASET_ERROR_CODES[error.code], message, {
    hint: error.hint,
    cause: error,
    data: { ...(role && { role }), ...(error.rejection && { rejected: { count: 1, first: [error.rejection] } }) },
  })
}
