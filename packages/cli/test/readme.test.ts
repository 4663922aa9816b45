import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { EXIT_CODES } from '../src/exit-codes.ts'
import { anytune } from './anytune.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

describe('the README', () => {
  it('has every error code in the row of its exit code', () => {
    const rows = [...readme.matchAll(/^\| (\d+) \|.*\|(.*)\|$/gm)]
    const documented = rows.flatMap(([, number, codes = '']) =>
      [...codes.matchAll(/`([a-z-]+)`/g)].map(([, code]) => [code, Number(number)] as const),
    )
    expect(Object.fromEntries(documented)).toEqual(EXIT_CODES)
  })

  it('has every command, and no other', async () => {
    const { stdout } = await anytune(['--help'])
    const offered = [...stdout.matchAll(/^ {2}([a-z]+) (?!\[command\])/gm)].map(([, name]) => name)
    const documented = [...readme.matchAll(/^\| `([a-z]+)/gm)].map(([, name]) => name)
    expect(new Set(documented)).toEqual(new Set(offered))
  })
})
