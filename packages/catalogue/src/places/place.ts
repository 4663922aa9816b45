import { AREAS, COUNTRIES, type Area, type Country } from './countries.ts'
import { REGIONS, type RegionTable, type RegionVendor } from './regions.ts'

/**
 * A place, as a term binds a vendor to it or as somebody asks for it.
 *
 * `any`: the vendor does not bind itself. `resource-region` and `resource-geography`: where the account's own resource is, which its
 * adapter can tell. `us-or-eu-regions`: regions in the United States and "EU regions" of a vendor that does not say which these are.
 * Otherwise an area, a country, or a region by its vendor's own name: `azure/swedencentral`, `aws/us-east-1`, `openai/eu`.
 */
export type Place = 'any' | 'resource-region' | 'resource-geography' | 'us-or-eu-regions' | Area | Country | Region

/** A region by its vendor's own name. The name may be one that no table here has. */
export type Region = `${RegionVendor}/${string}`

/** Where the account's own resource is, as far as it is known. */
export interface Whereabouts {
  readonly region?: Region
}

/**
 * Whether a place lies within the places asked for, taken together. `no` when some of it surely lies outside; `unknown` when nobody
 * can tell: a region that no table has, or one that was not said.
 */
export function isWithin(place: Place, wanted: readonly Place[], at: Whereabouts = {}): 'yes' | 'no' | 'unknown' {
  if (wanted.includes('any') || wanted.includes(place)) return 'yes'
  if (place === 'any') return 'no'
  const { region, countries, open } = extentOf(place, at)
  const asked = wanted.map((one) => extentOf(one, at))
  if (region !== undefined && asked.some((one) => one.region === region)) return 'yes'
  // A region that is asked for takes in no other region, and nothing wider.
  const areas = asked.filter((one) => one.region === undefined)
  const surelyAsked = new Set(areas.flatMap((area) => area.countries))
  if (countries.every((country) => surelyAsked.has(country)) && !open) return 'yes'
  const mayBeAsked = areas.some((area) => area.open)
  const mayBeThere = open && (region === undefined || areas.length > 0)
  const isOutside = countries.some((country) => !surelyAsked.has(country))
  return mayBeAsked || (mayBeThere && !isOutside) ? 'unknown' : 'no'
}

/** The region that a vendor means by a name, in its own spelling or in that of its pages: `Sweden Central` is `azure/swedencentral`. */
export function regionOf(vendor: RegionVendor, name: string): Region {
  return `${vendor}/${name.replaceAll(/\s/g, '').toLowerCase()}`
}

/** Whether a text is a place: of regions any of a known vendor, since vendors open new ones. */
export function isPlace(text: unknown): text is Place {
  return typeof text === 'string' && (NAMED.has(text) || isRegion(text))
}

/** Whether a text has the form of a region of a known vendor. */
export function isRegion(text: string): text is Region {
  const [vendor = '', name = '', ...rest] = text.split('/')
  return Object.hasOwn(REGIONS, vendor) && /^[a-z0-9-]+$/.test(name) && rest.length === 0
}

/** Every place that is no region. */
export const PLACES = [
  'any',
  'resource-region',
  'resource-geography',
  'us-or-eu-regions',
  'eu',
  'eea',
  ...COUNTRIES,
] as const satisfies readonly Place[]

const NAMED: ReadonlySet<string> = new Set(PLACES)

/** What a place is made of. */
interface Extent {
  /** The one region it is; absent for what is wider. */
  readonly region?: Region
  readonly countries: readonly Country[]
  /** It may also be elsewhere, and nobody can tell where. */
  readonly open: boolean
}

const UNTOLD: Extent = { countries: [], open: true }

function extentOf(place: Place, at: Whereabouts): Extent {
  if (place === 'any') return UNTOLD
  if (place === 'resource-region') return at.region === undefined ? UNTOLD : regionExtent(at.region)
  if (place === 'resource-geography') return at.region === undefined ? UNTOLD : geographyExtent(at.region)
  if (place === 'us-or-eu-regions') return { countries: ['us'], open: true }
  if (place === 'eu' || place === 'eea') return { countries: AREAS[place].countries, open: false }
  return isCountry(place) ? { countries: [place], open: false } : regionExtent(place)
}

function regionExtent(region: Region): Extent {
  const countries = countriesOf(region)
  return { region, countries, open: countries.length === 0 }
}

/** Where the vendor's table names no geography of several countries, a geography is the country of the region. */
function geographyExtent(region: Region): Extent {
  const { geographies } = tableOf(region)
  const [country] = countriesOf(region)
  if (geographies === undefined || country === undefined) return UNTOLD
  const countries = geographies.find((geography) => geography.includes(country)) ?? [country]
  return { countries, open: false }
}

function countriesOf(region: Region): readonly Country[] {
  const { regions } = tableOf(region)
  const name = region.slice(region.indexOf('/') + 1)
  const found = Object.hasOwn(regions, name) ? regions[name] : undefined
  return found === undefined ? [] : isCountry(found) ? [found] : found
}

function tableOf(region: Region): RegionTable {
  // What stands before the slash of a region is a vendor, by its type.
  return REGIONS[region.slice(0, region.indexOf('/')) as RegionVendor]
}

function isCountry(place: unknown): place is Country {
  return (COUNTRIES as readonly unknown[]).includes(place)
}
