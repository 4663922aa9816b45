import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Example } from '@anytune/core/driver'
import type { TrainingExample } from '@anytune/trainer'
import { z } from 'zod'
import { toConversation } from '../conversation.ts'
import { isMissing } from '../files.ts'
import type { Layout } from '../layout.ts'
import { LocalError } from '../local-error.ts'
import type { JobRecord } from '../records.ts'

const LINE_FEED = 0x0a

/** The conversations of a staged dataset. Its bytes must still be those that were staged. */
export async function readRows(layout: Layout, dataset: JobRecord['training']): Promise<readonly TrainingExample[]> {
  const bytes = await readFile(layout.datasetRows(dataset.id)).catch((error: unknown) => {
    throw isMissing(error) ? gone(dataset.id) : error
  })
  if (createHash('sha256').update(bytes).digest('hex') !== dataset.sha256) throw changed(dataset.id)
  const rows: TrainingExample[] = []
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const found = bytes.indexOf(LINE_FEED, start)
    const end = found === -1 ? bytes.length : found
    rows.push(readRow(bytes.toString('utf8', start, end), dataset.id, line))
    start = end + 1
  }
  return rows
}

function readRow(text: string, dataset: string, line: number): TrainingExample {
  const example = toExample(text)
  const converted = example === undefined ? NOT_A_ROW : toConversation(example)
  if ('example' in converted) return converted.example
  const { field, message } = converted.problem
  throw new LocalError('invalid-argument', `line ${line} of the dataset ${dataset}: ${field}: ${message}`)
}

const NOT_A_ROW = { problem: { field: 'row', message: 'is not a chat row as core encodes it' } }

const content = z.union([z.string(), z.array(z.looseObject({ type: z.string() })), z.null()])
const role = z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function'])
const Row = z.strictObject({
  messages: z.array(z.looseObject({ role, content: content.optional() })).min(1),
  tools: z.unknown().optional(),
  functions: z.unknown().optional(),
  parallel_tool_calls: z.unknown().optional(),
})

/** The row as an example, as far as `toConversation` looks; the parser's own errors quote the row, so they go no further. */
function toExample(text: string): Example | undefined {
  try {
    const { parallel_tool_calls: parallelToolCalls, ...row } = Row.parse(JSON.parse(text))
    // Whether the members have the shapes that core's encoder gives them is not asked again.
    return { kind: 'chat', ...row, parallelToolCalls } as unknown as Example
  } catch {
    return undefined
  }
}

function gone(id: string): LocalError {
  return new LocalError('not-found', `the dataset ${id} was deleted; the job needs it`)
}

function changed(id: string): LocalError {
  return new LocalError('failed-precondition', `the file of the dataset ${id} has changed since it was staged`)
}
