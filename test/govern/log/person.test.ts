import { expect, it } from 'vitest'
import { isSamePerson } from '../../../src/govern/log/person.ts'

it.each([
  ['anna', 'Anna', true],
  ['anna@web-1', 'anna@example.org', true],
  [' anna ', 'anna', true],
  ['anna', 'bert', false],
  ['anna', 'anna.b', false],
])('%s and %s', (one, other, same) => {
  expect([isSamePerson(one, other), isSamePerson(other, one)]).toEqual([same, same])
})
