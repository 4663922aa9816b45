import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { EmulatorError } from './errors.ts'
import { parseFaults, type Fault } from './faults.ts'
import type { EmulatorOptions } from './start-emulator.ts'
import { assertVendorName, VENDOR_NAMES } from './vendors.ts'

/** What a command line asks for. */
export type Command =
  | { readonly help: true }
  | { readonly help: false; readonly json: boolean; readonly options: EmulatorOptions }

export const HELP = `Usage: anytune-emulator [options]

Strict local servers that speak fine-tuning vendors' wire protocols. They run until Ctrl-C; all state is in memory.

  --vendors NAMES   which, separated by commas (default: ${VENDOR_NAMES.join(',')})
  --port NUMBER     the first vendor's port; the others take those after it (default 0: any free ones)
  --host ADDRESS    where to listen (default 127.0.0.1); nothing but made-up keys protects an address that others can reach
  --engine NAME     schedule: jobs go by the clock; local: they really train a toy model (default schedule)
  --clock NAME      system: time runs; driven: it stands until POST /__emulator/clock moves it (default system)
  --faults FILE     a JSON list of faults to begin with
  --json            print one line of JSON, {"env":{…},"urls":{…}}, when ready
  --help            print this

Any API key that begins with "emulator-" is an account of its own.
`

/** Reads a command line; what it does not know is an `EmulatorError`. */
export async function parseCommandLine(words: readonly string[]): Promise<Command> {
  const values = parseWords(words)
  if (values.help === true) return { help: true }
  const options: EmulatorOptions = {
    vendors: values.vendors.split(',').map((name) => assertVendorName(name.trim())),
    port: parsePort(values.port),
    host: values.host,
    engine: oneOf('--engine', values.engine, ['schedule', 'local']),
    clock: oneOf<'system' | 'driven'>('--clock', values.clock, ['system', 'driven']),
    ...(values.faults === undefined ? {} : { faults: await readFaults(values.faults) }),
  }
  return { help: false, json: values.json === true, options }
}

function parseWords(words: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        vendors: { type: 'string', default: VENDOR_NAMES.join(',') },
        port: { type: 'string', default: '0' },
        host: { type: 'string', default: '127.0.0.1' },
        engine: { type: 'string', default: 'schedule' },
        clock: { type: 'string', default: 'system' },
        faults: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    return values
  } catch (error) {
    throw new EmulatorError(`${error instanceof Error ? error.message : 'the options are wrong'}; see --help`)
  }
}

function parsePort(value: string): number {
  const port = Number(value)
  if (/^\d+$/.test(value) && port <= 65_535) return port
  throw new EmulatorError('--port must be a number from 0 to 65535')
}

function oneOf<Value extends string>(option: string, value: string, values: readonly Value[]): Value {
  const found = values.find((candidate) => candidate === value)
  if (found !== undefined) return found
  throw new EmulatorError(`${option} must be one of: ${values.join(', ')}`)
}

async function readFaults(path: string): Promise<readonly Fault[]> {
  const content = await readFile(path, 'utf8').catch(() => {
    throw new EmulatorError(`--faults: ${path} cannot be read`)
  })
  try {
    return parseFaults(JSON.parse(content))
  } catch (error) {
    if (error instanceof EmulatorError) throw error
    throw new EmulatorError(`--faults: ${path} is no JSON`)
  }
}
