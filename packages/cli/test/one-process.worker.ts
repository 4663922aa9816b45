import { PassThrough } from 'node:stream'
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
  const clock = now === undefined ? {} : { now: () => new Date(now) }
  const streams = { stdin, stdout, stderr, env: {}, cwd, ...clock } as unknown as Streams
  const code = await runCommandLine(args, streams)
  return { code, stdout: textOf(stdout), stderr: textOf(stderr) }
}

function textOf(stream: PassThrough): string {
  const chunk: Buffer | null = stream.read()
  return chunk?.toString('utf8') ?? ''
}
