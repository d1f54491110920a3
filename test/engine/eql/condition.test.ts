import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import type { FieldType } from '../../../src/engine/field-type.ts'
import { lines, run } from './query.ts'

/** Whether a condition is true of one event. */
function holds(condition: string, event: JsonObject, types: Readonly<Record<string, FieldType>> = {}): boolean {
  const found = run(`any where ${condition}`, [event], { types: new Map(Object.entries(types)) })
  return lines(found).length === 1
}

/** Each condition with whether it is true of the event. */
function expectAll(event: JsonObject, cases: Readonly<Record<string, boolean>>, types = {}): void {
  for (const [condition, expected] of Object.entries(cases))
    expect({ condition, holds: holds(condition, event, types) }).toEqual({ condition, holds: expected })
}

describe('comparisons', () => {
  it('of texts go by case and by code point', () =>
    expectAll(
      { a: 'Zoe', '@timestamp': 0 },
      {
        'a == "Zoe"': true,
        'a == "zoe"': false,
        'a != "zoe"': true,
        '"Zoe" == a': true,
        'a < "a"': true,
        'a >= "Zoe"': true,
        '"Zz" > a': true,
        'a > "😀"': false,
      },
    ))

  it('put letters of later planes last', () =>
    expectAll({ a: '😀', b: '\uffee' }, { 'a > "\uffee"': true, 'b < "😀"': true, 'a < "😁"': true }))

  it('of numbers', () =>
    expectAll(
      { n: 5, x: 2.5 },
      {
        'n == 5': true,
        'n == 5.0': true,
        'n > 4.5': true,
        '4 < n': true,
        'x <= 2.5': true,
        'n == "5"': true,
        '-n == -5': true,
        'n != 6': true,
      },
    ))

  it('take the types of a schema', () => {
    expectAll({ n: '7' }, { 'n > 6': true, 'n < 60': true }, { n: 'long' })
    expectAll({ n: 5.9 }, { 'n == 5': true, 'n > 5': false }, { n: 'long' })
    expectAll({ b: 'true' }, { b: true, 'not b': false, 'b == false': false, 'b > false': true }, { b: 'boolean' })
    expectAll({ n: 'x' }, { 'n == null': true }, { n: 'long' })
  })

  it('of addresses know networks and spellings', () => {
    const address = { a: 'ip', b: 'ip' } as const
    expectAll(
      { a: '10.0.0.2', b: '2001:DB8::1' },
      {
        'a == "10.0.0.0/8"': true,
        'a == "::ffff:10.0.0.2"': true,
        'a > "10.0.0.1"': true,
        'a < "10.0.0.10"': true,
        'b == "2001:db8:0:0::1"': true,
        'b in ("2001:db8::/32")': true,
        'a == "::/0"': true,
        'b == "0.0.0.0/0"': false,
        'concat(b, "") == "2001:db8::1"': true,
      },
      address,
    )
  })

  it('of times take a part of one as all of it', () => {
    const when = { t: 'date' } as const
    expectAll(
      { t: '2026-01-31T12:00:00.500Z' },
      {
        't == "2026-01-31"': true,
        't == "2026"': true,
        't > "2026-01-31"': false,
        't >= "2026-01-31"': true,
        't < "2026-02"': true,
        't <= "2026-01-31T12:00:00"': true,
        't == "2026-01-31T12:00:00.500Z"': true,
        't == "2026-01-31T13:00:00.500+01:00"': true,
        't > 0': true,
        't == 1769860800500': true,
        'string(t) == "2026-01-31T12:00:00.500Z"': true,
      },
      when,
    )
  })

  it('of versions go by their numbers', () => {
    const version = { v: 'version' } as const
    expectAll(
      { v: '1.11.3' },
      {
        'v > "1.2"': true,
        'v < "1.11.10"': true,
        'v == "1.11.3"': true,
        'v > "1.11.3-rc.1"': true,
        'v < "x"': true,
        'v < "1.11.3.1"': true,
      },
      version,
    )
    expectAll(
      { v: '1.0.0-alpha.2' },
      { 'v < "1.0.0-alpha.10"': true, 'v > "1.0.0-1"': true, 'v < "1.0.0-alpha.2.1"': true },
      version,
    )
  })
})

