import type { Streams } from '../streams.ts'
import { createPaint, wantsColor, type Paint } from './style.ts'

/**
 * What a command says. Results go to standard output, as text or, with `--json`, as one JSON value a line and nothing else;
 * everything said besides goes to standard error.
 */
export interface Output {
  readonly json: boolean
  readonly quiet: boolean
  /** Colours for standard output. */
  readonly paint: Paint
  /** Colours for standard error. */
  readonly paintError: Paint
  /** A result: `value` with `--json`, otherwise the text. */
  result(value: unknown, text: () => string): void
  /** What only `--json` tells. */
  data(value: unknown): void
  /** Something that happens on the way: like a result, but left out by `--quiet` when it is text. */
  progress(value: unknown, text: () => string): void
  /** A remark for people, on standard error; `--quiet` leaves it out. */
  note(text: string): void
  /** What went wrong, on standard error, whatever the options. */
  complaint(text: string): void
}

export interface OutputOptions {
  readonly json?: boolean | undefined
  readonly quiet?: boolean | undefined
  /** False after `--no-color`. */
  readonly color?: boolean | undefined
}

export function createOutput(streams: Streams, options: OutputOptions): Output {
  const { stdout, stderr, env } = streams
  const { json = false, quiet = false, color } = options
  const write = (value: unknown, text: () => string) => stdout.write(`${json ? JSON.stringify(value) : text()}\n`)
  return {
    json,
    quiet,
    paint: createPaint(wantsColor(color, env, stdout)),
    paintError: createPaint(wantsColor(color, env, stderr)),
    result: (value, text) => void write(value, text),
    data(value) {
      if (json) write(value, () => '')
    },
    progress(value, text) {
      if (json || !quiet) write(value, text)
    },
    note(text) {
      if (!quiet) stderr.write(`${text}\n`)
    },
    complaint: (text) => void stderr.write(`${text}\n`),
  }
}
