import { createOutput, type Output } from './output/output.ts'
import type { GlobalOptions } from './program.ts'
import type { Streams } from './streams.ts'

/** One command being run: what was asked of every command, where it reads, and how it speaks. */
export interface Session {
  readonly streams: Streams
  readonly globals: GlobalOptions
  readonly output: Output
}

/** Lets commands run; keeps the exit code of the one that did. */
export interface Cli {
  readonly streams: Streams
  /** The exit code so far. */
  readonly exitCode: () => number
  /** Runs a command's work; its result is the exit code, 0 when it gives none. */
  readonly run: (globals: GlobalOptions, work: (session: Session) => Promise<number | void>) => Promise<void>
}

export function createCli(streams: Streams): Cli {
  let exitCode = 0
  return {
    streams,
    exitCode: () => exitCode,
    async run(globals, work) {
      exitCode = (await work({ streams, globals, output: createOutput(streams, globals) })) ?? 0
    },
  }
}