describe('what is absent', () => {
  it('makes tests false, and what turns them round true', () =>
    expectAll(
      { a: null, l: [] },
      {
        '?a == "x"': false,
        '?a != "x"': true,
        'not (?a > 1)': true,
        '?a in (1, 2)': false,
        '?a not in (1, 2)': true,
        '?a : "*"': false,
        '?a == null': true,
        '?a != null': false,
        '?l == null': true,
        'null == ?a': true,
        '?a': false,
        'not ?a': true,
        '?a == ?b': true,
        '?a < 5': false,
        '?a + 1 == 2': false,
        '?a + 1 == null': true,
        'length(?a) == null': true,
        'startsWith(?a, "x")': false,
        null: false,
      },
    ))

  it('is asked for by null', () =>
    expectAll({ a: 'x' }, { 'a == null': false, 'a != null': true, 'null != a': true, 'a > null': false }))

  it('can be what an index puts in the place of null', () => {
    const nullValues = new Map([['a', 'NONE']])
    const found = run('any where a == "NONE"', [{ a: null }, { a: 'x' }, {}, { a: ['y', null] }], { nullValues })
    expect(lines(found)).toEqual([1, 4])
  })
})

describe('several values', () => {
  it('make a test true when it is true of any', () =>
    expectAll(
      { a: ['x', 'yy'], n: [1, 9] },
      {
        'a == "x"': true,
        'a != "x"': false,
        'a : "Y?"': true,
        'a in ("z", "yy")': true,
        'a not in ("z")': true,
        'length(a) == 2': true,
        'length(a) == 3': false,
        'n > 5 and n < 2': true,
        'n + length(a) == 11': true,
        'n + length(a) == 4': false,
        'concat(a, n) == "x9"': true,
        'indexOf(a, "y") != null': true,
      },
    ))
})

describe('patterns', () => {
  it('know two wildcards, which nothing escapes', () =>
    expectAll(
      { a: 'C:\\Temp\\a*b.Exe', e: '' },
      {
        'a : "c:\\\\temp\\\\*.EXE"': true,
        'a like "C:*.Exe"': true,
        'a like "c:*.exe"': false,
        'a like~ "c:*.exe"': true,
        'a : ("x", "*A?B*")': true,
        'a like "*\\\\*"': true,
        'a like "*\\\\*x"': false,
        'a == "C:\\\\Temp\\\\a*b.Exe"': true,
        'a in ("C:\\\\Temp\\\\a*b.Exe")': true,
        'a in~ ("c:\\\\temp\\\\A*B.exe")': true,
        'a in ("C:*")': false,
        'e : "*"': true,
        'e : "?"': false,
        'e like ""': true,
        'not a : "x*"': true,
      },
    ))

  it('take a character of any plane as one', () =>
    expectAll(
      { a: '😀b' },
      { 'a like "?b"': true, 'a like "??b"': false, 'a like "*?b"': true, 'a like "😀*"': true, 'a : "?B"': true },
    ))

  it('fold ASCII on fields, and everything on what was computed', () =>
    expectAll(
      { a: 'É', s: 'ſ' },
      {
        'a : "é"': false,
        'a : "É"': true,
        'a in~ ("é")': false,
        'a like~ "é*"': false,
        'concat(a) : "é"': true,
        'concat(a) in~ ("é")': true,
        'startsWith~(a, "é")': false,
        'startsWith~("É", a)': true,
        's : "s"': false,
      },
    ))

  it('can be regular expressions of the whole value', () =>
    expectAll(
      { a: 'net1  localgroup' },
      {
        'a regex "net[0-9] +.*"': true,
        'a regex "net[0-9]"': false,
        'a regex "NET.*"': false,
        'a regex~ "NET.*"': true,
        'a regex ("x", "net.*group")': true,
        'a regex """net\\d\\s+\\w+"""': true,
        'a regex "~(x.*)&.*group"': true,
        'a regex ""': false,
      },
    ))
})

