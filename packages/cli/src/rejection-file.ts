import { realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Rejection } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'
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
  /** Paths of files that are read meanwhile. */
  readonly reads: readonly string[]
  /** Paths of files that are written meanwhile. */
  readonly writes?: readonly string[]
}

const NOBODY: RejectionSink = { add() {}, drained: async () => {} }
const BLOCK_CHARACTERS = 64 * 1024

/**
 * Does work whose rejections go to a file, one JSON object a line: `{file, line, rule, field?, message, hint?}`, never row
 * content. The file gets its name when the work is done, also when it ends with `dataset-invalid`: rows that are refused are what the
 * list is for. It is empty where nothing was rejected.
 *
 * @throws AnytuneError `already-exists` before the work, `invalid-argument` when the file cannot be written or the work writes it, too.
 */
export async function listingRejections<T>(
  { cwd }: Streams,
  { out, overwrite, reads, writes = [] }: RejectionFileOptions,
  work: (sink: RejectionSink) => Promise<T>,
): Promise<T> {
  if (out === undefined) return work(NOBODY)
  const path = resolve(cwd, out)
  await assertOwn(path, out, writes)
  const outcome = await writingWhole([{ path, shown: out }], { overwrite, reads }, async ([file]) => {
    // One target, one file.
    if (file === undefined) throw new Error('no file was opened')
    const { sink, end } = sinkInto(file)
    const done = await work(sink).then((result) => () => result, refusal)
    await end()
    return done
  })
  return outcome()
}

/** Throws the refusal of rows once the list has its name, and any other error at once. */
function refusal(error: unknown): () => never {
  if (!(error instanceof AnytuneError) || error.code !== 'dataset-invalid') throw error
  return () => {
    throw error
  }
}

/** Of two files under one name, the later would replace the earlier. */
async function assertOwn(path: string, shown: string, writes: readonly string[]): Promise<void> {
  const [own, ...others] = await Promise.all([path, ...writes].map(entryOf))
  if (own === undefined || !others.includes(own)) return
  throw new AnytuneError('invalid-argument', `${shown} is where the rows are written`, {
    hint: 'name another file for the list of rejected rows',
  })
}

/** The place of a name in its folder, whichever way leads to that. */
async function entryOf(path: string): Promise<string> {
  const folder = dirname(path)
  return join(await realpath(folder).catch(() => folder), basename(path))
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
