import { describe, expect, it } from 'vitest'
import {
  anything,
  checkShape,
  choice,
  either,
  flag,
  list,
  map,
  nullable,
  number,
  object,
  openObject,
  optional,
  text,
  variants,
  whole,
  type Shape,
} from '../../src/server/shape.ts'

const PET = variants('kind', {
  cat: object({ lives: whole({ minimum: 1, maximum: 9 }) }),
  dog: object({ name: text({ minimum: 1, maximum: 5 }) }),
})

describe('a value that fits', () => {
  it.each<[string, Shape, unknown]>([
    ['anything', anything, undefined],
    ['a flag', flag, false],
    ['text at both limits', text({ minimum: 2, maximum: 2 }), 'ab'],
    ['text of a pattern', text({ pattern: /^a+$/ }), 'aaa'],
    ['a number just above', number({ above: 0, maximum: 1 }), 0.001],
    ['a whole number written as a decimal', whole(), 2.0],
    ['a choice', choice('auto'), 'auto'],
    ['an empty list', list(flag), []],
    ['a map', map(text({ maximum: 3 }), { maximum: 1, longestKey: 2 }), { ab: 'abc' }],
    ['an object without what it may lack', object({ a: optional(flag) }), {}],
    ['an open object with more', openObject({ a: flag }), { a: true, b: 1 }],
    ['the second of two', either(choice('auto'), whole()), 3],
    ['a variant', PET, { kind: 'cat', lives: 9 }],
    ['null where it may be', nullable(flag), null],
  ])('%s is no violation', (_, shape, value) => {
    expect(checkShape(shape, value)).toBeUndefined()
  })
})

describe('a value that does not fit', () => {
  it.each<[string, Shape, unknown, { rule: string; path: string; found?: string }]>([
    ['text for a flag', flag, 'true', { rule: 'type', path: '', found: 'string' }],
    ['text that is too short', text({ minimum: 1 }), '', { rule: 'minimum', path: '' }],
    ['text that is too long', text({ maximum: 1 }), 'ab', { rule: 'maximum', path: '' }],
    ['text of another pattern', text({ pattern: /^a+$/ }), 'b', { rule: 'pattern', path: '' }],
    ['a number at an open limit', number({ above: 0 }), 0, { rule: 'minimum', path: '' }],
    ['a fraction for a whole number', whole(), 1.5, { rule: 'type', path: '', found: 'number' }],
    ['a number as text', whole(), '1', { rule: 'type', path: '', found: 'string' }],
    ['another choice', choice('a', 'b'), 'c', { rule: 'choice', path: '' }],
    ['an object for a list', list(flag), {}, { rule: 'type', path: '', found: 'object' }],
    ['a list for an object', object({}), [], { rule: 'type', path: '', found: 'array' }],
    ['null for an object', object({}), null, { rule: 'type', path: '', found: 'null' }],
    ['a bad item', list(flag), [true, 1], { rule: 'type', path: '[1]', found: 'integer' }],
    ['a list that is too long', list(flag, { maximum: 1 }), [true, true], { rule: 'maximum', path: '' }],
    ['a missing member', object({ a: flag }), {}, { rule: 'missing', path: 'a' }],
    ['an unknown member', object({ a: flag }), { a: true, b: 1 }, { rule: 'unknown', path: 'b' }],
    ['a member of the prototype', object({}), JSON.parse('{"__proto__": 1}'), { rule: 'unknown', path: '__proto__' }],
    ['a bad member within', object({ a: object({ b: flag }) }), { a: { b: 1 } }, { rule: 'type', path: 'a.b' }],
    ['a map with too many entries', map(flag, { maximum: 1 }), { a: true, b: true }, { rule: 'maximum', path: '' }],
    ['a map with a long key', map(flag, { longestKey: 1 }), { ab: true }, { rule: 'maximum', path: '' }],
    ['a map with a bad value', map(flag), { a: 1 }, { rule: 'type', path: 'a' }],
    ['the right type out of range', either(choice('auto'), whole({ maximum: 5 })), 6, { rule: 'maximum', path: '' }],
    ['neither of two', either(choice('auto'), whole()), true, { rule: 'type', path: '', found: 'boolean' }],
    ['no tag', PET, { lives: 1 }, { rule: 'missing', path: 'kind' }],
    ['an unknown tag', PET, { kind: 'cow' }, { rule: 'choice', path: 'kind' }],
    ['a tag of the prototype', PET, { kind: 'toString' }, { rule: 'choice', path: 'kind' }],
    ['another variant’s member', PET, { kind: 'cat', lives: 1, name: 'a' }, { rule: 'unknown', path: 'name' }],
  ])('%s is a violation that says where', (_, shape, value, expected) => {
    expect(checkShape(shape, value)).toMatchObject(expected)
  })
})
