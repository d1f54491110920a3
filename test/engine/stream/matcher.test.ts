import { describe, expect, it } from 'vitest'
import { foldCase } from '../../../src/engine/stream/fold.ts'
import { compileMatcher } from '../../../src/engine/stream/matcher.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { any, pattern, text } from '../../../src/ir/pattern.ts'
import { all, anyOf, field, message, not, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import { eventRule } from '../brute-force/program.ts'

function matches(where: Predicate, event: JsonObject): boolean {
  return compileMatcher([eventRule('rule', where)]).match(event).length === 1
}

const noFlags = { ignoreCase: false, multiline: false, dotAll: false }

describe('letters are equal by simple folding', () => {
  it.each([
    ['K', '\u212a'],
    ['s', 'ſ'],
    ['ß', 'ẞ'],
    ['Σ', 'ς'],
    ['\u1fd3', '\u0390'],
  ])('%s and %s', (a, b) => expect(foldCase(a)).toBe(foldCase(b)))

  it.each([
    ['i', 'İ'],
    ['i', 'ı'],
    ['ss', 'ß'],
  ])('not %s and %s', (a, b) => expect(foldCase(a)).not.toBe(foldCase(b)))

  it('as the expressions of this JavaScript say, for every letter', () => {
    const cased: string[] = []
    for (let code = 0x80; code <= 0x1ffff; code++) {
      const letter = code >= 0xd800 && code <= 0xdfff ? '' : String.fromCodePoint(code)
      if (/\p{Changes_When_Casemapped}|\p{Changes_When_Casefolded}/u.test(letter)) cased.push(letter)
      else if (foldCase(letter) !== letter) throw new Error(`${code} has no case`)
    }
    const text = cased.join('')
    for (const letter of cased) {
      expect(new Set([...text.matchAll(new RegExp(letter, 'giu'))].map(([same]) => foldCase(same))).size).toBe(1)
      expect(new RegExp(`^${letter}$`, 'iu').test(foldCase(letter))).toBe(true)
    }
  })
})

describe('fields', () => {
  const isA: ValueTest = { is: 'text', pattern: pattern(text('a')), cased: false }

  it('are found nested and dotted, the dotted name first', () => {
    expect(matches(field('x.y', isA), { x: { y: 'A' } })).toBe(true)
    expect(matches(field('x.y', isA), { 'x.y': 'b', x: { y: 'a' } })).toBe(false)
    expect(matches(field('x.y', isA), { x: [{ y: 'b' }, { y: 'a' }] })).toBe(true)
  })

  it('exist with whatever value, null included, and are null with none', () => {
    const exists = field('x', { is: 'exists', present: true })
    expect([{ x: {} }, { x: '' }, { x: null }, { x: [] }, {}].map((event) => matches(exists, event))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ])
    expect(matches(not(exists), {})).toBe(true)
    const isNull = field('x', { is: 'null' })
    expect([{ x: {} }, { x: '' }, { x: null }, { x: [] }, {}].map((event) => matches(isNull, event))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ])
  })

  it('are not inherited', () => {
    expect(matches(field('constructor', { is: 'exists', present: true }), {})).toBe(false)
  })
})

it('keywords are looked for at any depth, in numbers too', () => {
  const keyword = (word: string): Predicate =>
    message({ is: 'text', pattern: pattern(any, text(word), any), cased: false })
  const event = { a: [{ b: ['x', { c: 'some Word here' }] }], n: 4711 }
  expect(matches(keyword('WORD'), event)).toBe(true)
  expect(matches(keyword('71'), event)).toBe(true)
  expect(matches(keyword('b'), event)).toBe(false)
})

it('two fields are compared within one event', () => {
  const starts = field('a', { is: 'field', other: 'b', relation: 'startswith', cased: false })
  expect(matches(starts, { a: 'ABC', b: ['x', 'ab'] })).toBe(true)
  expect(matches(starts, { a: 'ABC' })).toBe(false)
})

