import type { Example, FormatId, Rejection } from '../../src/index.ts'
import { CODECS } from '../../src/formats/formats.ts'
import { parseRow } from '../../src/json-row.ts'

/** The example of one row; fails the test when the row is refused. */
export function decoded(format: FormatId, text: string): Example {
  const parsed = parseRow(text)
  if ('fault' in parsed) throw new Error(parsed.fault.message)
  const found = CODECS[format].decode(parsed.row)
  if ('fault' in found) throw new Error(`${found.fault.field ?? ''}: ${found.fault.message}`)
  return found.example
}

/** Rule and field of the fault of one row; undefined when it is taken. */
export function faultOf(format: FormatId, text: string): Pick<Rejection, 'rule' | 'field'> | undefined {
  const parsed = parseRow(text)
  const found = 'fault' in parsed ? parsed : CODECS[format].decode(parsed.row)
  return 'fault' in found
    ? { rule: found.fault.rule, ...(found.fault.field !== undefined && { field: found.fault.field }) }
    : undefined
}
