import { describe, expect, it } from 'vitest'
import { createClock } from '../../src/clock.ts'
import { createFaults, lagOf } from '../../src/faults.ts'
import { matchRoute } from '../../src/server/routes.ts'
import { createShelf } from '../../src/server/shelf.ts'

describe('a clock', () => {
  it('that is driven stands still until it is advanced, and tells whole seconds', () => {
    const clock = createClock({ kind: 'driven', startAt: new Date(1_500) })
    expect([clock.now(), clock.seconds()]).toEqual([1_500, 1])
    clock.advance(600)
    expect([clock.now(), clock.seconds()]).toEqual([2_100, 2])
  })

  it('that runs by itself can be advanced, too, and never goes back', () => {
    const clock = createClock({ kind: 'system', startAt: new Date(0) })
    clock.advance(1_000_000)
    const first = clock.now()
    expect(first).toBeGreaterThanOrEqual(1_000_000)
    expect(clock.now()).toBeGreaterThanOrEqual(first)
    expect(() => clock.advance(-1)).toThrow(RangeError)
  })
})

describe('a shelf', () => {
  const clock = createClock({ kind: 'driven' })

  it('hides a new thing from as many lists and looks as it lags, and not from those who know', () => {
    const shelf = createShelf<string>(clock)
    shelf.add('a', 'A')
    shelf.add('b', 'B', { lists: 2, looks: 1 })
    expect([shelf.list(), shelf.list(), shelf.list()]).toEqual([['A'], ['A'], ['A', 'B']])
    expect([shelf.peek('b'), shelf.look('b'), shelf.look('b')]).toEqual(['B', undefined, 'B'])
    expect(shelf.all()).toEqual(['A', 'B'])
  })

  it('hides a new thing from lists until the clock has moved', () => {
    const shelf = createShelf<string>(clock)
    shelf.add('a', 'A', { listMilliseconds: 10 })
    expect(shelf.list()).toEqual([])
    clock.advance(10)
    expect(shelf.list()).toEqual(['A'])
  })
})

describe('routes', () => {
  const routes = [
    { method: 'GET', path: '/a/{id}', operation: 'get', act: 1 },
    { method: 'DELETE', path: '/a/{id}', operation: 'delete', act: 2 },
  ]

  it('are found with their parameters decoded', () => {
    expect(matchRoute(routes, 'GET', '/a/x%2Fy')).toMatchObject({ found: 'route', params: { id: 'x/y' } })
  })

  it.each([
    ['another method', 'POST', '/a/x', { found: 'path', allowed: ['GET', 'DELETE'] }],
    ['a longer path', 'GET', '/a/x/y', { found: 'nothing' }],
    ['an empty parameter', 'GET', '/a/', { found: 'nothing' }],
    ['a broken encoding', 'GET', '/a/%E0%A4', { found: 'nothing' }],
  ])('are not found for %s', (_, method, path, expected) => {
    expect(matchRoute(routes, method, path)).toEqual(expected)
  })
})

describe('faults', () => {
  const request = { vendor: 'openai', operation: 'jobs.create', account: 'emulator-a' } as const

  it('let some requests pass, strike as often as they should, and are spent', () => {
    const faults = createFaults()
    faults.add({ operation: 'jobs.create', kind: 'reset', after: 1, times: 2 })
    const struck = Array.from({ length: 4 }, () => faults.take(request)?.kind)
    expect(struck).toEqual([undefined, 'reset', 'reset', undefined])
    expect(faults.pending()).toEqual([])
  })

  it.each([
    ['the operation itself', { operation: 'jobs.create' }, true],
    ['all of its kind', { operation: 'jobs.*' }, true],
    ['all', { operation: '*' }, true],
    ['its account', { operation: '*', account: 'emulator-a' }, true],
    ['another operation', { operation: 'jobs.get' }, false],
    ['another kind', { operation: 'job.*' }, false],
    ['another account', { operation: '*', account: 'emulator-b' }, false],
    ['another vendor', { operation: '*', vendor: 'azure' as const }, false],
  ])('for %s strike accordingly', (_, target, strikes) => {
    const faults = createFaults()
    faults.add({ ...target, kind: 'reset' })
    expect(faults.take(request) !== undefined).toBe(strikes)
  })

  it('strike a request once, the one given first', () => {
    const faults = createFaults()
    faults.add({ operation: '*', kind: 'hang' }, { operation: '*', kind: 'reset' })
    expect([faults.take(request)?.kind, faults.take(request)?.kind]).toEqual(['hang', 'reset'])
  })

  it('that lag count one list or look unless told', () => {
    expect(lagOf({ operation: '*', kind: 'list-lag' })).toEqual({ lists: 1, listMilliseconds: undefined })
    expect(lagOf({ operation: '*', kind: 'list-lag', milliseconds: 5 })).toEqual({ lists: 0, listMilliseconds: 5 })
    expect(lagOf({ operation: '*', kind: 'get-lag' })).toEqual({ looks: 1 })
    expect(lagOf(undefined)).toEqual({})
  })

  it.each([
    ['no kind', { operation: '*' }],
    ['an unknown kind', { operation: '*', kind: 'earthquake' }],
    ['a member of another kind', { operation: '*', kind: 'reset', status: 500 }],
    ['a count of none', { operation: '*', kind: 'reset', times: 0 }],
  ])('with %s are refused', (_, fault) => {
    expect(() => createFaults().add(fault as never)).toThrow(/faults/)
  })
})
