import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { alertId, eventIdentity } from '../../src/event/alert.ts'
import { toRecord } from '../../src/event/record-reader.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test('is the SHA-256 of rule, group in the order of its keys, first and last', () => {
  expect(alertId('r', { b: '2', a: 'é"' }, 'e1', 'e2')).toBe(sha256('["r",{"a":"é\\"","b":"2"},"e1","e2"]'))
  expect(alertId('r', {}, 'e1', 'e1')).toBe(sha256('["r",{},"e1","e1"]'))
})

test('differs in each part', () => {
  const ids = [
    alertId('r', { a: '1' }, 'x', 'y'),
    alertId('s', { a: '1' }, 'x', 'y'),
    alertId('r', { a: '2' }, 'x', 'y'),
    alertId('r', { a: '1' }, 'y', 'y'),
    alertId('r', { a: '1' }, 'x', 'x'),
    alertId('r', { __proto__x: '1' }, 'x', 'y'),
  ]
  expect(new Set(ids).size).toBe(ids.length)
})

test('an event without an id is named by its line', () => {
  expect(eventIdentity(toRecord({ event: { id: 'r-1' } }, 4))).toBe('r-1')
  expect(eventIdentity(toRecord({}, 4))).toBe('line:4')
})
