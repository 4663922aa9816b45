import { describe, expect, it } from 'vitest'
import { HELP, parseArguments } from '../src/arguments.ts'

describe('parseArguments', () => {
  it('has defaults', () => {
    expect(parseArguments([])).toEqual({ help: false, json: false, seed: 1 })
  })

  it('takes every option', () => {
    expect(parseArguments(['--json', '--seed', '7'])).toEqual({ help: false, json: true, seed: 7 })
    expect(parseArguments(['--seed=2147483647'])).toMatchObject({ seed: 2147483647 })
    expect(parseArguments(['--seed=0'])).toMatchObject({ seed: 0 })
    expect(parseArguments(['-h'])).toMatchObject({ help: true })
  })

  it.each([
    [['--sed', '2'], /--sed/],
    [['--json=yes'], /--json/],
    [['--seed'], /--seed/],
    [['--seed', '-1'], /--seed/],
    [['--seed', '1.5'], /--seed/],
    [['--seed', '2147483648'], /--seed/],
    [['--seed', 'one'], /--seed/],
    [['--seed='], /--seed/],
    [['tickets.jsonl'], /tickets\.jsonl/],
  ])('refuses %j and says what is wrong', (words, message) => {
    const parse = () => parseArguments(words)
    expect(parse).toThrow(message)
    expect(parse).toThrow(expect.objectContaining({ code: 'invalid-argument', hint: expect.stringMatching(/--help/) }))
  })

  it('has every option in the help', () => {
    for (const option of ['--seed', '--json', '--help']) expect(HELP).toContain(option)
  })
})
