import { expect, test } from 'vitest'
import { renderNdjson } from '../../../src/event/ndjson.ts'
import { EventLines } from '../../../src/event/recording/event-lines.ts'
import type { UseEvent } from '../../../src/event/use-event.ts'
import { importText, logsOf } from '../importing.ts'

test.each(['strace', 'auditd', 'tetragon', 'falco', 'sysmon', 'mcp', 'otel', 'jsonl'] as const)(
  'events of %s are written as JSON is, the first time and again',
  (format) => {
    const task = { task: { name: 'summarize-document', run: '7f3a' }, agent: { name: 'notes' } }
    const events = [...logsOf(format).values()].flatMap((text) => importText(format, text, task).events)
    const lines = new EventLines()
    for (const part of [events, events.slice(0, 100), []])
      expect(lines.render(part)).toBe(part.map(renderNdjson).join(''))
  },
)

test('line ends of Unicode are escaped, and what is long is not remembered wrongly', () => {
  const [event] = importText('tetragon', [...logsOf('tetragon').values()][0] ?? '').events as [UseEvent]
  const odd = (args: readonly string[]): UseEvent => ({ ...event, process: { ...event.process, args } })
  const events = [odd(['\u2028']), odd(['x'.repeat(5000)]), odd(['y'.repeat(5000)])]
  expect(new EventLines().render(events)).toBe(events.map(renderNdjson).join(''))
})
