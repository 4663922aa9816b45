import type { Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { hasConfig } from './config-files.ts'
import { withOwnPackages } from './own-packages.ts'
import type { Session } from './session.ts'
import { ownActions, withCommands } from './with-commands.ts'

/** Runs work with the tuner that the configuration and `--provider` choose, and closes it. */
export async function withTuner<T>(session: Session, work: (tuner: Tuner) => Promise<T>): Promise<T> {
  const { globals, streams } = session
  // Loaded here and not above: `--version` and `check` need neither a journal nor an adapter.
  const { isAnytuneError, loadTuner } = await import('@anytune/core')
  if (globals.config === undefined && !hasConfig(streams.cwd)) throw noConfiguration(streams.cwd)
  const tuner = await withOwnPackages(() =>
    loadTuner({ cwd: streams.cwd, config: globals.config, provider: globals.provider }),
  )
  try {
    return await work(tuner)
  } catch (error) {
    throw isAnytuneError(error) ? withCommands(error, session) : error
  } finally {
    await tuner.close()
  }
}

/** The names of all profiles of the configuration, in its order. @throws AnytuneError `configuration` when there is none. */
export async function profilesOf({ globals, streams }: Session): Promise<readonly string[]> {
  const { listProfiles } = await import('@anytune/core')
  if (globals.config === undefined && !hasConfig(streams.cwd)) throw noConfiguration(streams.cwd)
  return withOwnPackages(() => listProfiles({ cwd: streams.cwd, config: globals.config }))
}

function noConfiguration(folder: string): AnytuneError {
  return new AnytuneError('configuration', `no configuration found in ${folder} or a folder above it`, {
    hint: 'write one, or name one with --config',
    next: ownActions({ do: 'init' }),
  })
}
