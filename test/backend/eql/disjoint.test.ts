import { expect, it } from 'vitest'
import { excludeEachOther } from '../../../src/backend/eql/disjoint.ts'
import { any, pattern, text } from '../../../src/ir/pattern.ts'
import { all, anyOf, not, type Predicate } from '../../../src/ir/predicate.ts'
import { equals, tested } from '../program.ts'

const apart = (a: Predicate, b: Predicate): boolean => excludeEachOther(a, b, (field) => field !== 'list')
const read = equals('action', 'read')
const send = equals('action', 'send')

it('tells conditions apart that want different values of a field with one value', () => {
  expect(apart(read, send)).toBe(true)
  expect(apart(all(read, equals('name', 'x')), all(equals('name', 'x'), send))).toBe(true)
  expect(apart(anyOf(read, equals('action', 'open')), send)).toBe(true)
  expect(apart(tested('n', { is: 'number', value: 1 }), tested('n', { is: 'number', value: 2 }))).toBe(true)
  expect(apart(all(read, send), read)).toBe(true)
})

it('does not where one event may meet both', () => {
  expect(apart(read, read)).toBe(false)
  expect(apart(read, equals('action', 'READ'))).toBe(false)
  expect(apart(equals('action', 'K'), equals('action', '\u212a'))).toBe(false)
  expect(apart(read, equals('name', 'x'))).toBe(false)
  expect(apart(read, not(read))).toBe(false)
  expect(apart(anyOf(read, equals('name', 'x')), send)).toBe(false)
  expect(apart(anyOf(read, send), send)).toBe(false)
  expect(apart(equals('list', 'a'), equals('list', 'b'))).toBe(false)
  expect(apart(read, tested('action', { is: 'text', pattern: pattern(text('s'), any), cased: false }))).toBe(false)
})
