import { expect, test } from 'vitest'
import { canonicalJson, contentDigest, sameJson } from '../../src/event/canonical.ts'

test('the order of keys does not matter, at any depth; the order of lists does', () => {
  const one = { b: [{ y: 1, x: 2 }], a: null }
  const other = { a: null, b: [{ x: 2, y: 1 }] }
  expect(canonicalJson(one)).toBe('{"a":null,"b":[{"x":2,"y":1}]}')
  expect(contentDigest(one)).toBe(contentDigest(other))
  expect(sameJson(one, other)).toBe(true)
  expect(sameJson([1, 2], [2, 1])).toBe(false)
})

test('an absent value is equal to an absent value only', () => {
  expect(sameJson(undefined, undefined)).toBe(true)
  expect(sameJson(undefined, null)).toBe(false)
})

test('a key named __proto__ stays a key', () => {
  const hostile = JSON.parse('{"__proto__":{"polluted":true},"a":1}') as { a: number }
  expect(canonicalJson(hostile)).toBe('{"__proto__":{"polluted":true},"a":1}')
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})
