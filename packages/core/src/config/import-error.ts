import { existsSync, statSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AnytuneError } from '../errors.ts'
import { displayPath } from './find-config.ts'
import { installCommand, installedFolder } from './install-command.ts'
import { unresolvedImportOf, type UnresolvedImport } from './load-module.ts'
import { thrownError, type Mask } from './thrown.ts'

/** What is wrong and what to do, without the place. */
interface Explanation {
  readonly message: string
  readonly source?: SourceLine | undefined
  readonly hint?: string
  readonly data?: Readonly<Record<string, unknown>>
}

interface SourceLine {
  readonly file: string
  readonly line: string
}

/**
 * The error for whatever came of importing a configuration or an adapter, or of code in them: says what is wrong in the user's words,
 * and never shows source text.
 *
 * @param place Where the import was asked for, such as `anytune.config.ts`.
 */
export function importError(thrown: unknown, place: string, mask: Mask): AnytuneError {
  const explanation = explainManifest(thrown) ?? explainUnresolved(thrown, place) ?? explainSyntax(thrown)
  if (explanation === undefined) return thrownError(thrown, place, mask)
  const { message, source, ...details } = explanation
  return new AnytuneError('configuration', `${placeOf(source, place)}: ${message}`, details)
}

function placeOf(source: SourceLine | undefined, place: string): string {
  if (source === undefined) return place
  const line = `${source.file}, line ${source.line}`
  return place === source.file ? line : `${place}: ${line}`
}

// ---- A package.json on the way that Node cannot read.

function explainManifest(thrown: unknown): Explanation | undefined {
  if (codeOf(thrown) !== 'ERR_INVALID_PACKAGE_CONFIG' || !(thrown instanceof Error)) return undefined
  // The path is all that is taken of Node's message: the rest may quote the file.
  const path = /^Invalid package config (.+?package\.json)/.exec(thrown.message)?.[1]
  return {
    message: `${path === undefined ? 'a package.json' : displayPath(path)} is not valid JSON`,
    hint: 'mend it: Node reads it before it imports a file beside or below it',
  }
}

// ---- Imports that found nothing.

function explainUnresolved(thrown: unknown, place: string): Explanation | undefined {
  const unresolved = unresolvedImportOf(thrown)
  if (unresolved === undefined) return undefined
  const importer = unresolved.parentURL?.startsWith('file:') ? fileURLToPath(unresolved.parentURL) : undefined
  const folder = importer === undefined ? process.cwd() : dirname(importer)
  const isPlace = importer === undefined || place.startsWith(displayPath(importer))
  const by = isPlace ? '' : `, imported by ${displayPath(importer)},`
  return explainFile(unresolved, by) ?? explainPackage(unresolved.specifier, folder, by, codeOf(thrown))
}

/** Endings that Node could have meant, in the order they are looked for. */
const TRIED_ENDINGS = ['.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js'] as const

function explainFile({ specifier, parentURL }: UnresolvedImport, by: string): Explanation | undefined {
  if (!/^(?:\.{0,2}\/|file:)/.test(specifier)) return undefined
  const path = fileURLToPath(new URL(specifier, parentURL))
  const bare = /^\.[cm]?js$/.test(extname(path)) ? path.slice(0, -extname(path).length) : path
  const ending = TRIED_ENDINGS.find((candidate) => existsSync(bare + candidate))
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  const message = `"${specifier}"${by} ${isFolder ? 'is a folder' : 'does not exist'}`
  if (ending === undefined) return { message, hint: 'check the path; it must name a file, with its ending' }
  const written = bare === path ? specifier : specifier.slice(0, -extname(path).length)
  return { message, hint: `write the file's full name: "${written.replace(/\/$/, '')}${ending}"` }
}

const PACKAGE_NAME = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/

