/** What `anytune init` writes into a configuration. */
export interface InitChoices {
  /** The adapter's package. */
  readonly adapter: string
  /** The profile's name. */
  readonly profile: string
  readonly yaml: boolean
}

/** The adapter that comes with the command line. */
export const LOCAL = '@anytune/local'

/** The name under which `init` offers the local base model. */
export const FIRST_MODEL = 'my-model'

// Large enough for conversations of a few hundred words, small enough for minutes on a laptop.
const LOCAL_BASE_MODEL = 'scratch-small'

/** The configuration file's name. */
export function configName(yaml: boolean): string {
  return yaml ? 'anytune.yaml' : 'anytune.config.ts'
}

/** The configuration file's text: commented, and complete as it stands where the adapter needs no options. */
export function configText(choices: InitChoices): string {
  return choices.yaml ? yamlText(choices) : moduleText(choices)
}

/** A profile's name made of a package's: `@acme/anytune-cloud` becomes `cloud`. */
export function profileOf(adapter: string): string {
  const last = adapter.split('/').findLast((part) => part !== '') ?? ''
  return (
    last
      .replace(/^anytune-(?=.)/, '')
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '') || 'main'
  )
}

function moduleText({ adapter, profile }: InitChoices): string {
  const isLocal = adapter === LOCAL
  const name = /^[A-Za-z_$][\w$]*$/.test(profile) ? profile : `'${profile}'`
  const driver = isLocal
    ? `local({ directory: new URL('.anytune/local/', import.meta.url) })`
    : `createDriver({\n      // The adapter's options: its README lists them. Keep secrets in process.env.\n    })`
  return `import { defineConfig } from '@anytune/core'
import { ${isLocal ? 'local' : 'createDriver'} } from '${adapter}'

export default defineConfig({
  // The profile to use when neither --provider nor ANYTUNE_PROVIDER names one.
  provider: '${profile}',

  // One profile for each vendor, account or region; only the chosen one is opened.
  providers: {
${isLocal ? '    // Trains a toy model on this computer: a rehearsal of the whole life, and no row leaves.\n' : ''}    ${name}: () => ${driver},
  },

  // One name for each profile's own base model: to change the vendor, change \`provider\` and nothing else.
  models: {
    ${isLocal ? '' : '// '}'${FIRST_MODEL}': { ${name}: '${isLocal ? LOCAL_BASE_MODEL : 'the vendor’s base model'}' },
  },
})
`
}

function yamlText({ adapter, profile }: InitChoices): string {
  const isLocal = adapter === LOCAL
  return `# The profile to use when neither --provider nor ANYTUNE_PROVIDER names one.
provider: ${profile}

# One profile for each vendor, account or region; only the chosen one is opened.
providers:
  ${profile}:
${isLocal ? '    # Trains a toy model on this computer: a rehearsal of the whole life, and no row leaves.\n' : ''}    use: '${adapter}'
${isLocal ? '    # Where datasets, jobs and models are kept, seen from this file.\n    directory: .anytune/local' : "    # The adapter's options follow here: its README lists them. Write secrets as ${env:NAME}."}

# One name for each profile's own base model: to change the vendor, change \`provider\` and nothing else.
models:${isLocal ? '' : ' {}'}
${isLocal ? '' : '# '}  ${FIRST_MODEL}:
${isLocal ? '' : '# '}    ${profile}: ${isLocal ? LOCAL_BASE_MODEL : 'the vendor’s base model'}
`
}

/** The text of .gitignore with the folder of journals and local models in it; undefined when it is there already. */
export function ignoringState(text: string): string | undefined {
  const ignored = text.split(/\r?\n/).some((line) => /^\/?\.anytune\/?\s*$/.test(line))
  if (ignored) return undefined
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}.anytune/\n`
}
