import { DatasetError } from '../dataset-error.ts'
import type { JsonValue } from '../example.ts'
import { parseRow } from '../json-row.ts'
import type { Fault } from '../rules.ts'
import { brokenLine, isBlank, madeLine, type Line } from './line.ts'

/** Keys whose value is a list or an object: what a CSV or Parquet file has to keep as JSON text. */
const STRUCTURED: ReadonlySet<string> = new Set([
  'messages',
  'tools',
  'functions',
  'preferred_output',
  'non_preferred_output',
  'contents',
  'conversations',
  'toolConfig',
])

/** Keys that a row without a value for them does not have: an empty cell of a table says so. */
const OPTIONAL: ReadonlySet<string> = new Set(['system', 'tools', 'functions'])

/** Rows of flat fields under the keys of a format; see `Layout.fields`. */
export async function* mapFields(
  batches: AsyncIterable<readonly Line[]>,
  fields: Readonly<Record<string, string>>,
): AsyncGenerator<readonly Line[]> {
  const wanted = Object.entries(fields)
  const join = TURNS.every((key) => Object.hasOwn(fields, key)) ? conversation : object
  for await (const lines of batches) yield lines.map((line) => mapLine(line, wanted, join))
}

/** Throws DatasetError `container` when a field that the mapping names is not among those of a table. */
export function requireFields(
  name: string,
  fields: Readonly<Record<string, string>> | undefined,
  there: readonly string[],
): void {
  for (const [key, field] of Object.entries(fields ?? {})) {
    if (there.includes(field)) continue
    const hint = `the file names ${there.length} fields; write the field as the file does, capitals included`
    throw new DatasetError('container', `${name} has no field "${field}", which is mapped to ${key}`, hint)
  }
}

/** JSON texts of values by key. */
type Members = ReadonlyMap<string, string>

function object(members: Members): string {
  return `{${[...members].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`
}

/** What no format of flat rows says: mapped together, they are the messages of a conversation. */
const TURNS = ['system', 'prompt', 'completion'] as const

const ROLES = { system: 'system', prompt: 'user', completion: 'assistant' } as const

function conversation(members: Members): string | Fault {
  const absent = (['prompt', 'completion'] as const).find((key) => !members.has(key))
  if (absent !== undefined) return { rule: 'missing-key', field: absent, message: `"${absent}" is required and absent` }
  const others = new Map(members)
  const messages: string[] = []
  for (const key of TURNS) {
    const content = members.get(key)
    if (content !== undefined) messages.push(`{"role":"${ROLES[key]}","content":${content}}`)
    others.delete(key)
  }
  return object(new Map([['messages', `[${messages.join(',')}]`], ...others]))
}

function mapLine(
  line: Line,
  wanted: readonly (readonly [string, string])[],
  join: (members: Members) => string | Fault,
): Line {
  if (line.broken !== undefined || isBlank(line)) return line
  const parsed = parseRow(line.bytes.toString('utf8', line.start, line.end))
  if ('fault' in parsed) return brokenLine(line.number, parsed.fault)
  const members = new Map<string, string>()
  for (const [key, field] of wanted) {
    if (!Object.hasOwn(parsed.row, field)) continue
    const value = parsed.row[field] ?? null
    const text = textOf(key, value)
    if (text === undefined) return brokenLine(line.number, notJson(key))
    if (text !== '') members.set(key, text)
  }
  const joined = join(members)
  return typeof joined === 'string' ? madeLine(line.number, joined) : brokenLine(line.number, joined)
}

/** JSON text of a value; empty when the row has none for this key, undefined when it should be JSON text and is not. */
function textOf(key: string, value: JsonValue): string | undefined {
  if (value === '' && OPTIONAL.has(key)) return ''
  if (typeof value !== 'string' || !STRUCTURED.has(key)) return JSON.stringify(value)
  try {
    JSON.parse(value)
  } catch {
    // The engine's message quotes the value.
    return undefined
  }
  return value.replaceAll(/[\r\n]/g, ' ')
}

function notJson(key: string): Fault {
  return {
    rule: 'invalid-json',
    field: key,
    message: 'the field should hold JSON text, and does not',
    hint: `write the ${key} of the row as JSON`,
  }
}
