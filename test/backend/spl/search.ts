import { expect } from 'vitest'
import { renderDiagnostic } from '../../../src/diagnostic/frame.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { runSpl } from '../../../src/engine/spl/run-spl.ts'
import type { Json, JsonObject } from '../../../src/event/field.ts'
import type { EventRecord, Time } from '../../../src/event/record.ts'

/** What the search looks at, in milliseconds. */
export interface Span {
  readonly earliest: number
  readonly latest: number
}

const WHOLE: Span = { earliest: 0, latest: 4_000_000_000_000 }

/** Runs a compiled search on events in the order of their arrival; each has its id, sequence and time as fields. */
export function search(text: string, events: readonly EventRecord[], span: Span = WHOLE): readonly JsonObject[] {
  const result = runSpl(new Source('compiled.spl', text), events.map(withFields), {
    now: WHOLE.latest as Time,
    lookups: new Map(),
    span: span as { readonly earliest: Time; readonly latest: Time },
  })
  expect(result.diagnostics.map(renderDiagnostic)).toEqual([])
  return result.kind === 'rows' ? result.rows : []
}

/** An event as Splunk has it, with its id, sequence and time among its fields. */
export function withFields(event: EventRecord): EventRecord {
  const { id, time, sequence } = event
  const own: Record<string, Json> = { _time: (time ?? 0) / 1000 }
  if (id !== null) own['event.id'] = id
  if (sequence !== null) own['event.sequence'] = sequence
  return { ...event, fields: { ...event.fields, ...own } }
}

/** A field of one value, as text. */
export function textOf(value: Json | undefined): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new Error(`no single value: ${JSON.stringify(value)}`)
}
