import { execFile, fork, spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, onTestFinished, vi } from 'vitest'

// Every command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 })

/** Node's arguments that run the command line from its sources. */
export const FROM_SOURCE: readonly string[] = [
  '--conditions=@anytune/source',
  fileURLToPath(new URL('../src/main.ts', import.meta.url)),
]

/** What a command did. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Place {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Standard input; none is an empty one. */
  readonly input?: string
}

/** Only what a bare shell has: the test runner's own colours, npm settings and profiles stay out. */
export function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  return { PATH, HOME, LANG: 'C.UTF-8', ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }), ...more }
}

/** Runs `anytune …` in a process of its own. */
export function anytune(args: readonly string[], { cwd, env, input = '' }: Place = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd, env: environment(env), maxBuffer: 64 * 1024 * 1024 }
    const child = execFile(process.execPath, [...FROM_SOURCE, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
    })
    child.stdin?.end(input)
  })
}

/**
 * A process that runs one command line after the other: for what is in memory alone, and for many commands in a short time.
 * It ends with the tests of the file. `now` is the command's present, in ISO 8601; it then stands still.
 */
export function oneProcess(): (
  args: readonly string[],
  place: { readonly cwd: string; readonly now?: string },
) => Promise<Outcome> {
  const worker = fileURLToPath(new URL('one-process.worker.ts', import.meta.url))
  let child: ChildProcess | undefined
  afterAll(() => void child?.kill('SIGKILL'))
  return (args, place) =>
    new Promise((resolve, reject) => {
      const running = (child ??= fork(worker, { env: environment(), execArgv: ['--conditions=@anytune/source'] }))
      const ended = (code: number | null) => reject(new Error(`the process ended with ${code}`))
      running.once('exit', ended)
      running.once('message', (outcome: Outcome) => {
        running.off('exit', ended)
        resolve(outcome)
      })
      running.send({ args, ...place })
    })
}

/** Starts `anytune …` and leaves it running; it is killed when the test ends. */
export function start(args: readonly string[], { cwd, env }: Place = {}): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [...FROM_SOURCE, ...args], { cwd, env: environment(env) })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Resolves when the stream has told a text that fits; rejects with all it told when it ends before. */
export function told(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      text += chunk
      if (pattern.test(text)) resolve(text)
    })
    stream.on('end', () => reject(new Error(`ended without ${pattern}: ${text}`)))
  })
}

/** A new folder with these files, removed when the test ends. */
export async function folder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'anytune-cli-')))
  onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 5 }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text)
  return path
}

/** Every line of a text as JSON; throws where one is none. */
export function jsonLines(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Chat rows in the format that the examples of the tests train on. */
export function rows(count: number): string {
  const row = (index: number) => ({
    messages: [
      { role: 'user', content: `What is ${index} plus one?` },
      { role: 'assistant', content: `${index + 1}` },
    ],
  })
  return Array.from({ length: count }, (_, index) => `${JSON.stringify(row(index))}\n`).join('')
}

/** A configuration with the in-memory provider, whose state lasts as long as the process. */
export const MEMORY = `provider: mem
providers:
  mem: { use: memory }
  slow: { use: memory, durations: { steppingMs: 60000 } }
models:
  small: { mem: memory-small, slow: memory-small }
`
