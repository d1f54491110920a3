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
  const text = readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line, shared) as UseEvent)
}

const events = sharingEvents('strace/recordings/key-passed.ndjson')

test('events are written as JSON is, the first time and again, and none is nothing', () => {
  const lines = new EventLines()
  for (const part of [events, events.slice(0, 10), []]) expect(lines.render(part)).toBe(part.map(renderNdjson).join(''))
})

test('line ends of Unicode are escaped, what is not there is left out, and long parts stay those of their events', () => {
  const [event] = events as [UseEvent]
  const odd = (args: readonly string[]): UseEvent => ({ ...event, process: { ...event.process, args } })
  const less = { ...event, user: undefined, detpack: { ...event.detpack, flow: undefined } } as unknown as UseEvent
  const some = [odd(['\u2028']), less, odd(['x'.repeat(5000)]), odd(['y'.repeat(5000)])]
  expect(new EventLines().render(some)).toBe(some.map(renderNdjson).join(''))
})
