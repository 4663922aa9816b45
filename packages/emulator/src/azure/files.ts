import { randomUUID } from 'node:crypto'
import { readLines, type Line } from '../training/training-data.ts'
import type { AzureAccount } from './account.ts'
import { invalidPayload, quotaExceeded } from './refusal.ts'

/** What a file is for. The first is the one of training and validation data. */
export const PURPOSES = [
  'fine-tune',
  'fine-tune-results',
  'assistants',
  'assistants_output',
  'batch',
  'batch_output',
  'evals',
  'evals_output',
] as const
export type Purpose = (typeof PURPOSES)[number]

/** A file; times are milliseconds of the emulator's clock. */
export interface AzureFile {
  readonly id: string
  readonly filename: string
  readonly purpose: Purpose
  readonly content: Buffer
  readonly createdAt: number
  readonly expiresAt: number | undefined
  /** From then on it is `processed` or `error`. */
  readonly processedAt: number
  /** Why its lines cannot be used; never their content. */
  readonly problem: string | undefined
}

/** `FileState` as the service sends it; `uploaded` and `deleting` are in the schema and are not sent. */
export type FileStatus = 'pending' | 'running' | 'processed' | 'error'

/** The state at `now`. */
export function fileStatus({ createdAt, processedAt, problem }: AzureFile, now: number): FileStatus {
  if (now >= processedAt) return problem === undefined ? 'processed' : 'error'
  return now < (createdAt + processedAt) / 2 ? 'pending' : 'running'
}

export interface NewFile {
  readonly filename: string
  readonly purpose: Purpose
  readonly content: Buffer
  /** How long it is kept, in seconds. */
  readonly expiresAfter?: number | undefined
}

/** A file that has just arrived. What is above the resource's limits is refused; what its rows are, its status tells later. */
export function admitFile(
  account: AzureAccount,
  file: NewFile,
  now: number,
  maximumBytes = account.settings.maximumFileBytes,
): AzureFile {
  const { maximumFiles, maximumTotalFileBytes, processingMilliseconds } = account.settings
  const { filename, purpose, content, expiresAfter } = file
  if (content.length === 0) throw invalidPayload('The file is empty.', 'file')
  if (content.length > maximumBytes) {
    throw invalidPayload(`The file has ${content.length} bytes; at most ${maximumBytes} are accepted.`, 'file')
  }
  if (purpose === 'fine-tune') {
    if (!/\.jsonl$/i.test(filename)) throw invalidPayload('A file for fine-tuning must be named *.jsonl.', 'file')
    const others = account.files.all().filter((other) => other.purpose === 'fine-tune')
    if (others.length >= maximumFiles) {
      throw quotaExceeded(
        `The resource has ${others.length} files for fine-tuning; at most ${maximumFiles} are possible.`,
      )
    }
    const bytes = others.reduce((total, other) => total + other.content.length, content.length)
    if (bytes > maximumTotalFileBytes) {
      throw quotaExceeded(
        `The files for fine-tuning would have ${bytes} bytes; at most ${maximumTotalFileBytes} are possible.`,
      )
    }
  }
  return {
    id: `file-${randomUUID().replaceAll('-', '')}`,
    filename,
    purpose,
    content,
    createdAt: now,
    expiresAt: expiresAfter === undefined ? undefined : now + expiresAfter * 1000,
    processedAt: now + processingMilliseconds,
    problem: purpose === 'fine-tune' ? findProblem(content) : undefined,
  }
}

function findProblem(content: Buffer): string | undefined {
  for (const line of readLines(content)) {
    if ('problem' in line) return `Line ${line.line} of the file is ${PROBLEMS[line.problem]}.`
  }
  return undefined
}

const PROBLEMS: Record<Extract<Line, { problem: string }>['problem'], string> = {
  'not-json': 'not valid JSON',
  'not-an-object': 'not a JSON object',
  'not-utf8': 'not valid UTF-8',
}
