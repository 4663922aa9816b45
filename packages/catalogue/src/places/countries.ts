import type { Source } from '../evidence.ts'

/** Which countries an area is made of, and where that was read. */
export interface AreaRecord {
  readonly countries: readonly Country[]
  readonly source: Source
}

const EU = [
  'at',
  'be',
  'bg',
  'cy',
  'cz',
  'de',
  'dk',
  'ee',
  'es',
  'fi',
  'fr',
  'gr',
  'hr',
  'hu',
  'ie',
  'it',
  'lt',
  'lu',
  'lv',
  'mt',
  'nl',
  'pl',
  'pt',
  'ro',
  'se',
  'si',
  'sk',
] as const satisfies readonly Country[]

const TREATIES = {
  eu: { title: 'Treaty on European Union: the 27 member states since 2020-02-01', readOn: '2026-11-22' },
  eea: {
    title: 'Agreement on the European Economic Area: the member states of the EU, Iceland, Liechtenstein, Norway',
    readOn: '2026-11-22',
  },
} as const satisfies Readonly<Record<string, Source>>

/** Areas of several countries. The United Kingdom and Switzerland are in neither. */
export const AREAS: Readonly<Record<Area, AreaRecord>> = {
  eu: { countries: EU, source: TREATIES.eu },
  eea: { countries: [...EU, 'is', 'li', 'no'], source: TREATIES.eea },
}

/** Areas of several countries: the member states of the EU, and with them Iceland, Liechtenstein and Norway. */
export type Area = 'eu' | 'eea'

/** Countries that are known here, in ISO 3166-1 alpha-2, lower case: of the areas, and those in which a region of a vendor lies. */
export const COUNTRIES = [
  'ae',
  'at',
  'au',
  'be',
  'bg',
  'bh',
  'br',
  'ca',
  'ch',
  'cl',
  'cn',
  'cy',
  'cz',
  'de',
  'dk',
  'ee',
  'es',
  'fi',
  'fr',
  'gb',
  'gr',
  'hk',
  'hr',
  'hu',
  'id',
  'ie',
  'il',
  'in',
  'is',
  'it',
  'jp',
  'kr',
  'li',
  'lt',
  'lu',
  'lv',
  'mt',
  'mx',
  'my',
  'nl',
  'no',
  'nz',
  'pl',
  'pt',
  'qa',
  'ro',
  'sa',
  'se',
  'sg',
  'si',
  'sk',
  'th',
  'tw',
  'us',
  'za',
] as const

/** A country by its ISO 3166-1 alpha-2 code in lower case: `us`, `de`, `gb`. */
export type Country = (typeof COUNTRIES)[number]
