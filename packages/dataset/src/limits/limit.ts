/** What vendors ask of datasets and their rows. Which of it a vendor asks, and with which numbers, is data of the catalogue. */
export const LIMITS = {
  'minimum-examples': { of: 'dataset', summary: 'A training dataset has at least so many examples.' },
  'maximum-examples': { of: 'dataset', summary: 'A training dataset has at most so many examples.' },
  'maximum-validation-examples': { of: 'dataset', summary: 'A validation dataset has at most so many examples.' },
  'minimum-examples-together': {
    of: 'datasets',
    summary: 'Training and validation have at least so many examples together.',
  },
  'maximum-examples-together': {
    of: 'datasets',
    summary: 'Training and validation have at most so many examples together.',
  },
  'maximum-image-examples': { of: 'dataset', summary: 'At most so many examples have images.' },
  'maximum-file-bytes': { of: 'dataset', summary: 'A file has at most so many bytes as it is sent.' },
  'maximum-validation-file-bytes': {
    of: 'dataset',
    summary: 'A validation file has at most so many bytes as it is sent.',
  },
  'maximum-tokens-times-epochs': {
    of: 'dataset',
    summary: 'The tokens of the training dataset times its epochs are at most so many.',
  },
  'maximum-example-tokens': { of: 'tokens', summary: 'An example has at most so many tokens.' },
  'alternating-turns': { of: 'row', summary: 'After the system message, user and assistant take turns.' },
  'first-turn': { of: 'row', summary: 'The first message that is no instruction is of one of these roles.' },
  'last-turn': { of: 'row', summary: 'The last message is of one of these roles.' },
  'forbidden-text': { of: 'row', summary: 'No text holds one of these, in capitals or not.' },
  'text-only': { of: 'row', summary: 'No row has images, audio, video or files.' },
  'text-and-images-only': { of: 'row', summary: 'No row has audio, video or files.' },
  'maximum-images': { of: 'row', summary: 'An example has at most so many images.' },
  'maximum-image-bytes': {
    of: 'row',
    summary: 'An image that stands in the row has at most so many bytes; of one behind an address nobody knows here.',
  },
  'image-types': {
    of: 'row',
    summary: 'Images are of one of these media types, as far as the row or the address says it.',
  },
} as const satisfies Readonly<Record<string, LimitDescription>>

/** What a limit is about, and what it asks. */
export interface LimitDescription {
  /** `row`: each row by itself; `tokens`: each row, once its tokens are counted; the others: what is known at the end. */
  readonly of: 'row' | 'tokens' | 'dataset' | 'datasets'
  readonly summary: string
}

/** The id of something that vendors ask. */
export type LimitId = keyof typeof LIMITS

/** What one vendor asks, as data: it can be kept in a plan and applied again. */
export interface Limit {
  readonly id: LimitId
  /** `error` refuses the row or the dataset; `warning` tells. */
  readonly severity: 'error' | 'warning'
  /** The number of limits that have one. */
  readonly limit?: number
  /** `forbidden-text`: what no text holds; `image-types`: media types. */
  readonly texts?: readonly string[]
  /** `first-turn`, `last-turn`: roles. */
  readonly roles?: readonly string[]
}

/** A rule as catalogues write it: of any id, also of those that nothing here judges. */
export interface WrittenRule extends Omit<Limit, 'id' | 'severity'> {
  readonly id: string
  readonly severity?: Limit['severity']
}

/**
 * Those rules that can be judged here. Severity is `error` unless the rule says otherwise; ids in `allow` are turned into warnings.
 * Of two rules with the same id, the stricter need not be chosen: both are judged.
 */
export function limitsOf(rules: readonly WrittenRule[], allow: readonly string[] = []): readonly Limit[] {
  return rules.flatMap(({ id, severity = 'error', limit, texts, roles }) => {
    if (!isLimitId(id)) return []
    return [
      {
        id,
        severity: allow.includes(id) ? 'warning' : severity,
        ...(limit !== undefined && { limit }),
        ...(texts !== undefined && { texts }),
        ...(roles !== undefined && { roles }),
      },
    ]
  })
}

/** The length in tokens beyond which examples are cut: only where the vendor cuts them, and takes the rest. */
export function truncation(rules: readonly WrittenRule[]): number | undefined {
  const limits = rules.flatMap(({ id, severity, limit }) =>
    id === 'maximum-example-tokens' && severity === 'warning' && limit !== undefined ? [limit] : [],
  )
  return limits.length === 0 ? undefined : Math.min(...limits)
}

/** True for the id of something that is judged here. */
export function isLimitId(id: string): id is LimitId {
  return Object.hasOwn(LIMITS, id)
}
