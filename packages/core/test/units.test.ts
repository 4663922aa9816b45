import { describe, expect, it } from 'vitest'
import { AnytuneError, isAnytuneError } from '../src/errors.ts'
import { allPages } from '../src/pages.ts'
import { createPoller } from '../src/poll.ts'
import { assertPermit, requestPermit } from '../src/policy/gate.ts'
import { NOT_CONFIGURED } from '../src/policy/judgement.ts'
import { formatReference, parseReference } from '../src/reference.ts'
import { backoffMs, retry } from '../src/retry.ts'

const POLICY = { attempts: 4, firstMs: 1, maximumMs: 4 }

describe('retry', () => {
  it('repeats until it succeeds, and no longer than the policy says', async () => {
    let calls = 0
    const flaky = async () => {
      if (++calls < 3) throw new Error('no')
      return calls
    }
    expect(await retry(flaky, { policy: POLICY, decide: () => ({}) })).toBe(3)
    calls = -100
    await expect(retry(flaky, { policy: POLICY, decide: () => ({}) })).rejects.toThrow('no')
    expect(calls).toBe(-96)
  })

  it('does not wait longer than a caller can bear because a vendor asks for it', async () => {
    let calls = 0
    const call = async () => {
      calls++
      throw new Error('later')
    }
    await expect(retry(call, { policy: POLICY, decide: () => ({ afterMs: 3_600_000 }) })).rejects.toThrow('later')
    expect(calls).toBe(1)
  })

  it('ends at once with the reason of its signal', async () => {
    const controller = new AbortController()
    const waiting = retry(async () => Promise.reject(new Error('no')), {
      policy: { attempts: 9, firstMs: 60_000, maximumMs: 60_000 },
      signal: controller.signal,
      decide: () => ({}),
    })
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })

  it('waits with jitter below the maximum', () => {
    for (let attempt = 1; attempt < 20; attempt++) {
      const wait = backoffMs({ attempts: 20, firstMs: 100, maximumMs: 1000 }, attempt)
      expect(wait).toBeGreaterThanOrEqual(Math.min(1000, 100 * 2 ** (attempt - 1)) / 2)
      expect(wait).toBeLessThanOrEqual(1000)
    }
  })
})

describe('paging', () => {
  it('follows empty pages, fetches a page only when it is needed, and keeps the order', async () => {
    const pages = new Map([
      [undefined, { items: [1, 2], next: 'b' }],
      ['b', { items: [], next: 'c' }],
      ['c', { items: [3] }],
    ])
    const asked: (string | undefined)[] = []
    const list = allPages(async ({ after }) => {
      asked.push(after)
      return pages.get(after) ?? { items: [] }
    })
    expect((await list.next()).value).toBe(1)
    expect(asked).toEqual([undefined])
    const rest: number[] = []
    for await (const item of list) rest.push(item)
    expect(rest).toEqual([2, 3])
    expect(asked).toEqual([undefined, 'b', 'c'])
  })

  it('does not go round in circles', async () => {
    const list = allPages(async () => ({ items: [1], next: 'same' }))
    await expect(Array.fromAsync(list)).rejects.toThrow('repeats its page cursor')
  })
})

describe('polling', () => {
  it('looks sooner when the driver says that something changed', async () => {
    const poller = createPoller({ firstMs: 60_000, maximumMs: 60_000 })
    let ended = false
    await poller.wait({
      changed: async (signal) => {
        signal.addEventListener('abort', () => (ended = true))
      },
    })
    expect(ended).toBe(true)
  })
})

describe('a reference', () => {
  it('holds any id and any scope', () => {
    const reference = { provider: 'acme', scope: '/data dir/ä', kind: 'model', id: 'arn:aws:x:1/ü%2F' } as const
    expect(parseReference(formatReference(reference))).toEqual(reference)
  })

  it.each(['', 'anytune://', 'anytune://a/b/job', 'anytune://a/b/thing/c', 'anytune://a/b/job/%', 'https://a/b/job/c'])(
    'is not "%s"',
    (text) => {
      expect(() => parseReference(text)).toThrow(AnytuneError)
    },
  )
})

describe('an error', () => {
  it('is known by its brand, and prints without its cause', () => {
    const error = new AnytuneError('not-found', 'gone', { cause: new Error('SECRET'), hint: 'look elsewhere' })
    expect(isAnytuneError(error)).toBe(true)
    expect(isAnytuneError(new Error('x'))).toBe(false)
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'not-found',
      message: 'gone',
      hint: 'look elsewhere',
      retryable: false,
    })
  })
})

describe('a permit', () => {
  it('is what the gate minted, for what it was minted for', () => {
    const permit = requestPermit({ purpose: 'stage', sha256: 'a' }, NOT_CONFIGURED)
    assertPermit(permit, { purpose: 'stage', sha256: 'a' })
    expect(() => assertPermit(permit, { purpose: 'stage', sha256: 'b' })).toThrow(AnytuneError)
    expect(() => assertPermit(permit, { purpose: 'chat' })).toThrow(AnytuneError)
    expect(() => assertPermit({ ...permit }, { purpose: 'stage', sha256: 'a' })).toThrow(AnytuneError)
  })
})
