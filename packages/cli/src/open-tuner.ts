import type { Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { hasConfig } from './config-files.ts'
import { nextCommand, withWholeCommands } from './next-command.ts'
import { withOwnPackages } from './own-packages.ts'
import type { Session } from './session.ts'
import { withHint } from './with-hint.ts'

/** Runs work with the tuner that the configuration and `--provider` choose, and closes it. */
export async function withTuner<T>(session: Session, work: (tuner: Tuner) => Promise<T>): Promise<T> {
  const { globals, streams } = session
  // Loaded here and not above: `--version` and `check` need neither a journal nor an adapter.
  const { isAnytuneError, loadTuner } = await import('@anytune/core')
  if (globals.config === undefined && !hasConfig(streams.cwd)) throw noConfiguration(session)
  const tuner = await withOwnPackages(() =>
    loadTuner({ cwd: streams.cwd, config: globals.config, provider: globals.provider }),
  )
  try {
    return await work(tuner)
  } catch (error) {
    if (!isAnytuneError(error) || error.hint === undefined) throw error
    const hint = withWholeCommands(session, error.hint)
    throw hint === error.hint ? error : withHint(error, hint)
  } finally {
    await tuner.close()
  }
}

function noConfiguration({ streams }: Session): AnytuneError {
  const init = nextCommand({ streams, globals: { color: true } }, 'init')
  return new AnytuneError('configuration', `no configuration found in ${streams.cwd} or a folder above it`, {
    hint: `write one with: ${init}; or name one with --config`,
  })
}
