/** A model that OpenAI made. Facts of the vendor's deprecations and model pages, with the dates they had in autumn 2026. */
export interface BaseModel {
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  /** Names that mean this snapshot. */
  readonly aliases?: readonly string[]
  readonly methods: readonly ('supervised' | 'dpo' | 'reinforcement')[]
  /** `YYYY-MM-DD`; tuned models of it end on the same day. */
  readonly shutdownDate: string | null
}

const SHUTDOWN = '2027-01-14'

export const BASE_MODELS: readonly BaseModel[] = [
  tunable('gpt-4.1-2025-04-14', 1744315746, ['gpt-4.1'], SHUTDOWN),
  tunable('gpt-4.1-mini-2025-04-14', 1744317547, ['gpt-4.1-mini'], SHUTDOWN),
  tunable('gpt-4.1-nano-2025-04-14', 1744321025, ['gpt-4.1-nano'], '2026-10-23'),
  tunable('gpt-4o-2024-08-06', 1722814719, ['gpt-4o'], SHUTDOWN),
  tunable('gpt-4o-mini-2024-07-18', 1721172717, ['gpt-4o-mini'], SHUTDOWN),
  {
    id: 'o4-mini-2025-04-16',
    created: 1744133506,
    aliases: ['o4-mini'],
    methods: ['reinforcement'],
    shutdownDate: '2026-10-23',
  },
  { id: 'gpt-6-luna', created: 1785542400, methods: [], shutdownDate: null },
]

/** The snapshot that a name means. */
export function findBaseModel(name: string): BaseModel | undefined {
  return BASE_MODELS.find(({ id, aliases = [] }) => id === name || aliases.includes(name))
}

function tunable(id: string, created: number, aliases: readonly string[], shutdownDate: string): BaseModel {
  return { id, created, aliases, methods: ['supervised', 'dpo'], shutdownDate }
}
