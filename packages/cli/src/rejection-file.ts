import { resolve } from 'node:path'
import type { Rejection } from '@anytune/dataset'
import type { Streams } from './streams.ts'
import { writingWhole, type WholeFile } from './whole-files.ts'

/** Every rejection of a command, for whoever asked for the file. */
export interface RejectionSink {
  /** Notes one. */
  add(file: string, rejection: Rejection): void
  /**
   * Resolves when little of what was noted is still in memory.
   *
   * @throws AnytuneError `invalid-argument` when the file cannot be written, and then ever after.
   */
  drained(): Promise<void>
}

export interface RejectionFileOptions {
  /** As the user wrote it; nothing is written without. */
  readonly out: string | undefined
  readonly overwrite: boolean
  /** Files that are read meanwhile. */
  readonly reads: readonly string[]
}

const NOBODY: RejectionSink = { add() {}, drained: async () => {} }
const BLOCK_CHARACTERS = 64 * 1024

/**
 * Does work whose rejections go to a file, one JSON object a line: `{file, line, rule, field?, message, hint?}`, never row
 * content. The file gets its name when the work is done, and is empty where nothing was rejected.
 *
 * @throws AnytuneError `already-exists` before the work, `invalid-argument` when the file cannot be written.
 */
export async function listingRejections<T>(
  { cwd }: Streams,
  { out, overwrite, reads }: RejectionFileOptions,
  work: (sink: RejectionSink) => Promise<T>,
): Promise<T> {
  if (out === undefined) return work(NOBODY)
  return writingWhole([{ path: resolve(cwd, out), shown: out }], { overwrite, reads }, async ([file]) => {
    // One target, one file.
    if (file === undefined) throw new Error('no file was opened')
    const { sink, end } = sinkInto(file)
    const result = await work(sink)
    await end()
    return result
  })
}

function sinkInto(file: WholeFile) {
  let held = ''
  let writing = Promise.resolve()
  const flush = () => {
    const text = held
    held = ''
    // In a row: once one write has failed, so has the file.
    writing = writing.then(async () => {
      if (text !== '') await file.write(Buffer.from(text))
    })
    return writing
  }
  const sink: RejectionSink = {
    add(name, rejection) {
      held += `${JSON.stringify({ file: name, ...rejection })}\n`
    },
    drained: () => (held.length >= BLOCK_CHARACTERS ? flush() : writing),
  }
  return { sink, end: flush }
}
