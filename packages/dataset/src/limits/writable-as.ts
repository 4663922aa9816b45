import type { Example } from '../example.ts'
import { CODECS, type FormatId } from '../formats/formats.ts'
import { requireFormat } from '../detect.ts'
import type { ExampleRule } from '../read.ts'
import { RULES } from '../rules.ts'
import { notRepresentable } from '../written-row.ts'

/**
 * A rule that rejects, as `not-representable`, what cannot be written in this format. `onWritten` sees every example that can, with the
 * size of its row in bytes, line end included; put the rule last, so that it sees what no other rejects.
 * Throws DatasetError `unknown-format`.
 */
export function writableAs(
  format: FormatId,
  onWritten?: (row: { readonly example: Example; readonly line: number; readonly bytes: number }) => void,
): ExampleRule {
  const { encode } = CODECS[requireFormat(format)]
  return {
    id: 'not-representable',
    summary: RULES['not-representable'].summary,
    check(example, line) {
      const encoded = encode(example)
      if (encoded.unsaid) return notRepresentable(line, encoded.unsaid, format)
      onWritten?.({ example, line, bytes: Buffer.byteLength(encoded.text) + 1 })
      return undefined
    },
  }
}
