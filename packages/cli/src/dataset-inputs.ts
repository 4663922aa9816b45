import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { addAbortSignal } from 'node:stream'
import type { ContainerId, DatasetSource, Layout, TextUnit } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import type { Streams } from './streams.ts'

/** What stands for standard input. */
export const STANDARD_INPUT = '-'

/** A dataset that a command was given. */
export interface DatasetInput {
  /** As the user wrote it. */
  readonly file: string
  readonly source: DatasetSource
  /** Bytes; unknown of standard input, and of a file that is not there. */
  readonly size: number | undefined
}

/** The options that say how files are packed, as they were given. */
export interface LayoutFlags {
  readonly container?: ContainerId | undefined
  readonly map?: Readonly<Record<string, string>> | undefined
  readonly textUnit?: TextUnit | undefined
}

const CONTAINERS = ['jsonl', 'json', 'csv', 'tsv', 'parquet', 'text'] as const satisfies readonly ContainerId[]
const TEXT_UNITS = ['paragraph', 'line', 'document'] as const satisfies readonly TextUnit[]

/** How the rows are packed, where a file's name and first bytes do not tell. */
export function containerOption() {
  return new Option('--container <container>', 'how the rows are packed (default: detected)').choices(CONTAINERS)
}

/** Which fields of flat rows become which keys of a format. */
export function mapOption() {
  const what = 'fields of flat rows, such as prompt=question,completion=answer,system=role; the others are left out'
  return new Option('--map <key=field,…>', what).argParser(mapping)
}

/** What becomes a row of a plain text. */
export function textUnitOption() {
  return new Option('--text-unit <unit>', 'what is one row of a plain text (default: paragraph)').choices(TEXT_UNITS)
}

function mapping(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const fields = { ...before }
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=')
    const key = pair.slice(0, Math.max(0, at)).trim()
    const field = pair.slice(at + 1).trim()
    if (at < 1 || key === '' || field === '' || key === '__proto__') {
      throw new InvalidArgumentError('Write it as key=field,key=field; repeat --map for a field with a comma.')
    }
    if (Object.hasOwn(fields, key))
      throw new InvalidArgumentError(`The key ${key} is mapped twice; keep one of the two.`)
    fields[key] = field
  }
  return fields
}

/**
 * The datasets of a command line; `-` is standard input, which the signal ends, as it does pipes.
 *
 * @throws AnytuneError `invalid-argument` when standard input is named twice.
 */
export async function datasetInputs(
  { stdin, cwd }: Streams,
  files: readonly string[],
  { container, map, textUnit }: LayoutFlags,
  signal: AbortSignal,
): Promise<readonly DatasetInput[]> {
  const { fileSource, streamSource } = await import('@anytune/dataset')
  if (files.filter((file) => file === STANDARD_INPUT).length > 1) {
    throw new AnytuneError('invalid-argument', 'standard input is named twice', { hint: 'it can be read once' })
  }
  const layout: Layout = { container, fields: map, textUnit }
  return Promise.all(
    files.map(async (file): Promise<DatasetInput> => {
      if (file === STANDARD_INPUT) {
        return { file, source: streamSource('standard input', addAbortSignal(signal, stdin), layout), size: undefined }
      }
      const path = resolve(cwd, file)
      const found = await stat(path).catch(() => undefined)
      // What a shell gives for <(…).
      if (found?.isFIFO()) return { file, source: streamSource(file, pipe(path, signal), layout), size: undefined }
      return { file, source: fileSource(path, layout), size: found?.size }
    }),
  )
}

/** Opened when it is read, because opening waits for its writer. */
async function* pipe(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // A stream without an encoding gives buffers.
  for await (const chunk of createReadStream(path, { signal })) yield chunk as Buffer
}
