import { expect, test } from 'vitest'
import { suppression, type FieldKnowledge } from '../../../src/artifact/kibana/suppression.ts'
import { correlation, duration, eql, esql, eventQuery, eventRule, key, ordered } from '../rule-fixture.ts'

const knows: FieldKnowledge = (name) =>
  name.startsWith('unknown') ? undefined : { type: 'keyword', multi: name.endsWith('[]') }
const reach = duration('7m')

test('a single event is known by its id, for a day at least', () => {
  const rule = eventRule('file_read')
  expect(suppression(rule, eventQuery(rule), reach, knows).suppression).toEqual({
    group_by: ['event.id'],
    duration: { value: 24, unit: 'h' },
    missing_fields_strategy: 'doNotSuppress',
  })
})

test('a window longer than half a day is suppressed for twice its length', () => {
  const rule = eventRule('file_read')
  const found = suppression(rule, eventQuery(rule), duration('30h'), knows).suppression
  expect(found?.duration).toEqual({ value: 60, unit: 'h' })
})

test('a row is known by its closing event and the keys that may hold several values', () => {
  const rule = correlation(ordered(), { group: [key('host.id'), key('object[]')] })
  expect(suppression(rule, esql(rule), reach, knows).suppression?.group_by).toEqual(['last', 'key.object[]'])
})

test('a field of which nothing is known may hold several values', () => {
  const rule = correlation(ordered(), { group: [key('unknown')] })
  expect(suppression(rule, esql(rule), reach, knows).suppression?.group_by).toEqual(['last', 'key.unknown'])
})

test('three keys of several values cannot be told apart', () => {
  const rule = correlation(ordered(), { group: [key('a[]'), key('b[]'), key('c[]')] })
  const { suppression: none, diagnostics } = suppression(rule, esql(rule), reach, knows)
  expect(none).toBeUndefined()
  expect(diagnostics).toMatchObject([{ code: 'artifact/suppression-keys', severity: 'error' }])
})

test('repeats of a sequence fold by its group for the timespan', () => {
  const rule = correlation(ordered(), {
    group: [key('host.id'), key('process.entity_id')],
    timespan: duration('1500ms'),
  })
  expect(suppression(rule, eql(rule), reach, knows).suppression).toMatchObject({
    group_by: ['host.id', 'process.entity_id'],
    duration: { value: 2, unit: 's' },
  })
})

test.each([
  ['no key', []],
  ['a key of several values', [key('object[]')]],
  ['a key that the steps read from different fields', [key('object', { file_read: 'a', network_send: 'b' })]],
  ['four keys', ['a', 'b', 'c', 'd'].map((name) => key(name))],
])('a sequence with %s is not folded', (_, group) => {
  const rule = correlation(ordered(), { group })
  const { suppression: none, diagnostics } = suppression(rule, eql(rule), reach, knows)
  expect(none).toBeUndefined()
  expect(diagnostics).toEqual([])
})
