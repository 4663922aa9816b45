import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml'
import { AnytuneError } from '../errors.ts'
import type { Locate } from './check-shape.ts'

/** What a YAML text holds, and where each key stands. */
interface YamlText {
  readonly value: unknown
  readonly locate: Locate
}

/**
 * Reads YAML 1.2 with anchors and merge keys. Messages give line and column, never the text: it may hold a secret.
 *
 * @param name How messages call the file.
 * @throws AnytuneError `configuration` for what is not YAML, an unknown tag, an alias without its anchor, or a number that reading would change.
 */
export function readYaml(text: string, name: string): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, stringKeys: true, merge: true })
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${name}, line ${line}, column ${col}`
  }
  const broken: YAMLError | undefined = document.errors[0] ?? document.warnings[0]
  if (broken !== undefined) throw invalid(at(broken.pos[0]), FAULTS[broken.code] ?? 'this is not valid YAML')
  refuseOddNodes(document, at)
  return { value: plainValue(document, name), locate: (path) => locate(document, path, name, lines) }
}

/** The library's own messages quote the text. */
const FAULTS: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_INDENT: 'the indentation does not fit, or a bracket is not closed',
  BAD_SCALAR_START: 'a value that starts with this character needs quotes',
  BAD_DQ_ESCAPE: 'there is an unknown escape in the double quotes; single quotes take text as it is',
  BLOCK_AS_IMPLICIT_KEY: 'a second "key:" stands on this line; a value with ": " in it needs quotes',
  DUPLICATE_KEY: 'this key was given before',
  MISSING_CHAR: 'a closing quote, bracket or ":" is missing',
  MULTIPLE_DOCS: 'a second document starts here; a configuration is one',
  NON_STRING_KEY: 'a key must be text',
  TAB_AS_INDENT: 'tabs cannot indent; use spaces',
  TAG_RESOLVE_FAILED: 'this tag is not known; a value that starts with "!" needs quotes',
  UNEXPECTED_TOKEN: 'this does not belong here',
}

function invalid(place: string, fault: string): AnytuneError {
  return new AnytuneError('configuration', `${place}: ${fault}`)
}

/** An account number such as 012345678901 would lose its first digit without a word. */
function refuseOddNodes(document: Document, at: (offset: number) => string): void {
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'number' || node.source === undefined) return
      const changed =
        /^[-+]?0\d/.test(node.source) || (Number.isInteger(node.value) && !Number.isSafeInteger(node.value))
      if (changed) throw invalid(at(node.range?.[0] ?? 0), 'reading this as a number would change it; put it in quotes')
    },
    Alias(_key, node) {
      const place = at(node.range?.[0] ?? 0)
      const target = node.resolve(document)
      if (target === undefined) throw invalid(place, 'this alias has no anchor before it')
      const around = target.range
      const own = node.range?.[0] ?? 0
      if (around && around[0] <= own && own < around[2]) throw invalid(place, 'this alias stands within its own anchor')
    },
  })
}

function plainValue(document: Document, name: string): unknown {
  try {
    return document.toJS()
  } catch {
    // Too many aliases is what is left; the library's message could name an anchor's text.
    throw new AnytuneError('configuration', `${name}: the anchors and aliases cannot be followed`, {
      hint: 'write the values out',
    })
  }
}

/** The line of the deepest key of the path that is there. */
function locate(document: Document, path: readonly PropertyKey[], name: string, lines: LineCounter): string {
  let node: Node | null | undefined = document.contents
  let offset: number | undefined
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document)
    const next = child(node, key)
    if (next === undefined) break
    offset = next.offset ?? offset
    node = next.value
  }
  return offset === undefined ? name : `${name}, line ${lines.linePos(offset).line}`
}

function child(
  node: Node | null | undefined,
  key: PropertyKey,
): { readonly offset: number | undefined; readonly value: Node | null } | undefined {
  if (isMap<Node, Node | null>(node)) {
    const pair = node.items.find(({ key: own }) => isScalar(own) && String(own.value) === String(key))
    return pair && { offset: pair.key.range?.[0], value: pair.value }
  }
  if (isSeq<Node>(node) && typeof key === 'number') {
    const item = node.items[key]
    return item && { offset: item.range?.[0], value: item }
  }
  return undefined
}
