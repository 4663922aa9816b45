import type { Driver } from '../driver.ts'
import { AnytuneError } from '../errors.ts'

const SPI = 1

/** What every driver has, and of which type. */
const REQUIRED = {
  provider: 'string',
  scope: 'string',
  capabilities: 'object',
  options: 'object',
  datasets: 'object',
  jobs: 'object',
  offering: 'function',
  classify: 'function',
} as const

/**
 * Takes what a configuration or an adapter made as a driver.
 *
 * @throws AnytuneError `configuration` when it is none, or one for another version of the driver interface.
 */
export function checkDriver(made: unknown, place: string): Driver {
  if (typeof made === 'function') {
    throw refused(place, 'a function was returned instead of a driver', 'call it: () => local({ … })')
  }
  if (typeof made !== 'object' || made === null || !('spi' in made)) {
    throw refused(place, 'what was returned is not a driver', "return an adapter's driver, such as local({ … })")
  }
  if (made.spi !== SPI) {
    const other = typeof made.spi === 'number' ? String(made.spi) : 'of another kind'
    const fault = `the driver is for version ${other} of the driver interface; this @anytune/core has version ${SPI}`
    throw refused(place, fault, 'install versions of @anytune/core and of the adapter that belong together')
  }
  const missing = Object.entries(REQUIRED).filter(([key, type]) => typeof Reflect.get(made, key) !== type)
  if (missing.length > 0) {
    const names = missing.map(([key]) => key).join(', ')
    throw refused(place, `the driver has no usable ${names}`, 'report it to the author of the adapter')
  }
  // Its own type says more than can be looked at from here; the members that are called first have been seen.
  return made as Driver
}

function refused(place: string, fault: string, hint: string): AnytuneError {
  return new AnytuneError('configuration', `${place}: ${fault}`, { hint })
}
