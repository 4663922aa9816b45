import { registerHooks, type LoadHookSync, type ResolveHookSync } from 'node:module'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** An import that found nothing. */
export interface UnresolvedImport {
  readonly specifier: string
  /** Who imports: a URL. */
  readonly parentURL: string | undefined
}

const unresolvedImports = new WeakMap<object, UnresolvedImport>()

/** Which import an error is about, when it came of an import that found nothing. */
export function unresolvedImportOf(error: unknown): UnresolvedImport | undefined {
  return typeof error === 'object' && error !== null ? unresolvedImports.get(error) : undefined
}

/**
 * The URL that `specifier` stands for in a module at `parentURL`. (`import.meta.resolve` ignores its second argument without a flag.)
 * Throws Node's own error, which {@link unresolvedImportOf} knows.
 */
function resolveFrom(parentURL: string, specifier: string): string {
  const resolve: ResolveHookSync = (wanted, context, next) =>
    recordImport(wanted, wanted === specifier ? { ...context, parentURL } : context, next)
  const hooks = registerHooks({ resolve })
  try {
    return import.meta.resolve(specifier)
  } finally {
    hooks.deregister()
  }
}

/**
 * Imports a configuration, an ES module whatever the project's package.json says: `npm init` writes `"type": "commonjs"`.
 * TypeScript that it imports from the project is read the same way where it is written as an ES module.
 */
export async function importConfig(url: string): Promise<Readonly<Record<string, unknown>>> {
  const format = /\.[cm]?ts$/.test(url) ? 'module-typescript' : 'module'
  const load: LoadHookSync = (wanted, context, next) =>
    wanted === url ? next(wanted, { ...context, format }) : loadProjectFile(wanted, context, next)
  return importWith(url, load)
}

/** Imports what `specifier` stands for in a module at `parentURL`, an adapter. */
export async function importAdapter(parentURL: string, specifier: string): Promise<Readonly<Record<string, unknown>>> {
  const url = resolveFrom(parentURL, specifier)
  // A path resolves also when there is no such file; the import says so, and is known by how the user wrote it.
  const resolve: ResolveHookSync = (wanted, context, next) =>
    wanted === url
      ? recorded({ specifier, parentURL }, () => next(wanted, context))
      : recordImport(wanted, context, next)
  return importWith(url, loadProjectFile, resolve)
}

/** Runs code that may import lazily, so that {@link unresolvedImportOf} knows what it could not find. */
export async function recordingImports<T>(run: () => Promise<T>): Promise<T> {
  const hooks = registerHooks({ resolve: recordImport, load: loadProjectFile })
  try {
    return await run()
  } finally {
    hooks.deregister()
  }
}

async function importWith(
  url: string,
  load: LoadHookSync,
  resolve: ResolveHookSync = recordImport,
): Promise<Readonly<Record<string, unknown>>> {
  const hooks = registerHooks({ resolve, load })
  try {
    return await import(url)
  } finally {
    hooks.deregister()
  }
}

const recordImport: ResolveHookSync = (specifier, context, next) =>
  recorded({ specifier, parentURL: context.parentURL }, () => next(specifier, context))

function recorded<T>(wanted: UnresolvedImport, resolve: () => T): T {
  try {
    return resolve()
  } catch (error) {
    // The innermost hook knows best: an outer one sees the same error again.
    if (typeof error === 'object' && error !== null && !unresolvedImports.has(error))
      unresolvedImports.set(error, wanted)
    throw error
  }
}

/** In a CommonJS project Node reads the user's own `import`s in a `.ts` file as CommonJS, and their exports are lost. */
const loadProjectFile: LoadHookSync = (url, context, next) => {
  const misread = context.format === 'commonjs-typescript' && context.conditions.includes('import')
  return misread && writtenAsModule(url) ? next(url, { ...context, format: 'module-typescript' }) : next(url, context)
}

function writtenAsModule(url: string): boolean {
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return false
  return /^\s*(?:import|export)\b/m.test(readFileSync(fileURLToPath(url), 'utf8'))
}
