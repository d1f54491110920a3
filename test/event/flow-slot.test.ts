import { expect, test } from 'vitest'
import { type FlowSlot, placeSlot } from '../../src/event/flow-slot.ts'

const order = { rank: Number, isFollowed: () => true }

/** Slots written as `object:class:since`; the class is its own rank. */
function slots(...texts: string[]): Map<string, FlowSlot> {
  return new Map(texts.map((text) => [slot(text).object, slot(text)]))
}
function slot(text: string): FlowSlot {
  const [object = '', name = '', since = ''] = text.split(':')
  return { object, class: name, since: Number(since) }
}
const seven = ['b:1:2', 'c:1:3', 'd:1:4', 'e:1:5', 'f:1:6', 'g:1:7', 'h:1:8']

test.each([
  ['the same object again takes its own place', 'a:1:1', 'a:1:9', 0, 'abcdefgh'],
  ['the oldest of the lowest class makes room', 'a:1:1', 'i:1:9', 1, 'bcdefghi'],
  ['the lowest class makes room, old or not', 'a:2:99', 'i:1:9', 1, 'bcdefghi'],
  ['of an equal class the oldest makes room', 'a:1:50', 'i:1:60', 1, 'acdefghi'],
  ['a lower class stays out', 'a:1:1', 'i:2:9', 1, 'abcdefgh'],
] as const)('%s', (_, first, added, left, expected) => {
  const held = slots(first, ...seven)
  expect(placeSlot(held, slot(added), order)).toBe(left)
  expect([...held.keys()].sort().join('')).toBe(expected)
})
