import { existsSync, watch } from 'node:fs'
import type { JobLayout } from '../layout.ts'

/** Why a runner ends before its training does. */
export type StopReason = 'cancel' | 'pause' | 'terminate'

/** What others ask of this runner. */
export interface Requests {
  /** Aborted with a {@link StopReason}. */
  readonly signal: AbortSignal
  /** Looks once more, for file systems that tell nothing of their changes. */
  look(): void
  close(): void
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Notices the request files of a job as they appear, and the operating system's wish that this process ends. */
export function watchRequests(files: JobLayout): Requests {
  const stop = new AbortController()
  const end = (reason: StopReason) => stop.abort(reason)
  const look = () => {
    if (existsSync(files.cancel)) end('cancel')
    else if (existsSync(files.pause)) end('pause')
  }
  const terminate = () => end('terminate')
  for (const signal of SIGNALS) process.on(signal, terminate)
  const close = watchDirectory(files.root, look)
  // After the watch began, so that no request falls between.
  look()
  return {
    signal: stop.signal,
    look,
    close() {
      close()
      for (const signal of SIGNALS) process.off(signal, terminate)
    },
  }
}

/** A system out of watches makes the look between two steps the only one. */
function watchDirectory(directory: string, look: () => void): () => void {
  try {
    const watcher = watch(directory, look)
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    return () => {}
  }
}
