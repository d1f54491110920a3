import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderNdjson } from '../../../src/event/ndjson.ts'
import { EventLines } from '../../../src/event/recording/event-lines.ts'
import type { UseEvent } from '../../../src/event/use-event.ts'

/** Events in which equal parts are the same object, as importers make them. */
function sharingEvents(name: string): UseEvent[] {
  const known = new Map<string, unknown>()
  const shared = (_: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const text = JSON.stringify(value)
    if (!known.has(text)) known.set(text, value)
    return known.get(text)
  }
  const lines = readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line, shared) as UseEvent)
}

const events = sharingEvents('strace/recordings/key-passed.ndjson')

const text = (lines: EventLines, events: readonly UseEvent[]): string => [...lines.render(events)].join('')

test('many events are written in pieces of whole lines', () => {
  const many = Array.from({ length: 20 }, () => events).flat()
  const pieces = [...new EventLines().render(many)]
  expect(pieces.length).toBeGreaterThan(5)
  expect(pieces.every((piece) => piece.endsWith('\n'))).toBe(true)
  expect(pieces.join('')).toBe(many.map(renderNdjson).join(''))
})

test('events are written as JSON is, the first time and again, and none is nothing', () => {
  const lines = new EventLines()
  for (const part of [events, events.slice(0, 10), []]) expect(text(lines, part)).toBe(part.map(renderNdjson).join(''))
})

test('line ends of Unicode are escaped, what is not there is left out, and long parts stay those of their events', () => {
  const [event] = events as [UseEvent]
  const odd = (args: readonly string[]): UseEvent => ({ ...event, process: { ...event.process, args } })
  const less = { ...event, user: undefined, detpack: { ...event.detpack, flow: undefined } } as unknown as UseEvent
  const some = [odd(['\u2028']), less, odd(['x'.repeat(5000)]), odd(['y'.repeat(5000)])]
  expect(text(new EventLines(), some)).toBe(some.map(renderNdjson).join(''))
})
