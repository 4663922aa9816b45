// What the evidence files in docs/evidence prove of each provider.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEvidence, PROOF_OPERATIONS, provenBy, type Evidence } from '../packages/cli/src/index.ts'

/** The evidence files of a folder, oldest first; one that is a rehearsal does not belong there. */
export function readEvidence(folder: string): readonly Evidence[] {
  const files = globSync('*.json', { cwd: folder }).toSorted()
  return files
    .map((file) => {
      const evidence = parseEvidence(readFileSync(join(folder, file), 'utf8'))
      if (evidence.rehearsal) throw new Error(`docs/evidence/${file} is a rehearsal: it proves nothing`)
      return evidence
    })
    .toSorted((one, other) => one.on.localeCompare(other.on))
}

/** A provider's row in the matrix: how much is proven, and since when. */
export function provenText(evidence: readonly Evidence[], provider: string): string {
  const proven = provenOperations(evidence, provider)
  if (proven.size === 0) return 'nothing yet'
  const last = [...proven.values()].toSorted().at(-1)
  return `${proven.size} of ${PROOF_OPERATIONS.length} operations, last ${last}`
}

/** A table of all operations of a proof, with the day each provider's was last proven. */
export function proofsTable(
  evidence: readonly Evidence[],
  providers: readonly string[],
  table: (header: readonly string[], rows: readonly (readonly string[])[]) => string,
): string {
  const proven = providers.map((provider) => provenOperations(evidence, provider))
  const rows = PROOF_OPERATIONS.map((operation) => [
    `\`${operation}\``,
    ...proven.map((days) => days.get(operation) ?? 'not yet'),
  ])
  return table(['operation', ...providers], rows)
}

/** The last day on which each operation was proven. */
function provenOperations(evidence: readonly Evidence[], provider: string): ReadonlyMap<string, string> {
  const own = evidence.filter((each) => each.provider === provider)
  return new Map(own.flatMap((each) => provenBy(each).map((operation) => [operation, each.on] as const)))
}
