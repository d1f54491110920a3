import { hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Source } from '../../diagnostic/source.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { parseTime, type EventRecord, type Time } from '../../event/record.ts'
import type { QueryContext } from '../query-run.ts'
import { EventFields } from './event-field.ts'
import { Problem } from './problem.ts'
import { readQuery, type ReadQuery } from './read-pipeline.ts'
import { Row, SearchedEvent } from './row.ts'
import { Report, type Run } from './run.ts'
import { Tables } from './tables.ts'
import { expandQuery } from './text/expand.ts'
import type { Macros } from './text/macro.ts'
import type { QueryText } from './text/query-text.ts'
import { numberOf, type Stored } from './value.ts'

export interface SplContext extends QueryContext {
  readonly macros?: Macros | undefined
  /** The span of time that is searched, where it matters (`addinfo`): all of it unless given. Events are not left out. */
  readonly span?: { readonly earliest: Time; readonly latest: Time } | undefined
}

export type SplResult =
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: 'rows'
      readonly rows: readonly JsonObject[]
      /** The tables that `outputlookup` wrote, as they stand at the end. */
      readonly written: ReadonlyMap<string, readonly JsonObject[]>
      readonly diagnostics: readonly Diagnostic[]
    }

/**
 * Runs a search in SPL on events, by the documented rules of Splunk 10. Text or query is refused with its place where it
 * names a command, an option or a function that is not run here: nothing is skipped.
 *
 * Fields are named as `KV_MODE = json` names them (see `EventFields`), `_time` is in seconds, from `_time` or
 * `@timestamp`. Events are searched newest first. Where Splunk would cut something off, so does this, and says so
 * (`spl/truncated`). Time zones are UTC.
 */
export function runSpl(source: Source, events: readonly EventRecord[], context: SplContext): SplResult {
  const read = readSource(source, context.macros)
  if (!('query' in read)) return { kind: 'refused', diagnostics: read.diagnostics }
  const { text, query } = read
  if (hasErrors(query.diagnostics)) return { kind: 'refused', diagnostics: query.diagnostics }
  const report = new Report()
  const tables = new Tables(context.lookups)
  const searched = newestFirst(events, context)
  const fields = new EventFields(text.text)
  const run: Run = {
    now: context.now / 1000,
    earliest: context.span ? seconds(context.span.earliest) : '0.000',
    latest: context.span ? seconds(context.span.latest) : '+Infinity',
    events: () =>
      searched.map(({ record, time }) => new Row(timeOf(time), new SearchedEvent(record, fields, query.raw))),
    tables,
    report,
  }
  const rows = query.pipeline.run([], run)
  const diagnostics = [...query.diagnostics, ...report.diagnostics]
  if (report.failed) return { kind: 'refused', diagnostics }
  const written = new Map([...tables.written()].map(([name, table]) => [name, table.map(objectOf)]))
  return { kind: 'rows', rows: rows.map(objectOf), written, diagnostics }
}

/** What is wrong with a text, without running it. */
export function checkSpl(source: Source, macros?: Macros): readonly Diagnostic[] {
  const read = readSource(source, macros)
  return 'query' in read ? read.query.diagnostics : read.diagnostics
}

type ReadSource =
  { readonly text: QueryText; readonly query: ReadQuery } | { readonly diagnostics: readonly Diagnostic[] }

function readSource(source: Source, macros: Macros = new Map()): ReadSource {
  try {
    const text = expandQuery(source, macros)
    return { text, query: readQuery(text) }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    return { diagnostics: [problem.diagnostic] }
  }
}

interface Searched {
  readonly record: EventRecord
  /** Seconds; undefined where the event has no time that can be read. */
  readonly time: number | undefined
}

/** The last to arrive first among those of one time; events without a time come last. */
function newestFirst(events: readonly EventRecord[], { timeField }: QueryContext): readonly Searched[] {
  const searched = events.map((record) => ({ record, time: secondsOf(record, timeField) })).reverse()
  return searched.sort((a, b) => (b.time ?? -Infinity) - (a.time ?? -Infinity) || 0)
}

function timeOf(time: number | undefined): Map<string, Stored | null> {
  return new Map(time === undefined ? [] : [['_time', time]])
}

/**
 * The time of an event, in seconds: that of the named field as events have it everywhere, else `_time` in seconds, else
 * `@timestamp`. Digits finer than a millisecond are kept.
 */
function secondsOf({ fields, time }: EventRecord, timeField: string | undefined): number | undefined {
  const own = timeField === undefined || timeField === '_time' ? fields._time : undefined
  if (typeof own === 'number') return own
  if (typeof own === 'string') return numberOf(own) ?? fromText(own)
  const written: Json | undefined = fields[timeField ?? '@timestamp']
  if (typeof written === 'string') return fromText(written)
  return time === null ? undefined : time / 1000
}

function fromText(text: string): number | undefined {
  const milliseconds = parseTime(text)
  if (milliseconds === undefined) return undefined
  const finer = /[.,]\d{3}(\d{1,6})/.exec(text)?.[1]
  if (finer === undefined) return milliseconds / 1000
  const whole = Math.floor(milliseconds / 1000)
  return Number(`${whole}.${String(milliseconds - whole * 1000).padStart(3, '0')}${finer}`)
}

function seconds(time: Time): string {
  return (time / 1000).toFixed(3)
}

function objectOf(row: Row): JsonObject {
  return Object.fromEntries(row.names().map((name) => [name, row.get(name)]))
}
