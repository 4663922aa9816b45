import type * as SQLite from 'node:sqlite'

let loaded: typeof SQLite | undefined

/** Node's own SQLite, without the warning that Node 22 prints when it is loaded; hence no static import of it. */
export function sqlite(): typeof SQLite {
  if (loaded !== undefined) return loaded
  const { emitWarning } = process
  process.emitWarning = (warning: string | Error, ...rest: never[]) => {
    if (!String(warning).includes('SQLite is an experimental')) Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  try {
    loaded = process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
  if (loaded === undefined) throw new Error('this Node.js has no node:sqlite; 22.18 or newer is needed')
  return loaded
}
