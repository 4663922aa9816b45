import { registerHooks, type ResolveHookSync } from 'node:module'

/** What comes with the command line itself. */
const OWN = /^(?:@anytune\/(?:catalogue|core|dataset|local)|anytune)(?:\/|$)/

/**
 * Runs code in which a package that comes with the command line is found also where it was not installed:
 * `npx anytune` puts it into npx's own folder, out of reach of the project's configuration. What the project has wins.
 */
export async function withOwnPackages<T>(work: () => Promise<T>): Promise<T> {
  const hooks = registerHooks({ resolve: resolveOwn })
  try {
    return await work()
  } finally {
    hooks.deregister()
  }
}

const resolveOwn: ResolveHookSync = (specifier, context, next) => {
  try {
    return next(specifier, context)
  } catch (error) {
    if (!OWN.test(specifier) || context.parentURL === import.meta.url) throw error
    try {
      return next(specifier, { ...context, parentURL: import.meta.url })
    } catch {
      // The project's own error says from where the package was missed.
      throw error
    }
  }
}
