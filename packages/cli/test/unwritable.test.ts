import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anytune, folder, jsonLines, MEMORY, rows } from './anytune.ts'

const files = { 'anytune.yaml': MEMORY, 'train.jsonl': rows(6) }

describe('a file that cannot be written', () => {
  it.each([
    { what: 'in a folder that is not there', out: 'nowhere/plan.json', says: 'make its folder first' },
    { what: 'because it is a folder', out: '.', says: 'is a folder' },
    { what: 'below a file', out: 'train.jsonl/plan.json', says: 'is a file' },
  ])('is named, and what to do: a plan $what', async ({ out, says }) => {
    const cwd = await folder(files)
    const { code, stderr } = await anytune(['plan', 'train.jsonl', '--model', 'small', '--out', out], { cwd })
    expect(code).toBe(3)
    expect(stderr).toContain(`error (invalid-argument): ${out} cannot be written`)
    expect(stderr).toMatch(new RegExp(`^hint: .*${says}`, 'm'))
  })

  it('leaves no configuration behind: init beside a .gitignore that is a folder', async () => {
    const cwd = await folder()
    await mkdir(join(cwd, '.gitignore'))
    const { code, stderr } = await anytune(['init', '--yes'], { cwd })
    expect(code).toBe(3)
    expect(stderr).toContain('.gitignore cannot be written')
    expect(await readdir(cwd)).toEqual(['.gitignore'])
  })
})

it('a run that the data directory stopped can be gone on with, and the command is told', async () => {
  const cwd = await folder({ 'train.jsonl': rows(4) })
  await anytune(['init', '--yes'], { cwd })
  const jobs = join(cwd, '.anytune', 'local', 'jobs')
  await mkdir(join(jobs, '..'), { recursive: true })
  await writeFile(jobs, '')
  const tune = ['tune', 'train.jsonl', '--model', 'scratch-tiny', '--epochs', '1', '--yes', '--json']
  const { code, stdout, stderr } = await anytune(tune, { cwd })
  expect(code).toBe(4)
  const { error } = jsonLines(stdout).at(-1) as { error: { data: { run: string } } }
  const { run } = error.data
  expect(stderr).toContain(`next: anytune runs resume ${run}\n`)
  await rm(jobs)
  expect((await anytune(['runs', 'resume', run], { cwd })).code).toBe(0)
})
