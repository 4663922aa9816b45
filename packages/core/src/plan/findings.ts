import type { Rejection, ScanFindings, ScanReport } from '@anytune/dataset'
import { AnytuneError } from '../errors.ts'
import type { PlanWarning } from '../support.ts'
import type { FoundInDataset, PlannedDataset } from './plan-document.ts'
import type { NamedSource } from './sources.ts'

/** Findings that an error carries; checking the file lists the rest. */
const LISTED_FINDINGS = 20

/**
 * Refuses a dataset that holds a secret, also where nothing leaves this computer: a model repeats what it has learned, and no record or
 * policy makes a key harmless. So nothing allows it.
 *
 * @throws AnytuneError `dataset-invalid` with the rule `secret-found`, lines and fields.
 */
export function assertNoSecret({ role, source }: NamedSource, { secrets }: ScanReport): void {
  if (secrets.count === 0) return
  const first = secrets.first.slice(0, LISTED_FINDINGS).map(({ line, field, kind, rule }): Rejection => ({
    line,
    rule: 'secret-found',
    ...(field !== '' && { field }),
    message: `holds a secret: ${kind} (${rule})`,
  }))
  const what = `${secrets.count === 1 ? 'a secret' : `${secrets.count} secrets`} in ${rowsText(secrets)}`
  throw new AnytuneError('dataset-invalid', `the ${role} dataset ${source.name} holds ${what}`, {
    hint: 'revoke each, and redact them or take them out; nothing allows a plan with secrets',
    next: [{ do: 'redact', ...(source.path !== undefined && { path: source.path }), kinds: ['secret'] }],
    data: {
      role,
      rule: 'secret-found',
      rejected: { count: secrets.count, first, byRule: { 'secret-found': secrets.count } },
    },
  })
}

/** What a plan keeps of a scan: counts alone. */
export function foundInDataset({ personal, possibleSecrets }: ScanReport): FoundInDataset {
  return { personal: counts(personal), possibleSecrets: counts(possibleSecrets) }
}

function counts({ count, rows, byKind }: ScanFindings): FoundInDataset['personal'] {
  return { count, rows, byKind }
}

const ADVICE = 'a model may repeat them; redact them, or be sure that they may stay'

/** What a dataset holds that refuses nothing. */
export function findingWarnings({ role, name, path, found }: PlannedDataset): readonly PlanWarning[] {
  const told = [
    ['personal-data', 'personal data', found?.personal],
    ['possible-secrets', 'what may be secrets', found?.possibleSecrets],
  ] as const
  return told.flatMap(([id, what, findings]) => {
    if (findings === undefined || findings.count === 0) return []
    const kinds = Object.entries(findings.byKind).map(([kind, count]) => `${kind} ${count}`)
    const message = `the ${role} dataset ${name} holds ${what} in ${rowsText(findings)} (${kinds.join(', ')}): ${ADVICE}`
    return [{ id, message, next: [{ do: 'redact', ...(path !== undefined && { path }) }] }]
  })
}

function rowsText({ rows }: { readonly rows: number }): string {
  return rows === 1 ? 'one row' : `${rows} rows`
}