function explainPackage(specifier: string, folder: string, by: string, code: string | undefined): Explanation {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (!PACKAGE_NAME.test(name) || code === 'ERR_UNKNOWN_BUILTIN_MODULE') {
    return {
      message: `"${specifier}"${by} is not a package that can be imported`,
      hint: 'path aliases of tsconfig.json do not apply here; import a file by its relative path, with its ending',
    }
  }
  if (installedFolder(folder, name) === undefined) {
    // What an installed package misses is installed where that package was.
    const install = installCommand(folder.split(/[\\/]node_modules(?:[\\/]|$)/)[0] ?? folder, name)
    const message = `the package "${name}"${by} is not installed`
    return { message, hint: `install it: ${install}`, data: { package: name, install } }
  }
  if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
    return {
      message: `the package "${name}"${by} has no entry "${specifier}"`,
      hint: `check the spelling, or update "${name}"`,
    }
  }
  return {
    message: `the package "${name}"${by} is installed, but a file of it is missing`,
    hint: 'reinstall or build it',
  }
}

// ---- Syntax that Node cannot read.

const STRIPPED_ONLY =
  'Node removes types and changes nothing else: write `as const` objects for enums, and no namespaces or parameter properties'
const CHECK = 'run `node --check` on it, or on the file it imports, to see the place'

/** Messages without a code come from the engine; what is quoted in them is source text and is not repeated. */
const SYNTAX_ERRORS: readonly {
  readonly code?: string
  readonly pattern: RegExp
  readonly explain: (groups: Readonly<Record<string, string>>) => Explanation
}[] = [
  {
    code: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
    pattern: /(?:TypeScript (?<what>[\w -]+?) (?:is|are) not supported)?/,
    explain: ({ what }) => ({
      message: `this TypeScript cannot be run${what ? `: ${what}` : ''}`,
      hint: STRIPPED_ONLY,
    }),
  },
  {
    code: 'ERR_INVALID_TYPESCRIPT_SYNTAX',
    pattern: /^/,
    explain: () => ({ message: 'this is not valid TypeScript' }),
  },
  {
    code: 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
    pattern: /^/,
    explain: () => ({
      message: 'a package in node_modules is TypeScript source, which Node does not run',
      hint: 'the package must publish JavaScript; a file of your own may be TypeScript',
    }),
  },
  {
    code: 'ERR_UNKNOWN_FILE_EXTENSION',
    pattern: /^/,
    explain: () => ({
      message: 'Node cannot run a file of this kind',
      hint: 'TypeScript needs Node.js 22.18 or newer, without --no-strip-types',
    }),
  },
  {
    pattern: /does not provide an export named '(?<name>[\w$]+)'/,
    explain: ({ name }) => ({
      message: `"${name}" is imported, but the module has no such export`,
      hint: `if it is a type write \`import type { ${name} }\`; otherwise check the spelling`,
    }),
  },
  {
    pattern: /^(?<name>module|exports|require|__dirname|__filename) is not defined in ES module scope/,
    explain: ({ name }) => ({
      message: `"${name}" does not exist here: this file is read as an ES module`,
      hint: 'write `import` and `export default defineConfig({ … })`',
    }),
  },
  {
    pattern: /^Cannot use import statement outside a module|^Unexpected token 'export'/,
    explain: () => ({
      message: 'a file with `import` or `export` is read as CommonJS',
      hint: 'name it .mts or .mjs, or set "type": "module" in package.json',
    }),
  },
]

function explainSyntax(thrown: unknown): Explanation | undefined {
  if (!(thrown instanceof Error)) return undefined
  const code = codeOf(thrown)
  for (const known of SYNTAX_ERRORS) {
    const match = known.code === code ? known.pattern.exec(thrown.message) : null
    if (match === null) continue
    return { ...known.explain(match.groups ?? {}), source: sourceOf(thrown) }
  }
  // A SyntaxError that no code of the project threw is the parser's.
  const parsed = thrown instanceof SyntaxError && !/^\s+at (?!.*node:)/m.test(firstFrames(thrown))
  return parsed ? { message: 'this is not valid JavaScript', hint: CHECK, source: sourceOf(thrown) } : undefined
}

function firstFrames(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 2)
    .join('\n')
}

/** The file and line that the engine puts before a syntax error's own text: all that is taken of it. */
function sourceOf(error: Error): SourceLine | undefined {
  const source = /^(?<url>file:\/\/\S+?):(?<line>\d+)\n/.exec(error.stack ?? '')?.groups
  if (source?.['url'] === undefined || source['line'] === undefined) return undefined
  return { file: displayPath(fileURLToPath(source['url'])), line: source['line'] }
}

function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}
