import type * as SQLite from 'node:sqlite'

let loaded: typeof SQLite | undefined

/** Node's own SQLite without the ExperimentalWarning of Node 22; a static import would warn before any code runs. */
export function sqlite(): typeof SQLite {
  if (loaded !== undefined) return loaded
  const { emitWarning } = process
  const quiet = (warning: string | Error, ...rest: readonly unknown[]) => {
    if (!String(warning).includes('SQLite is an experimental')) Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  process.emitWarning = quiet
  try {
    loaded = process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
  return loaded
}
