import { AREAS, REGIONS, type RegionTable, type Source } from '../packages/catalogue/src/index.ts'

type Table = (header: readonly string[], rows: readonly (readonly string[])[]) => string

/** The tables of places: which countries an area is made of, and where the regions of vendors lie. */
export function placesPage(table: Table): string {
  const areas = Object.entries(AREAS).map(([area, { countries, source }]) => [
    `\`${area}\``,
    countries.join(', '),
    sourceText(source),
  ])
  const vendors = Object.entries<RegionTable>(REGIONS).flatMap(([vendor, known]) => [
    `## ${vendor}`,
    `${sourceText(known.source)}; \`${known.grade}\`.`,
    ...(known.geographies === undefined
      ? []
      : [`Geographies of several countries: ${known.geographies.map((one) => one.join(' and ')).join('; ')}.`]),
    table(['country', 'regions'], regionRows(vendor, known)),
  ])
  return ['## Areas', table(['area', 'countries', 'source'], areas), ...vendors].join('\n\n')
}

function regionRows(vendor: string, { regions }: RegionTable): readonly (readonly string[])[] {
  const names = new Map<string, string[]>()
  for (const [name, where] of Object.entries(regions)) {
    const country = typeof where === 'string' ? where : where.join(', ')
    names.set(country, [...(names.get(country) ?? []), `\`${vendor}/${name}\``])
  }
  return [...names]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([country, list]) => [country, list.join(', ')])
}

function sourceText({ title, url, pageDate, readOn }: Source): string {
  const dated = pageDate === undefined ? `read on ${readOn}` : `page of ${pageDate}, read on ${readOn}`
  return `${url === undefined ? title : `[${title}](${url})`}, ${dated}`
}
