import { execFile } from 'node:child_process'
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { configText, ignoringState, profileOf } from '../src/init-files.ts'
import { anytune, folder, MEMORY, rows } from './anytune.ts'

const OWN_MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))
const read = (cwd: string, name: string) => readFile(join(cwd, name), 'utf8')

describe('anytune init', () => {
  it.each([
    { what: 'TypeScript', file: 'anytune.config.ts', flags: [] },
    { what: 'YAML', file: 'anytune.yaml', flags: ['--yaml'] },
  ])('writes a configuration in $what with which the next command works as it stands', async ({ file, flags }) => {
    const cwd = await folder({ 'train.jsonl': rows(4) })
    const choices = ['--data', 'train.jsonl', '--class', 'internal', '--provider', 'local', '--yes']
    const { code, stdout, stderr } = await anytune(['init', ...choices, ...flags, '--json'], { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { wrote, next } = JSON.parse(stdout)
    expect(wrote).toEqual([file, '.gitignore'])
    expect(next).toBe('anytune tune train.jsonl --model my-model --class internal')
    expect(await read(cwd, '.gitignore')).toBe('.anytune/\n')

    const [, , ...rest] = next.split(' ')
    const planned = await anytune(['plan', ...rest, '--json'], { cwd })
    expect(planned.stderr).toBe('')
    expect(JSON.parse(planned.stdout)).toMatchObject({ provider: 'local', profile: 'local' })
  })

  it('works in a folder that npm init has made, without any package installed', async () => {
    const cwd = await folder({ 'package.json': '{ "name": "project", "type": "commonjs" }', 'train.jsonl': rows(4) })
    expect((await anytune(['init', '--yes'], { cwd })).code).toBe(0)
    const planned = await anytune(['plan', 'train.jsonl', '--model', 'my-model'], { cwd })
    expect(planned).toMatchObject({ code: 0, stderr: '' })
  })

  it('writes TypeScript that the compiler accepts', async () => {
    const cwd = await folder({ 'package.json': '{ "type": "module" }' })
    expect((await anytune(['init', '--yes'], { cwd })).code).toBe(0)
    await symlink(OWN_MODULES, join(cwd, 'node_modules'), 'dir')
    const options = { module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true, types: [] }
    const more = { customConditions: ['@anytune/source'], allowImportingTsExtensions: true, lib: ['esnext', 'dom'] }
    const types = [fileURLToPath(new URL('../../../node_modules/@types', import.meta.url))]
    const settings = {
      compilerOptions: { ...options, ...more, typeRoots: types, types: ['node'] },
      files: ['anytune.config.ts'],
    }
    await writeFile(join(cwd, 'tsconfig.json'), JSON.stringify(settings))
    const compiler = join(createRequire(import.meta.url).resolve('typescript/package.json'), '..', 'bin', 'tsc')
    await expect(promisify(execFile)(process.execPath, [compiler, '-p', cwd])).resolves.toMatchObject({ stdout: '' })
    // The same compiler on the same file does find a mistake.
    await writeFile(
      join(cwd, 'anytune.config.ts'),
      (await read(cwd, 'anytune.config.ts')).replace("provider: 'local'", "provider: 'lokal'"),
    )
    await expect(promisify(execFile)(process.execPath, [compiler, '-p', cwd])).rejects.toMatchObject({
      code: expect.any(Number),
    })
  })

  it('finds the data bad before it says to train on it', async () => {
    const cwd = await folder({ 'bad.jsonl': `${rows(2)}{"messages":[]}\n` })
    const { code, stdout } = await anytune(['init', '--data', 'bad.jsonl', '--yes', '--json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ next: 'anytune check bad.jsonl' })
  })

  it('writes nothing when the data is not there, or the adapter cannot be a package', async () => {
    const cwd = await folder()
    expect((await anytune(['init', '--data', 'none.jsonl', '--yes'], { cwd })).code).toBe(9)
    expect((await anytune(['init', '--provider', 'no such', '--yes'], { cwd })).code).toBe(3)
    await expect(stat(join(cwd, 'anytune.config.ts'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('never writes over a configuration, nor beside one', async () => {
    const cwd = await folder({ 'anytune.yaml': MEMORY })
    for (const flags of [['--yaml', '--yes'], ['--yes'], ['--yaml']]) {
      const { code, stderr } = await anytune(['init', ...flags], { cwd })
      expect(code).toBe(9)
      expect(stderr).toContain('anytune.yaml')
    }
    expect(await read(cwd, 'anytune.yaml')).toBe(MEMORY)
  })

  it('needs --yes or a terminal', async () => {
    const { code, stderr } = await anytune(['init'], { cwd: await folder() })
    expect(code).toBe(3)
    expect(stderr).toContain('--yes')
  })

  it('adds to .gitignore what is not there, and leaves the rest as it is', async () => {
    const cwd = await folder({ '.gitignore': 'dist' })
    await anytune(['init', '--yes'], { cwd })
    expect(await read(cwd, '.gitignore')).toBe('dist\n.anytune/\n')
    expect(ignoringState('dist\n/.anytune\n')).toBeUndefined()
    expect(ignoringState('x\r\n.anytune/\r\n')).toBeUndefined()
    expect(ignoringState('# .anytune/\n')).toBe('# .anytune/\n.anytune/\n')
  })

  it('calls itself as it was called', async () => {
    const { stdout } = await anytune(['init', '--yes'], { cwd: await folder(), env: { npm_command: 'exec' } })
    expect(stdout).toContain('npx anytune tune')
  })
})

describe('a configuration for an adapter of others', () => {
  it('imports what every adapter exports, and names the command that installs it', async () => {
    const cwd = await folder()
    const { stdout } = await anytune(['init', '--provider', '@acme/anytune-cloud', '--yes', '--json'], { cwd })
    expect(JSON.parse(stdout)).toMatchObject({
      profile: 'cloud',
      next: 'npm install @anytune/core @acme/anytune-cloud',
    })
    const adapter = join(cwd, 'node_modules', '@acme', 'anytune-cloud')
    await mkdir(adapter, { recursive: true })
    await writeFile(
      join(adapter, 'package.json'),
      '{ "name": "@acme/anytune-cloud", "exports": "./index.mjs", "type": "module" }',
    )
    await writeFile(join(adapter, 'index.mjs'), `export { createDriver } from '@anytune/core/memory'\n`)
    await symlink(join(OWN_MODULES, '@anytune'), join(cwd, 'node_modules', '@anytune'), 'dir')
    expect(await anytune(['jobs', 'list', '--json'], { cwd })).toMatchObject({ code: 0, stdout: '' })
  })

  it('is valid in both languages for any name', () => {
    for (const adapter of ['@acme/anytune-cloud', 'anytune-x', '@a/b.c']) {
      const profile = profileOf(adapter)
      expect(configText({ adapter, profile, yaml: false })).toContain(`from '${adapter}'`)
      expect(configText({ adapter, profile, yaml: true })).toContain(`use: '${adapter}'`)
    }
    expect(['@acme/anytune-cloud', 'anytune-x', '@a/b.c', '@anytune/local', '_'].map(profileOf)).toEqual([
      'cloud',
      'x',
      'b.c',
      'local',
      'main',
    ])
  })
})
