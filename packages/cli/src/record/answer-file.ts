import { createReadStream } from 'node:fs'
import { open, truncate, type FileHandle } from 'node:fs/promises'
import type { ChatReply } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { cannotWrite } from '../write-text.ts'
import { sum, type Usage } from './budget.ts'
import type { Question } from './questions.ts'

/** One line of the file: what became of one question. */
export interface AnswerLine {
  readonly index: number
  readonly line: number
  /** SHA-256 of the row, and of what was sent of it. */
  readonly row: string
  readonly messages: string
  readonly answer?: string
  readonly finish?: ChatReply['finish']
  readonly usage?: Usage
  /** In place of an answer: the provider took the question and said no to it. */
  readonly refused?: { readonly code: string; readonly status?: number }
  readonly reference?: Question['reference']
  readonly model: string
  /** ISO 8601. */
  readonly at: string
}

/** What the lines of a file amount to. */
export interface Tally {
  readonly answered: number
  /** Of these, how many answers the provider's filter cut or held back. */
  readonly filtered: number
  readonly refused: number
  readonly usage: Usage
}

/** The answers so far, open for more. */
export interface AnswerFile {
  readonly done: ReadonlySet<number>
  readonly tally: Tally
  append(line: AnswerLine): Promise<void>
  /** Everything is on disk when it resolves. */
  close(): Promise<void>
}

/** So many lines may be lost when the computer loses power; none when only the process dies. */
const LINES_A_SYNC = 16

/**
 * Opens the file, or makes it, for its owner alone. A last line that was cut short is dropped: its question is asked again.
 *
 * @param shown How messages call the file.
 * @param rows The digest of every question's row, in order.
 * @throws AnytuneError `failed-precondition` when it holds something else, `invalid-argument` when it cannot be written.
 */
export async function openAnswerFile(path: string, shown: string, rows: readonly string[]): Promise<AnswerFile> {
  const unwritable = (cause: unknown) => {
    throw isSystemError(cause) ? cannotWrite(shown, cause) : cause
  }
  const file = await open(path, 'a+', 0o600).catch(unwritable)
  const done = new Set<number>()
  let tally: Tally = { answered: 0, filtered: 0, refused: 0, usage: { inputTokens: 0, outputTokens: 0 } }
  try {
    await dropCutLine(path, file)
    let number = 0
    for await (const text of linesOf(path)) {
      number++
      const line = asAnswerLine(text)
      if (line === undefined || line.row !== rows[line.index] || done.has(line.index)) throw foreign(shown, number)
      done.add(line.index)
      tally = counted(tally, line)
    }
  } catch (error) {
    await file.close()
    throw error
  }

  let unsynced = 0
  // One line after the other: two writes at once could mix.
  let last: Promise<void> = Promise.resolve()
  const write = async (line: AnswerLine) => {
    await file.appendFile(`${JSON.stringify(line)}\n`)
    unsynced++
    if (unsynced >= LINES_A_SYNC) {
      await file.datasync()
      unsynced = 0
    }
    done.add(line.index)
    tally = counted(tally, line)
  }
  return {
    done,
    get tally() {
      return tally
    },
    append(line) {
      last = last.then(() => write(line))
      return last.catch(unwritable)
    },
    async close() {
      try {
        await last.then(() => file.datasync()).catch(unwritable)
      } finally {
        await file.close()
      }
    },
  }
}

function counted(tally: Tally, { finish, refused, usage }: AnswerLine): Tally {
  return {
    answered: tally.answered + (refused === undefined ? 1 : 0),
    filtered: tally.filtered + (finish === 'filtered' ? 1 : 0),
    refused: tally.refused + (refused === undefined ? 0 : 1),
    usage: usage === undefined ? tally.usage : sum(tally.usage, usage),
  }
}

const LINE_FEED = 0x0a
const BLOCK_BYTES = 64 * 1024

/** Cuts off what stands after the last line feed. */
async function dropCutLine(path: string, file: FileHandle): Promise<void> {
  const { size } = await file.stat()
  const block = Buffer.alloc(BLOCK_BYTES)
  let end = size
  while (end > 0) {
    const start = Math.max(0, end - BLOCK_BYTES)
    const { bytesRead } = await file.read(block, 0, end - start, start)
    const at = block.subarray(0, bytesRead).lastIndexOf(LINE_FEED)
    end = at === -1 ? start : start + at + 1
    if (at !== -1) break
  }
  // By its path: not every system shortens a file that is open for appending.
  if (end < size) await truncate(path, end)
}

/** By line feeds alone: `node:readline` also splits at separators that may stand in an answer. */
async function* linesOf(path: string): AsyncGenerator<string, void, undefined> {
  let rest = Buffer.alloc(0)
  for await (const chunk of createReadStream(path)) {
    // A stream without an encoding gives buffers.
    const bytes = Buffer.concat([rest, chunk as Buffer])
    let start = 0
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      yield bytes.toString('utf8', start, end)
      start = end + 1
    }
    rest = bytes.subarray(start)
  }
}

function asAnswerLine(text: string): AnswerLine | undefined {
  const value = parsed(text)
  if (typeof value !== 'object' || value === null) return undefined
  // What is not established below is not read.
  const line = value as AnswerLine
  const answered = typeof line.answer === 'string' || typeof line.refused === 'object'
  return Number.isInteger(line.index) && answered && isUsage(line.usage) ? line : undefined
}

function isUsage(usage: AnswerLine['usage']): boolean {
  return usage === undefined || [usage?.inputTokens, usage?.outputTokens].every(Number.isFinite)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function foreign(shown: string, line: number): AnytuneError {
  return new AnytuneError('failed-precondition', `${shown}: line ${line} is not an answer of this recording`, {
    hint: 'name another file; what is there is left as it is',
  })
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error
}
