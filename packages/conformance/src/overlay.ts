import type { Driver } from '@anytune/core/driver'

/**
 * The object with some members replaced. Everything else is the object's own, bound to it,
 * so that drivers written as classes with private state work as well.
 */
export function overlay<T extends object>(target: T, replaced: Partial<T>): T {
  return new Proxy(target, {
    get(object, name) {
      if (Object.hasOwn(replaced, name)) return Reflect.get(replaced, name)
      const value: unknown = Reflect.get(object, name, object)
      return typeof value === 'function' ? value.bind(object) : value
    },
  })
}

const PARTS = ['datasets', 'jobs', 'models', 'deployments'] as const
/** Members of a part that ask the vendor nothing. */
const SILENT: ReadonlySet<PropertyKey> = new Set(['rules'])

/** The driver, telling of each call before it is made. */
export function listening(driver: Driver, heard: (operation: string) => void): Driver {
  const parts = PARTS.flatMap((part) => {
    const own = driver[part]
    return own === undefined ? [] : [[part, listeningPart(own, part, heard)]]
  })
  const { chat, preflight, verifyTerms } = driver
  return overlay<Driver>(driver, {
    ...Object.fromEntries(parts),
    ...(chat && {
      chat(...given: Parameters<typeof chat>) {
        heard('chat')
        return chat.apply(driver, given)
      },
    }),
    ...(preflight && {
      preflight(...given: Parameters<typeof preflight>) {
        heard('preflight')
        return preflight.apply(driver, given)
      },
    }),
    ...(verifyTerms && {
      verifyTerms(...given: Parameters<typeof verifyTerms>) {
        heard('verifyTerms')
        return verifyTerms.apply(driver, given)
      },
    }),
  })
}

function listeningPart<T extends object>(part: T, name: string, heard: (operation: string) => void): T {
  return new Proxy(part, {
    get(object, member) {
      const value: unknown = Reflect.get(object, member, object)
      if (typeof value !== 'function') return value
      if (SILENT.has(member)) return value.bind(object)
      return (...given: unknown[]) => {
        heard(`${name}.${String(member)}`)
        return Reflect.apply(value, object, given)
      }
    },
  })
}
