import type { RunEvent } from '@anytune/core'
import { createOutput, createView, type Streams, type View } from 'anytune'

/** Where the example speaks. */
export interface Screen {
  /** A heading. */
  title(text: string): void
  say(text: string): void
  /** What goes wrong, always on standard error. */
  complain(text: string): void
  /** The result as one line of JSON on standard output, where that was asked for. */
  result(value: unknown): void
  /** Shows a run: a block that is redrawn on a terminal, a line for each event elsewhere. */
  watch(): Promise<View & { show(event: RunEvent): void }>
  readonly paint: ReturnType<typeof createOutput>['paint']
  /** Aborts when nobody reads any more what is said. */
  readonly broken: AbortSignal
}

/** With `json`, standard output is for the result alone and people read standard error. */
export function createScreen({ json }: { readonly json: boolean }): Screen {
  const { stdin, stdout, stderr, env } = process
  const human = json ? stderr : stdout
  const streams: Streams = { stdin, stdout: human, stderr, env, cwd: process.cwd() }
  const output = createOutput(streams, {})
  const say = (text: string) => void human.write(`${text}\n`)
  const broken = new AbortController()
  // Without a listener a closed pipe, as of `| head`, would end the process and leave the training behind.
  human.on('error', (error) => broken.abort(error))
  return {
    title: (text) => say(`\n${output.paint('bold', text)}`),
    say,
    complain: output.complaint,
    result: (value) => void (json && stdout.write(`${JSON.stringify(value)}\n`)),
    watch: () => createView({ streams, output, globals: { color: true } }),
    paint: output.paint,
    broken: broken.signal,
  }
}
