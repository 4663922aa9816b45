import type { Feature } from './formats/features.ts'

/** What a rule demands, in one sentence; the README's table lists exactly these. */
export interface RuleDescription {
  readonly summary: string
}

/** Every reason for which this package rejects a row; ids are stable and safe to log. */
export const RULES = {
  'invalid-utf8': { summary: 'The row holds a byte that is not valid UTF-8.' },
  'line-too-long': { summary: 'The row is longer than `maximumLineBytes` (32 MiB unless set).' },
  'nul-byte': { summary: 'The row holds a raw NUL byte.' },
  'broken-record': {
    summary:
      'The row breaks the rules of CSV: a quote is not closed or not doubled, a CR stands alone, or a byte order mark stands before it.',
  },
  'ragged-row': { summary: 'The row of a table has more or fewer fields than the first row names.' },
  'not-json': {
    summary: 'The row of a table holds a value that JSON has no word for: bytes, or a number that is not finite.',
  },
  'invalid-json': { summary: 'The row is not one complete JSON value, for instance because it was cut off.' },
  'not-an-object': { summary: 'The row is JSON, but not an object.' },
  'too-deep': { summary: 'The row nests objects and arrays deeper than 64 levels.' },
  'duplicate-key': { summary: 'An object has the same key twice; JSON readers disagree on which one counts.' },
  'forbidden-key': { summary: 'An object has the key `__proto__`, with which careless readers corrupt themselves.' },
  'lone-surrogate': { summary: 'A string holds half of a surrogate pair (an escape such as `\\ud800` alone).' },
  'unknown-key': { summary: 'The format does not define this key, so it could only be dropped silently.' },
  'missing-key': { summary: 'A key the format requires is absent.' },
  'wrong-type': { summary: 'A value has another JSON type than the format requires.' },
  'invalid-value': { summary: 'A value has the right type but is not one of those allowed.' },
  'unknown-role': { summary: 'A message has a role that is not one of the six known.' },
  'empty-messages': { summary: 'The list of messages is empty.' },
  'empty-content': { summary: 'A list of content parts is empty.' },
  'mixed-refusal': { summary: 'A refusal part stands beside other parts; it must be alone.' },
  'missing-content': { summary: 'An assistant message has no content, no tool call, no function call and no refusal.' },
  'empty-target': { summary: 'What the model shall learn is empty text.' },
  'no-target': { summary: 'No message is learned: none is the assistant’s, or all of them weigh 0.' },
  'last-not-assistant': { summary: 'The last message of a supervised row is not the assistant’s.' },
  'last-not-user': { summary: 'The last message of a reinforcement row is not the user’s.' },
  'invalid-weight': { summary: 'A weight is not 0 or 1, or stands on a message that is not learned by weight.' },
  'unmatched-tool-call': { summary: 'A tool message answers a call that no assistant message before it made.' },
  'invalid-output': { summary: 'A preference row’s output is not exactly one assistant message.' },
  'not-carried': { summary: 'The vendor’s format defines this, but an example here has no place for it.' },
  'not-representable': { summary: 'The target format has no way to say what this row says.' },
} as const satisfies Readonly<Record<string, RuleDescription>>

/** Rules about the data set as a whole; core refuses with them, this package only names them. */
export const DATASET_RULES = {
  'empty-dataset': { summary: 'The data set has no row.' },
  'secret-found': { summary: 'A row holds a secret, such as an API key or a private key.' },
} as const satisfies Readonly<Record<string, RuleDescription>>

/** A rule of this package. */
export type BuiltInRuleId = keyof typeof RULES

/** A rule of this package or one an adapter injects; the type keeps completion for the built-in ones. */
export type RuleId = BuiltInRuleId | (string & Record<never, never>)

/** Why one row is refused; no member ever carries content of the row, so it may be printed and logged. */
export interface Rejection {
  /** 1-based number of the physical line. */
  readonly line: number
  readonly rule: RuleId
  /** Path of known key names and indices, such as `messages[2].role`; `*` stands for a key that is the user's own. */
  readonly field?: string
  readonly message: string
  /** With `not-representable`: what the target format cannot say; `field` is then a path in the example. */
  readonly feature?: Feature
  /** What to do about it. */
  readonly hint?: string
}

/** A rejection before its line is known. */
export type Fault = Omit<Rejection, 'line'> & { readonly rule: BuiltInRuleId }
