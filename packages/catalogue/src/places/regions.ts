import type { Grade, Source } from '../evidence.ts'
import { AREAS, type Country } from './countries.ts'

/** Where the regions of a vendor lie, by its own names in lower case, and where that was read. */
export interface RegionTable {
  readonly source: Source
  readonly grade: Grade
  /** A name that stands for several countries is a label of the vendor whose contents its page tells. */
  readonly regions: Readonly<Record<string, Country | readonly Country[]>>
  /** Regions that the vendor calls one geography: data that keeps to it may be in any of their countries. */
  readonly geographies?: readonly (readonly Country[])[]
}

/** Vendors whose regions have names: of Azure the programmatic ones, of OpenAI those in the names of its hosts. */
export const REGIONS = {
  azure: {
    source: {
      title: 'Azure documentation: list of Azure regions, their physical locations and geographies',
      url: 'https://learn.microsoft.com/azure/reliability/regions-list',
      pageDate: '2025-03-21',
      readOn: '2026-11-25',
    },
    grade: 'vendor-page',
    regions: {
      ...named('us', 'centralus', 'eastus', 'eastus2', 'northcentralus', 'southcentralus', 'westcentralus', 'westus'),
      ...named('us', 'westus2', 'westus3'),
      ...named('au', 'australiacentral', 'australiacentral2', 'australiaeast', 'australiasoutheast'),
      ...named('br', 'brazilsouth', 'brazilsoutheast'),
      ...named('ca', 'canadacentral', 'canadaeast'),
      ...named('ch', 'switzerlandnorth', 'switzerlandwest'),
      ...named('de', 'germanynorth', 'germanywestcentral'),
      ...named('fr', 'francecentral', 'francesouth'),
      ...named('gb', 'uksouth', 'ukwest'),
      ...named('in', 'centralindia', 'southindia', 'westindia'),
      ...named('jp', 'japaneast', 'japanwest'),
      ...named('kr', 'koreacentral', 'koreasouth'),
      ...named('no', 'norwayeast', 'norwaywest'),
      ...named('za', 'southafricanorth', 'southafricawest'),
      ...named('ae', 'uaecentral', 'uaenorth'),
      austriaeast: 'at',
      belgiumcentral: 'be',
      eastasia: 'hk',
      israelcentral: 'il',
      italynorth: 'it',
      mexicocentral: 'mx',
      newzealandnorth: 'nz',
      northeurope: 'ie',
      polandcentral: 'pl',
      qatarcentral: 'qa',
      southeastasia: 'sg',
      spaincentral: 'es',
      swedencentral: 'se',
      westeurope: 'nl',
    },
    // "Europe" and "Asia Pacific"; every other geography is one country.
    geographies: [
      ['ie', 'nl'],
      ['hk', 'sg'],
    ],
  },
  aws: {
    source: { title: 'AWS’s package @aws-sdk/core 3.981.0: its list of partitions and regions', readOn: '2026-11-25' },
    grade: 'schema',
    regions: {
      ...named('us', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'),
      ...named('au', 'ap-southeast-2', 'ap-southeast-4'),
      ...named('ca', 'ca-central-1', 'ca-west-1'),
      ...named('cn', 'cn-north-1', 'cn-northwest-1'),
      ...named('in', 'ap-south-1', 'ap-south-2'),
      ...named('jp', 'ap-northeast-1', 'ap-northeast-3'),
      'af-south-1': 'za',
      'ap-east-1': 'hk',
      'ap-east-2': 'tw',
      'ap-northeast-2': 'kr',
      'ap-southeast-1': 'sg',
      'ap-southeast-3': 'id',
      'ap-southeast-5': 'my',
      'ap-southeast-6': 'nz',
      'ap-southeast-7': 'th',
      'eu-central-1': 'de',
      'eu-central-2': 'ch',
      'eu-north-1': 'se',
      'eu-south-1': 'it',
      'eu-south-2': 'es',
      'eu-west-1': 'ie',
      'eu-west-2': 'gb',
      'eu-west-3': 'fr',
      'il-central-1': 'il',
      'me-central-1': 'ae',
      'me-south-1': 'bh',
      'me-west-1': 'sa',
      'mx-central-1': 'mx',
      'sa-east-1': 'br',
      'sa-west-1': 'cl',
    },
  },
  google: {
    source: {
      title: 'Google Cloud documentation: regions and their locations, as the GKE On-Prem API lists them',
      url: 'https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/bare-metal/docs/reference/supported-regions-on-prem-api',
      readOn: '2026-11-25',
    },
    grade: 'vendor-page',
    regions: {
      ...named(
        'us',
        'us-central1',
        'us-east1',
        'us-east4',
        'us-east5',
        'us-south1',
        'us-west1',
        'us-west2',
        'us-west3',
      ),
      ...named('us', 'us-west4'),
      ...named('au', 'australia-southeast1', 'australia-southeast2'),
      ...named('ca', 'northamerica-northeast1', 'northamerica-northeast2'),
      ...named('de', 'europe-west3', 'europe-west10'),
      ...named('in', 'asia-south1', 'asia-south2'),
      ...named('it', 'europe-west8', 'europe-west12'),
      ...named('jp', 'asia-northeast1', 'asia-northeast2'),
      'asia-east1': 'tw',
      'asia-east2': 'hk',
      'asia-northeast3': 'kr',
      'asia-southeast1': 'sg',
      'asia-southeast2': 'id',
      'europe-central2': 'pl',
      'europe-north1': 'fi',
      'europe-southwest1': 'es',
      'europe-west1': 'be',
      'europe-west2': 'gb',
      'europe-west4': 'nl',
      'europe-west6': 'ch',
      'europe-west9': 'fr',
      'me-central1': 'qa',
      'me-central2': 'sa',
      'me-west1': 'il',
      'southamerica-east1': 'br',
      'southamerica-west1': 'cl',
      // The multi-regions of the service’s own hosts; its page says that `eu` has neither the United Kingdom nor Switzerland.
      us: 'us',
      eu: AREAS.eu.countries,
    },
  },
  openai: {
    source: {
      title: 'OpenAI documentation: data controls (guides/your-data), table of support by region',
      pageDate: '2026-07',
      readOn: '2026-11-22',
    },
    grade: 'vendor-page',
    regions: {
      ...Object.fromEntries((['ae', 'au', 'ca', 'gb', 'in', 'jp', 'kr', 'sg', 'us'] as const).map((id) => [id, id])),
      // The page writes "Europe (EEA + Switzerland)".
      eu: [...AREAS.eea.countries, 'ch'],
    },
  },
} as const satisfies Readonly<Record<string, RegionTable>>

/** Vendors whose regions are known by name. */
export type RegionVendor = keyof typeof REGIONS

function named(country: Country, ...names: readonly string[]): Readonly<Record<string, Country>> {
  return Object.fromEntries(names.map((name) => [name, country]))
}
