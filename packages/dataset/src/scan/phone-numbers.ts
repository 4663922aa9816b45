import type * as Library from 'libphonenumber-js/max'
import { DatasetError } from '../dataset-error.ts'
import type { Span, SyncDetector } from './detector.ts'

type PhoneLibrary = typeof Library
type Region = Library.CountryCode

/**
 * Telephone numbers as people of these regions dial them, such as `0171 3920012` with `DE`, by the package `libphonenumber-js`; beside
 * the built-in detector. It finds more than that, and takes more numbers for telephones that are none.
 * Throws DatasetError `missing-package`, and RangeError for a region that is not a country's two letters (ISO 3166).
 */
export async function phoneNumberDetector({ regions }: { readonly regions: readonly string[] }): Promise<SyncDetector> {
  const library = await loadLibrary()
  const known = regions.map((region) => requireRegion(library, region))
  return {
    id: 'libphonenumber',
    kinds: ['phone'],
    detect: (text) => (DIGITS.test(text) ? known.flatMap((region) => numbersIn(library, text, region)) : []),
  }
}

/** Every region has numbers of so many digits at least. */
const DIGITS = /\d\D{0,4}\d\D{0,4}\d\D{0,4}\d\D{0,4}\d/

function numbersIn(library: PhoneLibrary, text: string, region: Region): readonly Span[] {
  return library
    .findPhoneNumbersInText(text, { defaultCountry: region })
    .map(({ startsAt, endsAt }) => ({ start: startsAt, end: endsAt, kind: 'phone', rule: 'libphonenumber' }))
}

function requireRegion(library: PhoneLibrary, region: string): Region {
  const upper = region.toUpperCase()
  if (library.isSupportedCountry(upper)) return upper
  throw new RangeError('regions are two letters of a country, such as DE')
}

async function loadLibrary(): Promise<PhoneLibrary> {
  try {
    return await import('libphonenumber-js/max')
  } catch (cause) {
    const hint = 'npm install libphonenumber-js'
    throw new DatasetError('missing-package', 'telephone numbers of regions need the package libphonenumber-js', hint, {
      cause,
    })
  }
}
