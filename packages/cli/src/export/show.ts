import { errorData, errorText } from '../failure.ts'
import { safeLine } from '../output/safe-text.ts'
import { bytes, integer, outOf } from '../output/units.ts'
import type { Session } from '../session.ts'
import type { Copied, ExportNews } from './export-account.ts'

/** What an export came to. */
export interface Tally {
  /** Things of the account: jobs, runs, models, deployments and files that belong to no job. */
  readonly written: number
  readonly unchanged: number
  readonly incomplete: number
  readonly gone: number
  readonly unreadable: number
  /** Read from files of the provider. */
  readonly bytes: number
}

/** Where an export is shown while it goes on. */
export interface ExportView {
  news(news: ExportNews): void
  read(bytes: number): void
  tally(): Tally
  /** Gives the terminal back. */
  stop(): void
}

/** A block that is redrawn on a terminal, with lines above it for what is not there; a line for each thing elsewhere. */
export async function createExportView(session: Session): Promise<ExportView> {
  const { output, streams } = session
  const { stdout, env } = streams
  const watched = stdout.isTTY && env['TERM'] !== 'dumb' && !output.json && !output.quiet
  let tally: Tally = { written: 0, unchanged: 0, incomplete: 0, gone: 0, unreadable: 0, bytes: 0 }
  let total = 0
  let last = ''
  const block = (columns: number) => {
    const done = tally.written + tally.unchanged + tally.incomplete
    return `${outOf(done, total)} copied  ${bytes(tally.bytes)} read  ${last}`.slice(0, Math.max(1, columns - 1))
  }
  const live = watched ? (await import('../output/live.ts')).createLive(stdout, block) : undefined
  const complain = (text: string) => (live === undefined ? output.complaint(text) : live.line(text))

  return {
    news(news) {
      if (news.type === 'begun') {
        total = news.things
        return
      }
      if (news.type === 'unread') {
        tally = { ...tally, unreadable: tally.unreadable + 1 }
        output.data({ type: 'could-not-read', what: news.what, error: errorData(news.error, session) })
        complain(`${news.what} could not be read to the end:\n${errorText(news.error, session)}`)
        return
      }
      tally = counted(tally, news)
      last = `${news.kind} ${safeLine(news.id)}`
      if (live === undefined) output.progress(dataOf(news, session), () => lineOf(news))
      else if (isPlain(news)) live.changed()
      else live.line(lineOf(news))
      for (const { error } of news.unreadable) complain(errorText(error, session))
    },
    read(count) {
      tally = { ...tally, bytes: tally.bytes + count }
      live?.changed()
    },
    tally: () => tally,
    stop: () => live?.stop(),
  }
}

function counted(tally: Tally, { state, gone, unreadable }: Copied): Tally {
  return {
    ...tally,
    [state]: tally[state] + 1,
    gone: tally.gone + gone.length,
    unreadable: tally.unreadable + unreadable.length,
  }
}

function isPlain({ state, gone, notOffered }: Copied): boolean {
  return state !== 'incomplete' && (state === 'unchanged' || gone.length + notOffered.length === 0)
}

function dataOf({ unreadable, ...copied }: Copied, session: Session): object {
  const told = unreadable.map(({ role, id, error }) => ({ role, id, error: errorData(error, session) }))
  return { ...copied, unreadable: told }
}

/** `job ftjob-1: 6 files; gone: training file-9` */
function lineOf({ kind, id, state, files, gone, notOffered, unreadable }: Copied): string {
  const missing = (word: string, things: readonly { readonly role: string; readonly id: string }[]) =>
    things.length === 0 ? [] : [`${word}: ${things.map((thing) => missed(thing, id)).join(', ')}`]
  const count = `${integer(files.length)} ${files.length === 1 ? 'file' : 'files'}`
  const parts = [
    state === 'unchanged' ? 'unchanged' : count,
    ...missing('gone', gone),
    ...missing('not offered by the provider', notOffered),
    ...missing('could not be read', unreadable),
  ]
  return `${kind} ${safeLine(id)}: ${parts.join('; ')}`
}

/** What belongs to the thing itself is called by its role alone. */
function missed({ role, id }: { readonly role: string; readonly id: string }, of: string): string {
  return id === of ? role : `${role} ${safeLine(id)}`
}
