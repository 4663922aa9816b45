/** Where a command reads and writes; the process's own streams, or a test's. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: NodeJS.ProcessEnv
  /** The working directory: relative paths start here. */
  readonly cwd: string
}

export function processStreams(): Streams {
  const { stdin, stdout, stderr, env } = process
  return { stdin, stdout, stderr, env, cwd: process.cwd() }
}

/** True when someone sits in front of it: a question can be asked and answered. */
export function canAsk({ stdin, stdout }: Streams): boolean {
  return stdin.isTTY && stdout.isTTY
}
