import { describe, expect, test } from 'vitest'
import { column, told } from './searched.ts'

const events = [
  { n: 1, user: 'Alice', code: 200, path: 'C:\\Windows\\x.exe', ip: '10.1.2.3' },
  { n: 2, user: 'bob', code: 404, tags: ['red', 'Blue'] },
  { n: 3, code: '0404', note: 'file_read of "id_ed25519"' },
  { n: 4, user: 'carol*', code: 500, note: 'reading' },
]

/** The events that a search finds, by their numbers. */
function found(search: string): readonly unknown[] {
  return [...column('n', search, events)].reverse()
}

describe('a field', () => {
  const cases: readonly [string, readonly number[]][] = [
    ['user=alice', [1]],
    ['user=ALICE', [1]],
    ['user=CASE(alice)', []],
    ['user=CASE(Alice)', [1]],
    ['user="a*"', [1]],
    ['user=*o*', [2, 4]],
    ['user=*', [1, 2, 4]],
    ['user!=bob', [1, 4]],
    ['NOT user=bob', [1, 3, 4]],
    ['user!=*', []],
    ['NOT user=*', [3]],
    ['user IN (alice, "bob")', [1, 2]],
    ['user IN (c*)', [4]],
    ['NOT user IN (alice, bob)', [3, 4]],
    ['code=404', [2, 3]],
    ['code>404', [4]],
    ['code>=404', [2, 3, 4]],
    ['code<300', [1]],
    ['code<=404 code!=200', [2, 3]],
    ['user>b', [2, 4]],
    ['tags=blue', [2]],
    ['tags!=blue', [2]],
    ['NOT tags=blue', [1, 3, 4]],
    ['path="C:\\\\Windows\\\\*"', [1]],
    ['path=*\\x.exe', [1]],
    ['ip=10.0.0.0/8', [1]],
    ['ip="10.1.2.0/30"', [1]],
    ['ip=10.2.0.0/16', []],
    ['"user"=bob', [2]],
    ['user = bob', [2]],
  ]
  for (const [search, expected] of cases) test(search, () => expect(found(search)).toEqual(expected))
})

describe('operators', () => {
  const cases: readonly [string, readonly number[]][] = [
    // OR binds more than AND.
    ['code=404 user=bob OR user=alice', [2]],
    ['user=alice OR user=bob code=404', [2]],
    ['(user=alice) OR (user=bob code=404)', [1, 2]],
    ['user=alice AND code=200', [1]],
    ['NOT (user=alice OR user=bob)', [3, 4]],
    ['NOT NOT user=bob', [2]],
    ['NOT user=alice user=*', [2, 4]],
    // In small letters they are words to look for.
    ['user=alice or user=bob', []],
    ['NOT ()', []],
    ['()', [1, 2, 3, 4]],
  ]
  for (const [search, expected] of cases) test(search, () => expect(found(search)).toEqual(expected))
})

describe('a word or phrase', () => {
  const cases: readonly [string, readonly number[]][] = [
    ['read', [3]],
    ['READ', [3]],
    ['CASE(READ)', []],
    ['file_read', [3]],
    ['read*', [3, 4]],
    ['*ing', [4]],
    ['"file_read of"', [3]],
    ['TERM(file_read)', [3]],
    ['NOT reading', [1, 2, 3]],
    ['re*ng', [4]],
    ['eading', []],
  ]
  for (const [search, expected] of cases) test(search, () => expect(found(search)).toEqual(expected))
})

test('where events lie is taken for granted', () => {
  expect(found('index=main sourcetype="detpack:event" source=x user=bob')).toEqual([2])
  expect(column('n', 'index=main', [{ n: 1, index: 'other' }])).toEqual([])
})

test('times bound what is searched', () => {
  const minutes = [1, 2, 3].map((n) => ({ n, _time: Date.parse('2026-11-23T12:00:00Z') / 1000 - 60 * n }))
  expect(column('n', 'earliest=-2m', minutes)).toEqual([1, 2])
  expect(column('n', 'earliest=-3m latest=-1m@m', minutes)).toEqual([2, 3])
  expect(told('earliest=yesterday')).toEqual([
    '1:1 spl/argument "yesterday" is no time (write it as -24h@h or in epoch seconds)',
  ])
})

test('mistakes are told with their place', () => {
  expect(told('user=')).toEqual(['1:6 spl/syntax expected a value, the query ends here'])
  expect(told('(a=1')).toEqual(['1:5 spl/syntax expected ")" after the search, the query ends here'])
  expect(told('* | where searchmatch("[search b]")')).toEqual([
    '1:23 spl/syntax expected no subsearch in a text, found "["',
  ])
  expect(told('a=1 )')).toEqual(['1:5 spl/syntax expected another term, found ")"'])
  expect(told('a="x')).toEqual(['1:3 spl/syntax a text that is not closed (close it with ")'])
  expect(told(`${'('.repeat(200)}a=1`)).toEqual(['1:101 spl/too-deep a search nested more than 100 levels deep'])
})
