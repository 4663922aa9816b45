/** The three methods, in the words of the API. */
export type Method = 'supervised' | 'dpo' | 'reinforcement'

/** The tiers in which a job can run, in the vendor's spelling. */
export type TrainingType = 'Standard' | 'GlobalStandard' | 'Developer'

/** A base model that can be tuned, with its dates; days are UTC. */
export interface BaseModel {
  /** What a job names: name and version. */
  readonly id: string
  readonly name: string
  readonly version: string
  readonly format: 'OpenAI'
  readonly methods: readonly Method[]
  /** Regions that train it in the resource's own region (`Standard`); the other tiers are everywhere. */
  readonly standardRegions: readonly string[]
  readonly lifecycle: 'Legacy' | 'Deprecated'
  /** `YYYY-MM-DD`: after it, no calls; no training; no calls of a tuned model. */
  readonly retires: { readonly inference: string; readonly training: string; readonly tunedInference: string }
}

const everyStandardRegion = ['northcentralus', 'swedencentral']

/**
 * Methods: the vendor's "fine-tune supported models" (March 2026) and "global training regions" (2026-10-06).
 * Dates: its "model retirement schedule", read 2026-09-02; they moved three times in that year.
 */
export const BASE_MODELS: readonly BaseModel[] = [
  gpt41('gpt-4.1', ['supervised', 'dpo']),
  gpt41('gpt-4.1-mini', ['supervised', 'dpo']),
  gpt41('gpt-4.1-nano', ['supervised', 'dpo']),
  gpt4o('gpt-4o', '2024-08-06', ['supervised', 'dpo'], [...everyStandardRegion, 'eastus2']),
  gpt4o('gpt-4o-mini', '2024-07-18', ['supervised'], everyStandardRegion),
  {
    ...openai('o4-mini', '2025-04-16'),
    methods: ['reinforcement'],
    standardRegions: [...everyStandardRegion, 'eastus2'],
    lifecycle: 'Deprecated',
    // Trained and called for six months longer by those who have tuned it before.
    retires: { inference: '2026-10-16', training: '2027-04-16', tunedInference: '2027-10-16' },
  },
]

/** Looks a base model up by the id that a job names, or by the name and version that a deployment names. */
export function findBaseModel(name: string, version?: string): BaseModel | undefined {
  return BASE_MODELS.find((model) =>
    version === undefined ? model.id === name : model.name === name && model.version === version,
  )
}

/** The start of a day as the API has it: unix seconds. */
export function daySeconds(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000
}

function openai(name: string, version: string) {
  return { id: `${name}-${version}`, name, version, format: 'OpenAI' } as const
}

function gpt41(name: string, methods: readonly Method[]): BaseModel {
  return {
    ...openai(name, '2025-04-14'),
    methods,
    standardRegions: everyStandardRegion,
    lifecycle: 'Legacy',
    retires: { inference: '2027-04-14', training: '2027-04-14', tunedInference: '2027-10-14' },
  }
}

function gpt4o(
  name: string,
  version: string,
  methods: readonly Method[],
  standardRegions: readonly string[],
): BaseModel {
  return {
    ...openai(name, version),
    methods,
    standardRegions,
    lifecycle: 'Deprecated',
    retires: { inference: '2027-04-14', training: '2027-04-01', tunedInference: '2027-10-01' },
  }
}
