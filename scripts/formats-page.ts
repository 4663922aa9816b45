import { FEATURES, type Feature } from '../packages/dataset/src/formats/features.ts'
import { CODECS, formatsThatSay } from '../packages/dataset/src/formats/formats.ts'
import type { FormatId } from '../packages/dataset/src/index.ts'

type Table = (header: readonly string[], rows: readonly (readonly string[])[]) => string

/** Kinds of example; every other feature is one of a conversation. */
const KINDS = ['chat', 'preference', 'reinforcement', 'completion', 'text'] as const satisfies readonly Feature[]

const SAME = [
  'absence, null, an empty list of tools or calls, an empty description; empty text beside anything else the assistant says',
  'a text, and a list of that one text',
  'defaults that are said: weight 1, parallel calls allowed, a tool’s status `success`',
  'ids of calls, which only link; formats without ids link by order and name',
  'white space in call arguments that are the text of one JSON object, `1.0` for `1` there and in any other JSON of yours, and the place of keys that are whole numbers; numbers keep their exact value, however many digits it has',
  'Gemini’s and JSON Schema’s spelling of the same schema; both of Google’s spellings of its keys',
  'several tool answers and what the user says next, as messages of their own or as one turn; likewise a call and what the assistant says after it',
  'the text of Bedrock’s `schemaVersion`, which names the format',
] as const

/** What each format is, what it can say, and what conversions hold to be the same. */
export function formatsPage(table: Table): string {
  return [
    '## Formats',
    table(
      ['format', 'rows', 'defined by'],
      KINDS.flatMap(formatsThatSay).map((id) => [`\`${id}\``, CODECS[id].summary, CODECS[id].source]),
    ),
    'Rows of tables, and rows with other key names, are read by a mapping of fields to the keys of one of these formats; `flat` makes conversations of questions and answers. `prompt-completion` and `flat` share their keys: a text that goes on, or what is said to a model and by it. Which is meant a file cannot say, so `flat` without `system` has to be named.',
    '## Kinds of example',
    'A row becomes one of these, and stays it: a conversation is never flattened into a text, nor the other way round.',
    table(
      ['kind', 'what it is', 'formats'],
      KINDS.map((kind) => [`\`${kind}\``, FEATURES[kind], named(formatsThatSay(kind))]),
    ),
    '## What the formats for conversations can say',
    'Encoding writes all that an example says, or refuses the row as `not-representable` and names the feature. “part” is explained below.',
    features(table),
    notes(),
    '## What is the same',
    'Formats differ in these alone without a difference in meaning, and a conversion may change them. A row that stays in its format keeps its own text.',
    SAME.map((same) => `- ${same}`).join('\n'),
    '## What is refused on reading',
    'A key that a format does not define is `unknown-key`. What a vendor defines and an example has no place for (prompt caching marks of Bedrock, code execution or thought signatures of Gemini, a choice of tool, generation settings) is `not-carried`. Nothing is dropped.',
  ].join('\n\n')
}

const CONVERSATIONS = (['chat', 'preference', 'reinforcement'] as const).flatMap(formatsThatSay)

function features(table: Table): string {
  // Object.keys forgets the literal types.
  const ids = Object.keys(FEATURES) as readonly Feature[]
  const rows = ids
    .filter((id) => !KINDS.some((kind) => kind === id))
    .map((id) => [`${FEATURES[id]} (\`${id}\`)`, ...CONVERSATIONS.map((format) => mark(format, id))])
  return table(['', ...CONVERSATIONS.map((id) => `\`${id}\``)], rows)
}

function mark(format: FormatId, feature: Feature): string {
  if (!CODECS[format].says.has(feature)) return ''
  return CODECS[format].partly?.[feature] === undefined ? 'yes' : 'part'
}

function notes(): string {
  return CONVERSATIONS.flatMap((format) =>
    Object.entries(CODECS[format].partly ?? {}).map(([feature, note]) => `- \`${format}\`, \`${feature}\`: ${note}`),
  ).join('\n')
}

function named(formats: readonly FormatId[]): string {
  return formats.map((id) => `\`${id}\``).join(', ')
}
