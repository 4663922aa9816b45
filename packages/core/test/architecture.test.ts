import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const packages = fileURLToPath(new URL('../..', import.meta.url))

/** What each package may import of the others. */
const EDGES: Readonly<Record<string, readonly string[]>> = {
  dataset: [],
  trainer: [],
  catalogue: [],
  core: ['@anytune/catalogue', '@anytune/dataset'],
  local: ['@anytune/core', '@anytune/dataset', '@anytune/trainer'],
  conformance: ['@anytune/core', '@anytune/dataset'],
  emulator: ['@anytune/trainer'],
  'openai-compatible': ['@anytune/core'],
  openai: ['@anytune/core', '@anytune/openai-compatible'],
  azure: ['@anytune/core', '@anytune/openai-compatible'],
  cli: ['@anytune/catalogue', '@anytune/core', '@anytune/dataset', '@anytune/local'],
}

const VENDORS = /\b(openai|azure|bedrock|vertex|watsonx|nemo|nebius)\b/i
/** Names of row formats, and of the schemes of a model's own words, are not names of vendors. */
const FORMATS = /openai-(chat|preference)/g

function sources(name: string): readonly { readonly file: string; readonly text: string }[] {
  return globSync('src/**/*.ts', { cwd: join(packages, name) }).map((file) => ({
    file: `${name}/${file}`,
    text: readFileSync(join(packages, name, file), 'utf8'),
  }))
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
}

describe('the architecture', () => {
  it.each(Object.entries(EDGES))('%s imports no other package than it may', (name, allowed) => {
    for (const { file, text } of sources(name)) {
      for (const [, imported] of text.matchAll(/(?:from|import\()\s*'(@anytune\/[^/']+|anytune)[^']*'/g)) {
        expect([...allowed, `@anytune/${name}`], `${file} imports ${imported}`).toContain(imported)
      }
    }
  })

  it('core knows no vendor by name', () => {
    for (const { file, text } of sources('core')) {
      const code = withoutComments(text).replaceAll(FORMATS, '')
      expect(VENDORS.exec(code)?.[0], file).toBeUndefined()
    }
  })

  it('the command line alone spells its commands', () => {
    const names = globSync('*.ts', { cwd: join(packages, 'cli/src/commands') }).map((file) => file.replace('.ts', ''))
    expect(names).toContain('purge')
    const command = new RegExp(String.raw`\banytune (?:${names.join('|')})\b`)
    for (const name of Object.keys(EDGES).filter((name) => name !== 'cli')) {
      for (const { file, text } of sources(name)) {
        expect(command.exec(withoutComments(text))?.[0], file).toBeUndefined()
      }
    }
  })

  it('nobody reads the source or the build of another package by its path', () => {
    for (const name of Object.keys(EDGES)) {
      for (const { file, text } of sources(name))
        expect(text, file).not.toMatch(
          /from '(?:\.\.\/)+(?:core|cli|local|trainer|dataset)\/|@anytune\/[^']+\/(?:src|dist)\//,
        )
    }
  })
})
