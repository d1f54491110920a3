import { expect, test } from 'vitest'
import { prefilter } from '../../../src/backend/spl/prefilter.ts'
import { Scope } from '../../../src/backend/spl/scope.ts'
import { any, text } from '../../../src/ir/pattern.ts'
import { all, anyOf, not, type Predicate } from '../../../src/ir/predicate.ts'
import { context } from '../context.ts'
import { equals, tested } from '../program.ts'

const read = equals('event.action', 'file_read')
const send = equals('event.action', 'network_send')
const asks = (...predicates: readonly Predicate[]) => prefilter(predicates, new Scope(context().mapping))

test('the index is asked for an action that must be there', () => {
  expect(asks(all(equals('event.outcome', 'success'), anyOf(read, send)))).toBe(
    ' (event.action="file_read" OR event.action="network_send")',
  )
  expect(asks(all(equals('event.outcome', 'success'), equals('file.path', '/etc/passwd')))).toBe(
    ' (event.outcome="success")',
  )
})

test('several rules are asked for together', () =>
  expect(asks(read, send, read)).toBe(' (event.action="file_read" OR event.action="network_send")'))

test('nothing is asked where an event could be missed', () => {
  expect(asks(read, not(send))).toBe('')
  expect(asks(anyOf(read, equals('file.path', '/etc/passwd')))).toBe('')
  expect(asks(anyOf())).toBe('')
  expect(asks(all())).toBe('')
})

test('only plain words of single-valued keyword fields are asked for', () => {
  for (const each of [
    equals('detpack.flow.object.class', 'credential'),
    equals('CommandLine', 'x'),
    equals('process.name', '1e5'),
    equals('process.name', 'a*'),
    tested('process.name', { is: 'text', pattern: [text('a'), any], cased: false }),
  ])
    expect(asks(each)).toBe('')
})
