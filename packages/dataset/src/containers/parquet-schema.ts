import type { FileMetaData, SchemaElement } from 'hyparquet'
import { DatasetError } from '../dataset-error.ts'

/** Annotations under which a value is exactly one of JSON's. */
const SAYABLE: ReadonlySet<string> = new Set([
  'UTF8',
  'ENUM',
  'JSON',
  'INT_8',
  'INT_16',
  'INT_32',
  'INT_64',
  'UINT_8',
  'UINT_16',
  'UINT_32',
  'UINT_64',
  'STRING',
  'INTEGER',
  'UUID',
  'NULL',
])

/** Columns whose values are read without annotation; other bytes are texts, or refused row by row. */
const PLAIN: ReadonlySet<string> = new Set(['BOOLEAN', 'INT32', 'INT64', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY'])

/**
 * The top-level columns: all there are, and those to read. Throws DatasetError `container` when one of these holds what
 * JSON has no exact word for, such as a decimal or a date.
 */
export function columnsOf(
  name: string,
  { schema }: FileMetaData,
  wanted: readonly string[] | undefined,
): { readonly all: readonly string[]; readonly read: readonly string[] } {
  const all: string[] = []
  const read: string[] = []
  // The first element is the root; each is followed by its children.
  for (let at = 1; at < schema.length;) {
    const column = schema[at]?.name ?? ''
    const end = endOf(schema, at)
    all.push(column)
    if (wanted === undefined || wanted.includes(column)) {
      const strange = schema.slice(at, end).find((element) => !isSayable(element))
      if (strange) throw notSayable(name, all.length, strange)
      read.push(column)
    }
    at = end
  }
  return { all, read }
}

/** Index after an element and everything below it. */
function endOf(schema: readonly SchemaElement[], start: number): number {
  let end = start + 1
  for (let children = schema[start]?.num_children ?? 0; children > 0; children--) end = endOf(schema, end)
  return end
}

function isSayable({ type, converted_type, logical_type, num_children }: SchemaElement): boolean {
  // A list or an object.
  if (num_children !== undefined && num_children > 0) return logical_type?.type !== 'VARIANT'
  const annotation = converted_type ?? logical_type?.type
  return annotation === undefined ? type !== undefined && PLAIN.has(type) : SAYABLE.has(annotation)
}

/** A column's name is the user's own, so it is named by its place. */
function notSayable(name: string, place: number, { type, converted_type, logical_type }: SchemaElement): DatasetError {
  const what = converted_type ?? logical_type?.type ?? type
  const hint = 'write the column as text, or leave it out with a field mapping'
  return new DatasetError(
    'container',
    `column ${place} of ${name} holds ${what}, for which JSON has no exact word`,
    hint,
  )
}
