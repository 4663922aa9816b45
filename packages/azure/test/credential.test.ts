import { describe, expect, it } from 'vitest'
import { classify } from '../src/classify.ts'
import { defaultCredential, tokensOf } from '../src/credential.ts'

const HOUR_MS = 3_600_000

/** An identity that counts how often it is asked. */
function identity(now: () => number) {
  const asked: string[] = []
  const getToken = async (scopes: string | string[]) => {
    const scope = String(scopes)
    asked.push(scope)
    return { token: `${scope}#${asked.length}`, expiresOnTimestamp: now() + HOUR_MS }
  }
  return { asked, getToken }
}

describe('tokens', () => {
  it('are asked for once while they last, for each scope', async () => {
    let now = 0
    const source = identity(() => now)
    const tokens = tokensOf(
      async () => source,
      () => now,
    )
    const [first, second] = await Promise.all([tokens('a'), tokens('a')])
    expect([first, second, await tokens('b'), await tokens('a')]).toEqual(['a#1', 'a#1', 'b#2', 'a#1'])
    now = HOUR_MS - 60_000
    expect(await tokens('a')).toBe('a#3')
    expect(source.asked).toEqual(['a', 'b', 'a'])
  })

  it('are asked for again after a refusal, which is understood without its words', async () => {
    let refusals = 1
    const source = {
      async getToken() {
        if (refusals-- > 0) throw new Error('AADSTS700016: secret words of the directory')
        return { token: 'good', expiresOnTimestamp: HOUR_MS }
      },
    }
    const tokens = tokensOf(
      async () => source,
      () => 0,
    )
    const error = await tokens('a').catch((thrown: unknown) => thrown)
    const info = classify(error, 'jobs.create')
    expect(info).toMatchObject({ code: 'unauthenticated', reached: 'no' })
    expect(JSON.stringify(info)).not.toContain('AADSTS')
    expect(await tokens('a')).toBe('good')
  })

  it('that an identity does not have are a refusal too', async () => {
    const tokens = tokensOf(async () => ({ getToken: async () => null }))
    const error = await tokens('a').catch((thrown: unknown) => thrown)
    expect(classify(error, 'chat')).toMatchObject({ code: 'unauthenticated', reached: 'no' })
  })

  it('come from any identity of @azure/identity, which is loaded when it is first asked', async () => {
    expect((await defaultCredential()).getToken).toBeTypeOf('function')
  }, 60_000)
})
