import { PassThrough } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { mock } from 'node:test'
import { runCommandLine } from '../src/run.ts'
import type { Streams } from '../src/streams.ts'
import type { Outcome } from './anytune.ts'

// Runs the command lines that the parent sends, one after the other.
process.on('message', ({ args, cwd, now }: { args: readonly string[]; cwd: string; now?: string }) => {
  void run(args, cwd, now).then((outcome) => process.send?.(outcome))
})

async function run(args: readonly string[], cwd: string, now: string | undefined): Promise<Outcome> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end()
  // Streams without a terminal, as a pipe gives them.
  const streams = { stdin, stdout, stderr, env: {}, cwd } as unknown as Streams
  // Adapters ask for the time as well: they and the command must live at the same moment.
  if (now !== undefined) mock.timers.enable({ apis: ['Date'], now: new Date(now) })
  // Read while they are written: a stream that nobody reads holds back what exceeds its buffer.
  const texts = [textOf(stdout), textOf(stderr)] as const
  const code = await runCommandLine(args, streams)
  mock.timers.reset()
  stdout.end()
  stderr.end()
  return { code, stdout: await texts[0], stderr: await texts[1] }
}
