import { availableParallelism } from 'node:os'
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import type { DatasetInput } from './dataset-inputs.ts'
import { numberOption } from './options.ts'

/** Below so many bytes a second thread gains little: to start it, and to load its vocabulary, takes some tenths of a second. */
const WORTH_BYTES = 64 * 1024 * 1024
/** This thread reads for all of them, and can feed no more. */
const MOST = 4

/** `--workers` */
export function workersOption() {
  return new Option(
    '--workers <number>',
    'threads that share the work; 0: none besides this one (default: those of the machine, up to 4, from 64 MiB on)',
  ).argParser((text) => {
    const value = numberOption(text)
    if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
    return value
  })
}

/** How many threads read a dataset, unless it was said; a stream, whose size nobody knows, is read by this one. */
export function workersFor({ size = 0 }: Pick<DatasetInput, 'size'>, asked: number | undefined): number {
  if (asked !== undefined) return asked
  const available = Math.min(MOST, availableParallelism())
  return size < WORTH_BYTES || available < 2 ? 0 : available
}
