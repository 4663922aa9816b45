import { resolve } from 'node:path'
import type { Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { INCOMPLETE, SUCCESS } from '../exit-codes.ts'
import { Interrupted, interruptible } from '../interrupt.ts'
import { nextCommand } from '../next-command.ts'
import { withTuner } from '../open-tuner.ts'
import { fields } from '../output/table.ts'
import { bytes, integer } from '../output/units.ts'
import type { Session } from '../session.ts'
import { ownActions } from '../with-commands.ts'
import { exportAccount } from './export-account.ts'
import { openFolder } from './folder.ts'
import { createExportView, type ExportView } from './show.ts'
import { findTargets } from './targets.ts'

export interface ExportFlags {
  readonly all?: true | undefined
  readonly to: string
}

/** Before a file that broke off is read again; it doubles. */
const PAUSE_MS = 1000

/** Copies what the references name, or all of an account, into a folder; goes on where an earlier call stopped. */
export function exportInto(session: Session, references: readonly string[], flags: ExportFlags): Promise<number> {
  if ((flags.all === true) === references.length > 0) {
    throw new AnytuneError('invalid-argument', 'say what to export: references, or --all', {
      hint: 'name what to export, or say that it is all',
      next: ownActions({ do: 'export' }, { do: 'export-all' }),
    })
  }
  return withTuner(session, (tuner) => interruptible((signal) => copy(session, tuner, references, flags, signal)))
}

async function copy(
  session: Session,
  tuner: Tuner,
  references: readonly string[],
  { all, to }: ExportFlags,
  signal: AbortSignal,
): Promise<number> {
  const { streams } = session
  // Looked up first: for a reference that names nothing no folder is made.
  const wanted = all ? 'all' : await findTargets(tuner, references, signal)
  const folder = await openFolder(resolve(streams.cwd, to), to, tuner)
  const view = await createExportView(session)
  let complete: boolean
  try {
    complete = await exportAccount({
      tuner,
      folder,
      wanted,
      signal,
      pauseMs: PAUSE_MS,
      now: () => new Date(),
      onNews: (news) => view.news(news),
      onBytes: (count) => view.read(count),
    })
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    throw stopped(session, references, { all, to })
  } finally {
    view.stop()
    await folder.close()
  }
  tellResult(session, to, view, complete)
  if (complete) return SUCCESS
  session.output.note(`to go on with what is missing: ${again(session, references, { all, to })}`)
  return INCOMPLETE
}

function tellResult({ output }: Session, to: string, view: ExportView, complete: boolean): void {
  const { written, unchanged, incomplete, gone, unreadable, bytes: read } = view.tally()
  const counts = { written, unchanged, incomplete, gone, unreadable, bytes: read }
  output.result({ type: 'result', to, ...counts, complete }, () =>
    fields({
      'exported to': to,
      written: integer(written),
      unchanged: unchanged === 0 ? undefined : integer(unchanged),
      incomplete: incomplete === 0 ? undefined : integer(incomplete),
      gone: gone === 0 ? undefined : `${integer(gone)} that the provider no longer has`,
      'could not be read': unreadable === 0 ? undefined : integer(unreadable),
      read: bytes(read),
    }),
  )
}

function stopped(session: Session, references: readonly string[], flags: ExportFlags): Interrupted {
  const next = again(session, references, flags)
  return new Interrupted(`stopped; what was copied is whole; to go on: ${next}`, { next })
}

function again(session: Session, references: readonly string[], { all, to }: ExportFlags): string {
  return nextCommand(session, all ? { do: 'export-all', to } : { do: 'export', references, to })
}
