import { readFile, writeFile } from 'node:fs/promises'
import { TrainerError } from '@anytune/trainer'
import { describe, expect, it } from 'vitest'
import { LocalError } from '@anytune/local'
import { classify } from '../src/classify.ts'

const systemError = (code: string) =>
  Object.assign(new Error(`${code}: open '/home/ada/secret'`), { code, syscall: 'open', errno: -1 })

describe('what an error means', () => {
  it.each([
    ['ENOSPC', 'quota-exceeded', 'yes'],
    ['EDQUOT', 'quota-exceeded', 'yes'],
    ['EACCES', 'permission-denied', 'yes'],
    ['EROFS', 'permission-denied', 'yes'],
    ['ENOTDIR', 'configuration', 'yes'],
    ['ENOENT', 'not-found', 'yes'],
    ['EMFILE', 'unavailable', 'no'],
    ['EIO', 'unavailable', 'maybe'],
    ['EWEIRD', 'unknown', 'maybe'],
  ])('%s is %s', (code, expected, reached) => {
    const meaning = classify(systemError(code))
    expect(meaning).toMatchObject({ code: expected, reached })
    expect(JSON.stringify(meaning)).not.toContain('secret')
    expect(meaning.hint === undefined).toBe(expected === 'unknown')
  })

  it('of a true system error is found', async () => {
    const missing = await readFile('/no/such/file').catch((error: unknown) => error)
    expect(classify(missing).code).toBe('not-found')
    const notADirectory = await writeFile('/dev/null/x', '').catch((error: unknown) => error)
    expect(classify(notADirectory).code).toBe('configuration')
  })

  it('of the adapter and of the trainer is kept', () => {
    expect(classify(new LocalError('not-found', 'gone', 'look'))).toEqual({
      code: 'not-found',
      reached: 'yes',
      message: 'gone',
      hint: 'look',
    })
    expect(classify(new LocalError('unavailable', 'not started')).reached).toBe('maybe')
    expect(classify(new TrainerError('example-too-long', 'too long')).code).toBe('invalid-argument')
    expect(classify(new TypeError('row content')).message).toBeUndefined()
  })
})
