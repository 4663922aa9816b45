import type { OpenAI } from 'openai'
import type { Clock } from '../clock.ts'
import { newId } from '../server/identifiers.ts'
import { readLines, type Line } from '../training/training-data.ts'

/** A file of an account. */
export interface StoredFile {
  readonly id: string
  readonly filename: string
  /** The schema leaves out `evals`, with which files can be made. */
  readonly purpose: OpenAI.FileObject['purpose']
  readonly content: Buffer
  readonly createdAt: number
  /** Counted from its creation; without it, the file stays. */
  readonly expiresAfterSeconds?: number | undefined
  /** Milliseconds of the emulator's clock from which on it is processed. */
  readonly processedFrom: number
  /** Why it cannot be used for training. */
  readonly problem?: string | undefined
}

export type NewFile = Pick<StoredFile, 'filename' | 'purpose' | 'content' | 'expiresAfterSeconds'> & {
  readonly processingMilliseconds: number
}

/** A file as it is right after it was stored. */
export function storeFile({ processingMilliseconds, ...file }: NewFile, clock: Clock): StoredFile {
  return {
    ...file,
    id: newId('file-', 22),
    createdAt: clock.seconds(),
    processedFrom: clock.now() + processingMilliseconds,
    problem: file.purpose === 'fine-tune' ? findBadLine(file.content) : undefined,
  }
}

/** The file as the API shows it now. */
export function showFile(file: StoredFile, clock: Clock): OpenAI.FileObject {
  const { id, filename, purpose, content, createdAt, problem } = file
  const status = statusOf(file, clock)
  const expiresAt = expiryOf(file)
  return {
    id,
    object: 'file',
    bytes: content.length,
    created_at: createdAt,
    filename,
    purpose,
    status,
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    ...(status === 'error' && problem !== undefined ? { status_details: problem } : {}),
  }
}

/** What the vendor has made of it so far. */
export function statusOf({ processedFrom, problem }: StoredFile, clock: Clock): OpenAI.FileObject['status'] {
  if (clock.now() < processedFrom) return 'uploaded'
  return problem === undefined ? 'processed' : 'error'
}

/** True once it has expired; the vendor then deletes it. */
export function isExpired(file: StoredFile, clock: Clock): boolean {
  return clock.seconds() >= (expiryOf(file) ?? Infinity)
}

function expiryOf({ createdAt, expiresAfterSeconds }: StoredFile): number | undefined {
  return expiresAfterSeconds === undefined ? undefined : createdAt + expiresAfterSeconds
}

function findBadLine(content: Buffer): string | undefined {
  for (const line of readLines(content)) {
    if (!('problem' in line)) continue
    return `Expected file to have JSONL format, where every line is a valid JSON dictionary. Line ${line.line} is ${BAD_LINES[line.problem]}.`
  }
  return undefined
}

const BAD_LINES: Readonly<Record<Extract<Line, { problem: string }>['problem'], string>> = {
  'not-json': 'not valid JSON',
  'not-an-object': 'not a dictionary',
  'not-utf8': 'not valid UTF-8',
}
