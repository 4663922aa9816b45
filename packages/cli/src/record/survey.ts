import { createHash } from 'node:crypto'
import type { DatasetSource, Rejection } from '@anytune/dataset'
import { readQuestions } from './questions.ts'

/** A prompts file, looked through before anything is asked. No row content. */
export interface Survey {
  readonly bytes: number
  /** Of the whole file, lower-case hex. */
  readonly sha256: string
  /** The digest of every question's row, in order. */
  readonly rows: readonly string[]
  readonly rejected: {
    readonly count: number
    readonly byRule: Readonly<Record<string, number>>
    /** The first ones, in the order of the file. */
    readonly first: readonly Rejection[]
  }
}

/** As many rejections as an error lists. */
const LISTED = 20

/** Reads the file once. @throws DatasetError when it cannot be read. */
export async function surveyPrompts(source: DatasetSource, signal: AbortSignal): Promise<Survey> {
  const hash = createHash('sha256')
  const first: Rejection[] = []
  const byRule: Record<string, number> = {}
  let bytes = 0
  const rows: string[] = []
  let count = 0
  async function* open() {
    for await (const chunk of source.open()) {
      hash.update(chunk)
      bytes += chunk.byteLength
      yield chunk
    }
  }
  for await (const row of readQuestions({ ...source, open }, signal)) {
    if ('question' in row) {
      rows.push(row.question.row)
      continue
    }
    const { rejection } = row
    count++
    byRule[rejection.rule] = (byRule[rejection.rule] ?? 0) + 1
    if (first.length < LISTED) first.push(rejection)
  }
  return { bytes, sha256: hash.digest('hex'), rows, rejected: { count, byRule, first } }
}
