import type { Failure } from '../training/life.ts'
import { readLines, toTrainingData, type TrainingData } from '../training/training-data.ts'
import { checkShape, type Violation } from '../server/shape.ts'
import { ROWS } from './row-shapes.ts'

export type Method = 'supervised' | 'dpo' | 'reinforcement'

/** A file as a job finds it. */
export interface CheckedFile {
  readonly data: TrainingData
  /** With what the validation of the job fails. */
  readonly problem?: Failure
}

/** Checks every row of a training or validation file for a method. */
export function checkFile(
  content: Buffer,
  method: Method,
  member: 'training_file' | 'validation_file',
  minimumExamples: number,
): CheckedFile {
  const rows: Readonly<Record<string, unknown>>[] = []
  let problem: Failure | undefined
  for (const line of readLines(content)) {
    if ('problem' in line) problem ??= badFile(member, `Line ${line.line} is no JSON object.`)
    else {
      rows.push(line.row)
      problem ??= checkRow(line.row, line.line, method, member)
    }
  }
  const short = member === 'training_file' && rows.length < minimumExamples
  if (problem === undefined && short) problem = tooFew(rows.length, minimumExamples)
  if (problem === undefined && rows.length === 0) problem = badFile(member, 'The file has no examples.')
  const data = toTrainingData(rows, content.length)
  return problem === undefined ? { data } : { data, problem }
}

function checkRow(
  row: Readonly<Record<string, unknown>>,
  line: number,
  method: Method,
  member: string,
): Failure | undefined {
  const violation = checkShape(ROWS[method], row)
  const said = violation === undefined ? sayMore(row, method) : sayViolation(violation)
  return said === undefined ? undefined : badFile(member, `Line ${line}: ${said}`)
}

function sayViolation({ rule, path, expected }: Violation): string {
  if (rule === 'missing') return `'${path}' is missing.`
  return rule === 'unknown' ? `'${path}' is an unrecognized key.` : `'${path}' must be ${expected}.`
}

/** What the order of the messages must be. */
function sayMore(row: Readonly<Record<string, unknown>>, method: Method): string | undefined {
  if (method === 'dpo') return undefined
  const messages = row['messages'] as readonly { readonly role: string }[] // the shape was checked
  if (method === 'reinforcement')
    return messages.at(-1)?.role === 'user' ? undefined : 'the last message must be from the user.'
  return messages.some(({ role }) => role === 'assistant') ? undefined : 'there must be a message from the assistant.'
}

function tooFew(found: number, needed: number): Failure {
  const message = `Training file has ${found} example(s), but must have at least ${needed} examples`
  return { reason: 'bad-file', code: 'invalid_n_examples', message, param: 'training_file' }
}

function badFile(member: string, why: string): Failure {
  const [kind] = member.split('_')
  const message = `The job failed due to an invalid ${kind} file. Invalid file format. ${why}`
  return { reason: 'bad-file', code: `invalid_${member}`, message, param: member }
}
