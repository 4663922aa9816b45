import type { StagedDataset } from '../driver.ts'
import type { Role } from '../plan/sources.ts'

/** What a staged dataset is called at the vendor: by its run, never by the user's file name. */
export function stagedName(run: string, role: Role): string {
  return `${run}-${role}.jsonl`
}

const STAGED = /^(run-[a-z0-9]{10})-(?:training|validation)(?:-\d+)?(?:\.jsonl)?$/

/** The run that a dataset was staged for, by its name, or by its id where the vendor keeps no name; undefined for one that is not ours. */
export function runOfDataset({ id, name }: Pick<StagedDataset, 'id' | 'name'>): string | undefined {
  return STAGED.exec(name ?? id)?.[1]
}
