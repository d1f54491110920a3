import { parseEql, runEql, type EqlResult } from '../engine/eql/run.ts'
import { namedFields } from '../engine/eql/syntax/named-fields.ts'
import { fieldReader } from '../event/field.ts'
import { formatTime, type EventRecord } from '../event/record.ts'
import type { EngineResult, RunQuery } from './run-query.ts'
import { cell, type Answer, type Row } from './render/answer/answer.ts'

/** EQL: an event, or the events of a sequence or sample, a line. */
export const runEqlQuery: RunQuery = (source, events, context): EngineResult => {
  const parsed = parseEql(source)
  if ('diagnostics' in parsed) return { answer: undefined, diagnostics: parsed.diagnostics }
  const result = runEql(parsed.query, events, context)
  return { answer: answerOf(result, namedFields(parsed.query)), diagnostics: result.diagnostics }
}

/** @param named the fields to show to a person */
function answerOf(result: EqlResult, named: readonly string[]): Answer | undefined {
  const readers = named.map((name) => [name, fieldReader(name)] as const)
  const row = (event: EventRecord): Row => ({
    line: String(event.line),
    time: event.time === null ? '' : formatTime(event.time),
    ...Object.fromEntries(readers.map(([name, read]) => [name, cell(read(event.fields))])),
  })
  switch (result.of) {
    case 'refused':
      return undefined
    case 'events':
      return {
        items: result.events.map((event) => ({
          line: { event: event.fields, _line: event.line },
          rows: () => [row(event)],
        })),
        nouns: ['event', 'events'],
      }
    case 'sequences':
      return {
        items: result.sequences.map(({ keys, events }, at) => ({
          line: { join_keys: keys, events: events.map((event) => event && { ...event.fields, _line: event.line }) },
          rows: () =>
            events.map((event) => ({ sequence: String(at + 1), ...(event ? row(event) : { line: 'missing' }) })),
        })),
        nouns: ['sequence', 'sequences'],
      }
  }
}
