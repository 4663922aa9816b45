import { resolve } from 'node:path'
import { fileSource, type DatasetSource, type FormatId } from '@anytune/dataset'
import { AnytuneError } from '../errors.ts'
import type { Journal } from '../operation/journal.ts'
import type { CallOptions } from '../tuner.ts'
import { findRows, type LineageFinding } from './find-rows.ts'
import type { LineageFiles } from './lineage-files.ts'
import { sentDatasets } from './manifests.ts'

/** Which rows runs were given: answered from hashes that are kept when a dataset is staged, and stay when a run is purged. */
export interface Lineage {
  /**
   * Looks for rows among those of all runs of the journal, whichever provider they went to. Rows are the same when they teach the same,
   * whatever their format (`rowHash` of `@anytune/dataset`). Runs of which it cannot be told are told first, or where they turn out so.
   *
   * @param rows A file, or rows in memory (`rowsSource`).
   * @throws AnytuneError `failed-precondition` for a tuner that keeps no manifests.
   */
  find(rows: string | DatasetSource, options?: FindRowsOptions): AsyncIterable<LineageFinding>
  /**
   * Removes what is kept of the rows of a run. Other runs that were given exactly the same rows from the same place lose it too.
   *
   * @returns How many manifests were removed.
   */
  forget(run: string): Promise<number>
}

export interface FindRowsOptions extends CallOptions {
  /** Overrides detection. */
  readonly format?: FormatId
  /** Look for the row on this line alone; without one there, the code is `invalid-argument`. */
  readonly line?: number
}

export function createLineage(
  journal: Journal,
  files: LineageFiles | undefined,
  runId: (text: string) => string,
): Lineage {
  const there = () => {
    if (files !== undefined) return files
    throw new AnytuneError('failed-precondition', 'this tuner keeps no manifests of the rows it sends', {
      hint: 'give it a state directory, and do not switch lineage off',
    })
  }
  return {
    async *find(rows, options = {}) {
      const source = typeof rows === 'string' ? fileSource(resolve(rows)) : rows
      yield* findRows(journal, there(), source, options)
    },
    async forget(run) {
      return forgetRows(journal, there(), runId(run))
    },
  }
}

async function forgetRows(journal: Journal, files: LineageFiles, id: string): Promise<number> {
  const sent = await sentDatasets(journal)
  const own = sent.flatMap(({ run, manifest }) => (run.id === id && 'name' in manifest ? [manifest.name] : []))
  for (const name of own) {
    // Before it is said, so that a crash leaves nothing that was to be removed.
    await files.remove(name)
    for (const { run, role, manifest } of sent) {
      const gone = 'name' in manifest && manifest.name === name
      if (gone) await journal.append(run.id, { type: 'lineage', role, manifest: null })
    }
  }
  return new Set(own).size
}
