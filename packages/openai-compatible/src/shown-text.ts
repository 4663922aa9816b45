/** Words of the service's own that it quotes: names of fields and roles. */
const VOCABULARY: ReadonlySet<string> = new Set(
  (
    'messages role content name weight tools tool_calls functions function_call arguments system developer user assistant ' +
    'tool function input preferred_output non_preferred_output prompt completion parallel_tool_calls tool_call_id type text ' +
    'parameters item training_file validation_file fine-tune model n_epochs batch_size suffix jsonl auto'
  ).split(' '),
)
/** Ids that the service gave itself. */
const ID = /^(?:file|ftjob|ftchkpt|ft|upload|run|deploy)-[A-Za-z0-9-]+$/
const QUOTED = /"[^"]*"?|`[^`]*`?|“[^”]*”?|(?<![A-Za-z0-9])'[^']*(?:'(?![A-Za-z0-9])|$)/g
const BRACED = /\{[^]*\}?/g
const SECRET = /\b(?:sk-|Bearer )[\w*.-]{6,}/g
/** What has as many letters and digits in a row as a key or a token; ids and names of models are shorter, or known. */
const OPAQUE = /(?<![\w+/=-])(?=[\w+/=-]*\d)[\w+/=-]{24,}/g
const LONGEST = 400

/**
 * A sentence of the service's, fit to be shown: what it quotes of a row, and anything like a key, is replaced by `…`.
 * Line numbers, ids and the names of the wire format stay.
 */
export function shownText(sentence: string): string {
  const bare = sentence
    .replace(BRACED, '{…}')
    .replace(QUOTED, unlessKnown)
    .replace(SECRET, '…')
    .replace(OPAQUE, unlessId)
  return bare.length <= LONGEST ? bare : `${bare.slice(0, LONGEST)}…`
}

function unlessId(run: string): string {
  return ID.test(run) ? run : '…'
}

function unlessKnown(quoted: string): string {
  const inner = quoted.replaceAll(/^["'`“]|["'`”]$/g, '')
  return VOCABULARY.has(inner) || ID.test(inner) ? quoted : '"…"'
}
