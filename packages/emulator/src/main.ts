import { HELP, parseCommandLine } from './command-line.ts'
import { EmulatorError } from './errors.ts'
import { startEmulator, type Emulator } from './start-emulator.ts'

/** A wrong option, as most commands count it. */
const USAGE = 2

try {
  const command = await parseCommandLine(process.argv.slice(2))
  if (command.help) process.stdout.write(HELP)
  else await run(await startEmulator(command.options), command.json)
} catch (error) {
  const expected = error instanceof EmulatorError || (error instanceof Error && 'syscall' in error)
  if (!expected) throw error
  process.stderr.write(`anytune-emulator: ${error.message}\n`)
  process.exitCode = error instanceof EmulatorError ? USAGE : 1
}

/** Says where it is, and runs until it is told to stop. */
async function run(emulator: Emulator, asJson: boolean): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  const { env, urls } = emulator
  process.stdout.write(asJson ? `${JSON.stringify({ env, urls })}\n` : describe(emulator))
  await stopped
  await emulator.close()
}

function describe({ env, urls }: Emulator): string {
  const places = Object.entries(urls).map(([vendor, url]) => `${vendor} at ${url}`)
  const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`)
  return `${[...places, '', ...exports, '', 'Stop with Ctrl-C; nothing is kept.'].join('\n')}\n`
}
