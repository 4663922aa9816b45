import { setImmediate } from 'node:timers/promises'
import { inspect } from 'node:util'
import { readConfiguration } from '../../src/config/configuration.ts'
import { selectProfile } from '../../src/config/select-profile.ts'
import { isAnytuneError } from '../../src/errors.ts'

/** What to load, from where and in which environment. */
export interface ProbeRequest {
  readonly cwd: string
  readonly provider?: string
  readonly config?: string
  readonly env?: Readonly<Record<string, string>>
}

/** What came of it. */
export interface ProbeResult {
  readonly opened?: {
    readonly profile: string
    readonly provider: string
    /** What the fixture adapters were given. */
    readonly options: unknown
    readonly models: Readonly<Record<string, string | undefined>>
    readonly stateDirectory: string
    readonly file: string | undefined
  }
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly hint?: string
    readonly data?: Readonly<Record<string, unknown>>
  }
  /** Everything that a log could show of the error. */
  readonly inspected?: string
  /** What Node.js would have written to standard error. */
  readonly warnings: readonly string[]
  /** Names that fixtures left on `globalThis.loaded`. */
  readonly loaded: readonly string[]
}

// Where fixtures leave their names.
const shared = globalThis as { loaded?: string[] }

async function load({ cwd, provider, config, env = {} }: ProbeRequest): Promise<Omit<ProbeResult, 'warnings'>> {
  const before = process.cwd()
  process.chdir(cwd)
  Object.assign(process.env, env)
  shared.loaded = []
  try {
    const configuration = await readConfiguration({ config })
    const profile = selectProfile(configuration, provider)
    const driver = await profile.open()
    const { stateDirectory, file } = configuration
    const options: unknown = JSON.parse(driver.scope)
    const opened = {
      profile: profile.name,
      provider: driver.provider,
      options,
      models: profile.models,
      stateDirectory,
      file,
    }
    return { opened, loaded: shared.loaded }
  } catch (error) {
    if (!isAnytuneError(error))
      return { inspected: `not an error of anytune: ${inspect(error)}`, loaded: shared.loaded }
    const inspected = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)
    const { code, message, hint, data } = error
    const told = { code, message, ...(hint !== undefined && { hint }), ...(data !== undefined && { data }) }
    return { error: told, inspected, loaded: shared.loaded }
  } finally {
    for (const name of Object.keys(env)) delete process.env[name]
    process.chdir(before)
  }
}

const warnings: string[] = []
process.on('warning', (warning) => warnings.push(String(warning)))

async function answer(request: ProbeRequest): Promise<void> {
  const result = await load(request)
  // Warnings are told on the next tick.
  await setImmediate()
  process.send?.({ ...result, warnings: warnings.splice(0) } satisfies ProbeResult)
}

process.on('message', (request: ProbeRequest) => void answer(request))
