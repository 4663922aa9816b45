import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Nothing of this process's own environment but where programs are, and what the emulator printed. */
export async function runWith(
  environment: Readonly<Record<string, string>>,
  command: string,
  words: readonly string[],
): Promise<string> {
  const { PATH, HOME } = process.env
  const { stdout } = await run(command, words, { env: { PATH, HOME, LANG: 'C.UTF-8', ...environment } })
  return stdout
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A client's language, how its program is run, and why it cannot be here; undefined when it can. */
export interface Language {
  readonly name: string
  readonly command: string
  readonly words: readonly string[]
  readonly absent: string | undefined
}

const PYTHON = process.env['ANYTUNE_TEST_PYTHON'] ?? 'python3'

/** The vendor's clients for Node.js and for Python; `ANYTUNE_TEST_PYTHON` names an interpreter that has the package `openai`. */
export async function languages(): Promise<readonly Language[]> {
  return [
    { name: 'Node.js', command: process.execPath, words: [here('life.script.ts')], absent: undefined },
    { name: 'Python', command: PYTHON, words: [here('life.py')], absent: await pythonAbsent() },
  ]
}

async function pythonAbsent(): Promise<string | undefined> {
  return run(PYTHON, ['-c', 'import openai']).then(
    () => undefined,
    () => `${PYTHON} is not here, or has no package openai; ANYTUNE_TEST_PYTHON may name another`,
  )
}

/** The vendor's command line, which came with its Python package up to some version 2, or why it is not here. */
export async function vendorCommand(): Promise<{ readonly path: string } | { readonly absent: string }> {
  const beside = join(dirname(PYTHON), 'openai')
  const path = PYTHON.includes('/') && existsSync(beside) ? beside : 'openai'
  return run(path, ['api', '--help']).then(
    ({ stdout }) =>
      stdout.includes('fine_tuning.jobs.create') ? { path } : { absent: `${path} knows no fine-tuning` },
    () => ({ absent: 'there is no command openai beside the Python interpreter or on the path' }),
  )
}
