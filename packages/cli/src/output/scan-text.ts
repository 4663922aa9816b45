import type { ScanFindings, ScanReport } from '@anytune/dataset'
import { rejectionLines } from './rejections.ts'
import type { Paint } from './style.ts'
import { integer } from './units.ts'

/** What a scan found, as facts for a table; absent where it found nothing. */
export function scanFacts({ secrets, possibleSecrets, personal }: ScanReport, paint: Paint) {
  const told = (findings: ScanFindings, color: 'red' | 'yellow') =>
    findings.count === 0 ? undefined : paint(color, findingsText(findings))
  return {
    secrets: told(secrets, 'red'),
    'may be secrets': told(possibleSecrets, 'yellow'),
    'personal data': told(personal, 'yellow'),
  }
}

/** `12 in 8 rows (email 10, phone 2)`. */
export function findingsText({ count, rows, byKind }: ScanFindings): string {
  const kinds = Object.entries(byKind).sort((one, other) => other[1] - one[1])
  const where = rows === 1 ? 'one row' : `${integer(rows)} rows`
  return `${integer(count)} in ${where} (${kinds.map(([kind, times]) => `${kind} ${integer(times)}`).join(', ')})`
}

/** The first secrets, a line each: where, and by which rule, never which. */
export function secretLines({ count, first }: ScanFindings): string[] {
  return rejectionLines({
    count,
    first: first.map(({ line, field, kind, rule }) => ({
      line,
      rule: 'secret-found',
      ...(field !== '' && { field }),
      message: `holds a secret: ${kind} (${rule})`,
    })),
  })
}
