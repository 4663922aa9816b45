import type { Limit, LimitId } from './limit.ts'

/** What is known of a dataset once all of it was read; what is absent is not judged. */
export interface DatasetTotals {
  readonly role: 'training' | 'validation'
  /** Rows as they would be sent. */
  readonly examples: number
  /** Size as it would be sent. */
  readonly bytes?: number
  readonly imageExamples?: number
  /** Of the training dataset. */
  readonly epochs?: number
  readonly tokens?: {
    readonly total: number
    /** The most tokens of one example. */
    readonly max: number
    readonly exact: boolean
  }
}

/** A limit that a dataset breaks. */
export interface LimitFinding {
  readonly id: LimitId
  readonly severity: Limit['severity']
  readonly role: DatasetTotals['role']
  readonly found: number
  readonly limit: number
  /** After the name of the dataset: `has 9 examples, and 10 are needed`. */
  readonly says: string
  readonly hint: string
}

interface Judge {
  readonly roles: readonly DatasetTotals['role'][]
  readonly count: (totals: DatasetTotals, together: number) => number | undefined
  readonly broken: (found: number, limit: number) => boolean
  readonly says: (found: number, limit: number) => string
  readonly hint: string
}

const above = (found: number, limit: number) => found > limit
const LESS = 'leave rows out, or train in parts'
const many = (what: string) => (found: number, limit: number) => `has ${found} ${what}, and ${limit} are allowed`
const anExample = (found: number, limit: number) =>
  `has an example of ${found} tokens, and ${limit} of an example are trained on`

const JUDGES: Readonly<Partial<Record<LimitId, Judge>>> = {
  'minimum-examples': {
    roles: ['training'],
    count: ({ examples }) => examples,
    broken: (found, limit) => found < limit,
    says: (found, limit) => `has ${found} examples, and ${limit} are needed`,
    hint: 'add examples',
  },
  'maximum-examples': {
    roles: ['training'],
    count: ({ examples }) => examples,
    broken: above,
    says: many('examples'),
    hint: LESS,
  },
  'maximum-validation-examples': {
    roles: ['validation'],
    count: ({ examples }) => examples,
    broken: above,
    says: many('examples'),
    hint: 'leave rows out',
  },
  // Both are told once, of the training dataset.
  'minimum-examples-together': {
    roles: ['training'],
    count: (_, together) => together,
    broken: (found, limit) => found < limit,
    says: (found, limit) => `and the validation dataset have ${found} examples together, and ${limit} are needed`,
    hint: 'add examples',
  },
  'maximum-examples-together': {
    roles: ['training'],
    count: (_, together) => together,
    broken: above,
    says: (found, limit) => `and the validation dataset have ${found} examples together, and ${limit} are allowed`,
    hint: LESS,
  },
  'maximum-image-examples': {
    roles: ['training', 'validation'],
    count: ({ imageExamples }) => imageExamples,
    broken: above,
    says: many('examples with images'),
    hint: LESS,
  },
  'maximum-file-bytes': {
    roles: ['training', 'validation'],
    count: ({ bytes }) => bytes,
    broken: above,
    says: many('bytes as it would be sent'),
    hint: LESS,
  },
  'maximum-validation-file-bytes': {
    roles: ['validation'],
    count: ({ bytes }) => bytes,
    broken: above,
    says: many('bytes as it would be sent'),
    hint: LESS,
  },
  'maximum-tokens-times-epochs': {
    roles: ['training'],
    count: ({ tokens, epochs }) => tokens && tokens.total * (epochs ?? 1),
    broken: above,
    says: many('tokens times epochs'),
    hint: 'train fewer epochs, leave rows out, or train in parts',
  },
  'maximum-example-tokens': {
    roles: ['training', 'validation'],
    count: ({ tokens }) => tokens?.max,
    broken: above,
    says: anExample,
    hint: 'shorten the long examples; statistics list their lines',
  },
}

/** Ids of limits that count tokens: an estimate warns, and never refuses. */
const BY_TOKENS: ReadonlySet<LimitId> = new Set(['maximum-example-tokens', 'maximum-tokens-times-epochs'])

/** Judges limits of whole datasets, all of one run together. A limit that lacks its number, or a count that is not known, judges nothing. */
export function judgeDatasets(limits: readonly Limit[], datasets: readonly DatasetTotals[]): readonly LimitFinding[] {
  const together = datasets.reduce((sum, { examples }) => sum + examples, 0)
  return limits.flatMap(({ id, severity, limit }) => {
    const judge = JUDGES[id]
    if (judge === undefined || limit === undefined) return []
    return datasets
      .filter(({ role }) => judge.roles.includes(role))
      .flatMap((totals): readonly LimitFinding[] => {
        const found = judge.count(totals, together)
        if (found === undefined || !judge.broken(found, limit)) return []
        const unsure = BY_TOKENS.has(id) && totals.tokens?.exact === false
        return [
          {
            id,
            severity: unsure ? 'warning' : severity,
            role: totals.role,
            found,
            limit,
            says: `${judge.says(found, limit)}${unsure ? ', by an estimate' : ''}`,
            hint: judge.hint,
          },
        ]
      })
  })
}