describe('functions', () => {
  it('of texts', () =>
    expectAll(
      { a: 'Welcome to detpack', n: 5, x: 1.5, b: true },
      {
        'between(a, "Wel", " to") == "come"': true,
        'between(a, "e", "e") == "lcom"': true,
        'between(a, "e", "e", true) == "lcome to d"': true,
        'between(a, "E", "T") == ""': true,
        'between~(a, "E", "T") == "lcome "': true,
        'between(a, "", "t") == "Welcome to detpack"': true,
        'between(a, "to", "Wel", true) == ""': true,
        'concat(a, ": ", n, x, b) == "Welcome to detpack: 51.5true"': true,
        'CONCAT("x") == "x"': true,
        'endsWith(a, "pack")': true,
        'endsWith(a, "PACK")': false,
        'endsWith~(a, "PACK")': true,
        'indexOf(a, "e") == 1': true,
        'indexOf(a, "e", 2) == 6': true,
        'indexOf(a, "E") == null': true,
        'indexOf~(a, "E") == 1': true,
        'length(a) == 18': true,
        'startsWith(a, "Wel")': true,
        'startsWith~(a, "wEL")': true,
        'stringContains(a, "come")': true,
        'stringContains(a, "COME")': false,
        'stringContains~(a, "COME")': true,
        'stringContains(a, "")': false,
        'substring(a, 11) == "detpack"': true,
        'substring(a, 0, 7) == "Welcome"': true,
        'substring(a, -7, -4) == "det"': true,
        'substring(a, 5, 2) == ""': true,
        'string(n) == "5"': true,
        'string(x) == "1.5"': true,
        'string(b) == "true"': true,
        'string(startsWith(a, "W")) : "TRUE"': true,
      },
    ))

  it('of numbers', () =>
    expectAll(
      { n: 7, x: 2.0, s: '0x1f', big: 1.5e10 },
      {
        'add(n, 1) == 8': true,
        'subtract(n, -1) == 8': true,
        'multiply(n, n) == 49': true,
        'divide(n, 2) == 3': true,
        'divide(n, 2.0) == 3.5': true,
        'modulo(n, 4) == 3': true,
        'modulo(-n, 4) == -3': true,
        'n / 2 * 2 == 6': true,
        '1 + n * 2 == 15': true,
        '(1 + n) * 2 == 16': true,
        'n - 1 - 1 == 5': true,
        'n % 4 == 3': true,
        '- -n == 7': true,
        'number(s) == 31': true,
        'number("1f", 16) == 31': true,
        'number("-12") == -12': true,
        'number("2.5") == 2.5': true,
        'number("5") / 2 == 2': true,
        'number(string(n), null) == 7': true,
      },
    ))

  it('write fractions as Java does', () =>
    expectAll(
      { x: 2, y: 15000000000, z: 0.0001 },
      { 'string(x) == "2.0"': true, 'string(y) == "1.5E10"': true, 'string(z) == "1.0E-4"': true },
      { x: 'double', y: 'double', z: 'double' },
    ))

  it('of addresses', () =>
    expectAll(
      { a: '10.6.48.157', b: 'fe80::1', c: 'no address' },
      {
        'cidrMatch(a, "10.0.0.0/8")': true,
        'cidrMatch(a, "192.168.0.0/16", "10.6.48.0/24")': true,
        'cidrMatch(a, "192.168.0.0/16")': false,
        'cidrMatch(b, "fe80::/10")': true,
        'cidrMatch(b, "0.0.0.0/0")': false,
        'cidrMatch(c, "::/0")': false,
        'not cidrMatch(c, "::/0")': true,
        'cidrMatch(a, "10.6.48.157/32") == true': true,
      },
    ))
})

describe('logic', () => {
  it('binds not, and, or in this order', () =>
    expectAll(
      { a: 1 },
      {
        'true or true and false': true,
        '(true or true) and false': false,
        'not false and false': false,
        'not (false and false)': true,
        'a == 1 or a == 2 and a == 3': true,
        'not a == 2': true,
        '(a == 1) == true': true,
        '(a == 1 and not a == 2) != false': true,
      },
    ))

  it('reads texts, names and comments in all their spellings', () =>
    expectAll(
      { 'odd-name': { 'a b': 1 }, 'back`tick': 2, sequence: 3, s: 'a"b\\\n\t\u00e9', r: 'c:\\"x"', '@x': 1, _y: 2 },
      {
        '`odd-name`.`a b` == 1': true,
        '`back``tick` == 2': true,
        '`sequence` == 3': true,
        's == "a\\"b\\\\\\n\\t\\u{e9}"': true,
        'r == """c:\\"x""""': true,
        '@x == 1 and _y == 2': true,
        '// one line\n _y == 2 /* and /* nested */ more */': true,
        '_y == .2e1 and _y == 2. and _y == 2E0': true,
      },
    ))
})

it('finds a dotted name as a key, or through objects', () => {
  const found = run('any where a.b.c == 1', [
    { a: { b: { c: 1 } } },
    { 'a.b': { c: 1 } },
    { 'a.b.c': 1 },
    { a: [{ b: { c: 2 } }, { b: { c: 1 } }] },
  ])
  expect(lines(found)).toEqual([1, 2, 3, 4])
})

it('holds the category against its field, any of its values', () => {
  const events = [
    { event: { category: ['file', 'process'] } },
    { event: { category: 'file' } },
    { 'event.category': 'process' },
  ]
  expect(lines(run('process where true', events))).toEqual([1, 3])
  expect(lines(run('"process" where true', events))).toEqual([1, 3])
  expect(lines(run('any where true', events))).toEqual([1, 2, 3])
  const own = events.map((event) => ({ kind: event.event?.category ?? 'none' }))
  expect(lines(run('file where true', own, { categoryField: 'kind' }))).toEqual([1, 2])
})

it('gives the type of the first value that is not null to a field that no schema names', () => {
  const found = run('any where n > 9', [{ n: null }, { n: 10 }, { n: '11' }, { n: 'x' }, { n: 5 }])
  expect(lines(found)).toEqual([2, 3])
})
