import { expect, test } from 'vitest'
import { ACTIONS, actionInfo, isAction } from '../../src/event/action.ts'

/** The types that ECS 9 allows for a category (its field `event.category`, "expected event types"). */
const ALLOWED = {
  file: ['access', 'change', 'creation', 'deletion', 'info'],
  process: ['access', 'change', 'end', 'info', 'start'],
  network: ['access', 'allowed', 'connection', 'denied', 'end', 'info', 'protocol', 'start'],
  host: ['access', 'change', 'end', 'info', 'start'],
  driver: ['change', 'end', 'info', 'start'],
  configuration: ['access', 'change', 'creation', 'deletion', 'info'],
  session: ['start', 'end', 'info'],
}

test.each(ACTIONS)('%s has a category and a type that ECS allows together', (action) => {
  const { category, type } = actionInfo(action)
  expect(ALLOWED[category]).toContain(type)
})

test('what folds is never rare: a fold may wait, a rare event may not', () => {
  expect(ACTIONS.filter((action) => actionInfo(action).folds && actionInfo(action).lane === 'rare')).toEqual([])
})

test('knows its own names only', () => {
  expect(isAction('file_read')).toBe(true)
  expect(isAction('file_raed')).toBe(false)
  expect(isAction('constructor')).toBe(false)
})