it('networks hold IPv6, and IPv4 written as IPv6', () => {
  const cidr = (network: string): Predicate => field('ip', { is: 'cidr', network })
  expect(matches(cidr('2001:db8::/33'), { ip: '2001:db8:7fff::1' })).toBe(true)
  expect(matches(cidr('2001:db8::/33'), { ip: '2001:db8:8000::1' })).toBe(false)
  expect(matches(cidr('10.0.0.0/8'), { ip: '::ffff:10.1.2.3' })).toBe(true)
  expect(matches(cidr('10.0.0.0/8'), { ip: '10.1' })).toBe(false)
})

it('networks of both kinds in one list hold what is inside any of them', () => {
  const list = anyOf(
    ...['2001:db8::/32', '10.1.0.0/16', '2001:db8:1::/48', '10.1.2.0/24', '::/0', '::ffff:172.16.0.0/108'].map(
      (network) => field('ip', { is: 'cidr', network }),
    ),
  )
  const inside = (ip: unknown): boolean => matches(list, { ip } as JsonObject)
  expect(['10.1.2.3', '10.1.255.255', '172.31.255.255', 'fe80::1', '::ffff:10.1.0.0'].map(inside)).toEqual([
    ...[true, true, true, true, true],
  ])
  expect(['10.0.255.255', '10.2.0.0', '172.32.0.0', '10.1.2', 'x', 10, ''].map(inside)).toEqual([
    ...[false, false, false, false, false, false, false],
  ])
})

it('a list of fifty thousand values is asked at once, with and without case', () => {
  const whole = (value: string, cased: boolean): ValueTest => ({ is: 'text', pattern: pattern(text(value)), cased })
  const values = Array.from({ length: 50_000 }, (_, at) => `/opt/Tool${at}`)
  const cased = anyOf(...values.map((value) => field('f', whole(value, true))))
  const uncased = anyOf(...values.map((value) => field('f', whole(value, false))))
  const matcher = compileMatcher([
    eventRule('cased', all(field('g', { is: 'exists', present: true }), not(cased))),
    eventRule('uncased', uncased),
  ])
  const matched = (event: JsonObject): readonly string[] => matcher.match(event).map((rule) => rule.id)
  expect(matched({ g: 1, f: '/opt/Tool49999' })).toEqual(['uncased'])
  expect(matched({ g: 1, f: '/opt/tool49999' })).toEqual(['cased', 'uncased'])
  expect(matched({ g: 1, f: ['/opt/Tool50000', '/opt/Tool1'] })).toEqual(['uncased'])
  expect(matched({ g: 1, f: '/opt/Tool50000' })).toEqual(['cased'])
})

it('the week is that of ISO 8601, in UTC', () => {
  const week = (value: number): Predicate => field('t', { is: 'time-part', part: 'week', value })
  expect(matches(week(53), { t: '2021-01-03T23:59:59.999Z' })).toBe(true)
  expect(matches(week(1), { t: '2021-01-04T00:00:00Z' })).toBe(true)
  expect(matches(week(1), { t: '2021-01-04T00:30:00+01:00' })).toBe(false)
})

it('an expression that would take a backtracking engine for ever is decided at once', () => {
  const where = field('f', { is: 'regex', source: '(a+)+$', flags: noFlags })
  expect(matches(where, { f: `${'a'.repeat(50_000)}b` })).toBe(false)
})

it.each<[string, ValueTest]>([
  ['network', { is: 'cidr', network: '10.0.0.0/40' }],
  ['expression', { is: 'regex', source: '(?=a)', flags: noFlags }],
])('a rule with an unreadable %s is told and matches nothing', (_, test) => {
  const matcher = compileMatcher([eventRule('bad', field('f', test)), eventRule('good', field('f', { is: 'null' }))])
  expect(matcher.diagnostics.map((one) => one.code)).toEqual(['engine/unreadable-test'])
  expect(matcher.match({}).map((rule) => rule.id)).toEqual(['good'])
})
