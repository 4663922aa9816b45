import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Exchange } from '@anytune/emulator'

/** The emulator as a process of its own. */
export interface EmulatorProcess extends AsyncDisposable {
  /** All that it has printed for its clients. */
  readonly environment: Readonly<Record<string, string>>
  /** What its vendors were asked. */
  requests(): Promise<readonly Exchange[]>
}

const MAIN = fileURLToPath(new URL('../../../emulator/src/main.ts', import.meta.url))

/** Runs `anytune-emulator --vendors openai,azure --port 0 --json`. */
export async function runEmulator(): Promise<EmulatorProcess> {
  const command = ['--conditions=@anytune/source', MAIN, '--vendors', 'openai,azure', '--port', '0', '--json']
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string] // a line is a text
  // As it documents.
  const { env, urls } = JSON.parse(line) as Record<'env' | 'urls', Readonly<Record<string, string>>>
  return {
    environment: env,
    async requests() {
      const answer = await fetch(`${urls['openai']}/__emulator/requests`)
      // As it documents.
      return ((await answer.json()) as { readonly requests: readonly Exchange[] }).requests
    },
    async [Symbol.asyncDispose]() {
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      await closed
    },
  }
}
