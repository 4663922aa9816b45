import { describe, expect, it } from 'vitest'
import { anytune, folder, jsonLines, MEMORY, oneProcess, rows } from './anytune.ts'

const run = oneProcess()

describe('the command line', () => {
  it('prints its version and its help', async () => {
    expect(await anytune(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
    const help = await anytune([])
    expect(help.code).toBe(0)
    const life = ['init', 'check', 'plan', 'apply', 'tune', 'runs', 'jobs', 'datasets', 'models']
    const after = ['deploy', 'deployments', 'undeploy', 'chat', 'purge', 'receipts']
    for (const command of [...life, ...after]) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
    }
  })

  it.each(['init', 'check', 'plan', 'apply', 'tune', 'deploy', 'undeploy', 'chat', 'purge', 'record', 'prove'])(
    'shows examples in the help of %s',
    async (command) => {
      const { code, stdout } = await run([command, '--help'], { cwd: await folder() })
      expect(code).toBe(0)
      expect(stdout).toMatch(new RegExp(`Examples:\n {2}\\$ .*anytune ${command}`))
    },
  )

  it.each([
    { args: ['chek'], hint: 'Did you mean check?' },
    { args: ['check', 'x', '--jsn'], hint: 'Did you mean --json?' },
    { args: ['jobs', 'lst'], hint: 'Did you mean list?' },
  ])('suggests what was meant by $args', async ({ args, hint }) => {
    const { code, stdout, stderr } = await run(args, { cwd: await folder() })
    expect(code).toBe(3)
    expect(stdout).toBe('')
    expect(stderr).toContain(hint)
  })

  it('refuses arguments that are missing, not numbers, or not pairs', async () => {
    const cwd = await folder({ 'anytune.yaml': MEMORY, 'train.jsonl': rows(2) })
    const plan = ['plan', 'train.jsonl', '--model', 'small']
    for (const args of [
      ['check'],
      ['plan', 'train.jsonl'],
      [...plan, '--epochs', 'two'],
      [...plan, '--epochs', ''],
      [...plan, '--set', 'novalue'],
      [...plan, '--set', '__proto__.x=1'],
      ['jobs', 'list', '--limit', '0'],
      ['runs', 'resume', 'x', '--adopt', 'y', '--create-again'],
      ['jobs'],
    ]) {
      expect({ args, code: (await run(args, { cwd })).code }).toEqual({ args, code: 3 })
    }
  })

  it('tells errors as one JSON object with --json, wherever the option stands', async () => {
    const cwd = await folder()
    for (const args of [
      ['--json', 'chek'],
      ['chek', '--json'],
      ['jobs', '--json'],
      ['runs', 'list', '--json', '--config', 'no.yaml'],
    ]) {
      const { stdout } = await run(args, { cwd })
      expect(jsonLines(stdout)).toEqual([{ error: expect.objectContaining({ code: expect.any(String) }) }])
    }
  })

  it('colours nothing off a terminal unless it is asked to, and --no-color has the last word', async () => {
    const cwd = await folder({ 'bad.jsonl': `${rows(2)}{"messages":[]}\n` })
    const colored = async (env: Record<string, string>, ...more: string[]) => {
      const { stdout } = await anytune(['check', 'bad.jsonl', ...more], { cwd, env })
      return stdout.includes('\u001B[')
    }
    expect(await colored({})).toBe(false)
    expect(await colored({ FORCE_COLOR: '1' })).toBe(true)
    expect(await colored({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true)
    expect(await colored({ FORCE_COLOR: '0' })).toBe(false)
    expect(await colored({ FORCE_COLOR: '1' }, '--no-color')).toBe(false)
  })

  it('loads neither the trainer nor an adapter for --version and check', async () => {
    const cwd = await folder({ 'train.jsonl': rows(2) })
    // Node names every file that it opens a module from.
    for (const args of [['--version'], ['check', 'train.jsonl']]) {
      const { code, stderr } = await anytune(args, { cwd, env: { NODE_DEBUG: 'esm' } })
      expect(code).toBe(0)
      expect(stderr).toContain('packages/cli/src/run.ts')
      expect(stderr).not.toMatch(/packages\/(?:trainer|local)\/|packages\/core\/src\/(?:index|config|operation)/)
    }
  })
})

describe('the configuration', () => {
  it('is asked for when there is none', async () => {
    const cwd = await folder({ 'train.jsonl': rows(2) })
    const { code, stdout, stderr } = await run(['plan', 'train.jsonl', '--model', 'm', '--json'], { cwd })
    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'configuration' } })
    expect(stderr).toContain('anytune init')
  })

  it('names the profiles when another one is asked for', async () => {
    const cwd = await folder({ 'anytune.yaml': MEMORY })
    const { code, stderr } = await run(['jobs', 'list', '--provider', 'men'], { cwd })
    expect(code).toBe(4)
    expect(stderr).toContain('did you mean "mem"?')
  })

  it('names an unknown key, and those that are allowed', async () => {
    const cwd = await folder({ 'anytune.yaml': `${MEMORY}provders: {}\n` })
    const { code, stderr } = await run(['jobs', 'list'], { cwd })
    expect(code).toBe(4)
    expect(stderr).toMatch(/unknown key "provders"/)
    expect(stderr).toContain('providers')
  })

  it('names an unknown option of the adapter', async () => {
    const cwd = await folder({ 'anytune.yaml': 'providers:\n  mem: { use: memory, colour: blue }\n' })
    const { code, stderr } = await run(['jobs', 'list'], { cwd })
    expect(code).toBe(4)
    expect(stderr).toContain('colour')
  })
})
