import type { Span as SourceSpan } from '../../../diagnostic/source.ts'
import { readAggregate, type Aggregate } from '../aggregate/read.ts'
import type { Command } from '../command.ts'
import type { CommandReader, Options } from '../command-reader.ts'
import { boolean, ignored, text, whole } from '../option.ts'
import { namesOf, Row } from '../row.ts'
import type { Run } from '../run.ts'
import { secondsOf } from '../time/unit.ts'
import { compareSingles, numberOf, singlesOf, textOf, type Single, type Stored } from '../value.ts'
import { binSpan, FARTHEST, startOf, type Span } from './bin.ts'
import { aggregated } from './stats.ts'

const OPTIONS = {
  limit: text,
  agg: text,
  cont: boolean,
  format: ignored,
  partial: boolean,
  sep: text,
  useother: boolean,
  usenull: boolean,
  nullstr: text,
  otherstr: text,
  fixedrange: boolean,
  span: binSpan,
  bins: whole,
}

interface Axes {
  readonly aggregates: readonly Aggregate[]
  /** The field down the rows. */
  readonly over: string
  /** The field whose values are columns. */
  readonly split: string | undefined
  readonly span: Span | undefined
  readonly options: Options<typeof OPTIONS>
  /** Of the command. */
  readonly place: SourceSpan
}

/** `chart aggregates over field [by field]`: a row for each value of one field, a column for each of another. */
export const chart: Command = {
  kind: 'whole',
  read: (reader) => {
    const { scanner } = reader
    const options = reader.options(OPTIONS)
    const aggregates = aggregatesIn(reader, options)
    let over: string | undefined
    let split: string | undefined
    if (scanner.takeKeyword('over')) over = reader.field()
    while (reader.option(OPTIONS, options));
    if (scanner.takeKeyword('by')) {
      const [first, second] = splitFields(reader, options)
      if (over === undefined) [over, split] = [first, second]
      else split = first
    }
    if (over === undefined) return reader.fail('"chart" needs "over field" or "by field"')
    const axes = { aggregates, over, split, span: options.span, options, place: reader.place() }
    return (rows, run) => charted(rows, axes, run)
  },
}

/** `timechart span=… aggregates [by field]`: a row for each span of time, those without events too. */
export const timechart: Command = {
  kind: 'whole',
  read: (reader) => {
    const options = reader.options(OPTIONS)
    const aggregates = aggregatesIn(reader, options)
    const [split] = reader.scanner.takeKeyword('by') ? splitFields(reader, options) : []
    const { span } = options
    if (!span) return reader.fail('"timechart" needs a span', 'write span=5m; Splunk chooses one by what is searched')
    const axes = { aggregates, over: '_time', split, span, options, place: reader.place() }
    return (rows, run) => {
      const made = charted(rows, axes, run)
      return options.cont === false ? made : continued(made, span, aggregates, split === undefined)
    }
  },
}

function aggregatesIn(reader: CommandReader, options: Options<typeof OPTIONS>): readonly Aggregate[] {
  const { scanner } = reader
  const found: Aggregate[] = []
  while (!scanner.isEnd()) {
    if (reader.option(OPTIONS, options)) continue
    const word = scanner.peekWord()
    if (word?.quoted === false && ['by', 'over'].includes(word.text.toLowerCase())) break
    // Parentheses around the aggregates are taken as they are.
    found.push(readAggregate(reader))
    scanner.take(',')
  }
  if (found.length === 0) scanner.failHere('expected an aggregate such as count or dc(field)')
  return found
}

function splitFields(reader: CommandReader, options: Options<typeof OPTIONS>): readonly string[] {
  const names: string[] = []
  while (!reader.scanner.isEnd()) {
    if (reader.option(OPTIONS, options)) continue
    names.push(reader.field())
    reader.scanner.take(',')
  }
  if (names.length === 0) reader.scanner.failHere('expected a field after "by"')
  if (names.length > 2) reader.fail('no more than two fields make a chart')
  return names
}

const SPLIT = '_chart_column'
/** Columns beside which the others are one, unless told otherwise. */
const MOST_COLUMNS = 10

function charted(rows: readonly Row[], axes: Axes, run: Run): readonly Row[] {
  const { aggregates, over, split, span, options, place } = axes
  const placed = rows.flatMap((row) => {
    const copy = row.copy()
    if (span) {
      const value = numberOf(row.get(over))
      if (value === undefined || Math.abs(value) >= FARTHEST) return []
      copy.set(over, startOf(value, span))
    }
    return copy.has(over) ? [copy] : []
  })
  if (split === undefined) return byOver(aggregated(placed, aggregates, [over], run, place), over)
  const columnOf = columns(placed, split, aggregates, axes, run)
  const kept = placed.flatMap((row) => {
    const values = [...new Set(singlesOf(row.get(split)).map((value) => columnOf(String(value))))]
    const named = values.length > 0 ? values : [options.usenull === false ? null : (options.nullstr ?? 'NULL')]
    return named.flatMap((name) => {
      if (name === null) return []
      const copy = row.copy()
      copy.set(SPLIT, name)
      return [copy]
    })
  })
  const made = aggregated(kept, aggregates, [over, SPLIT], run, place)
  return byOver(pivoted(made, over, aggregates, options.sep ?? ': '), over)
}

/** Which column a value goes into: its own, that of all others, or none. */
function columns(
  rows: readonly Row[],
  split: string,
  aggregates: readonly Aggregate[],
  { options: { limit, useother = true, otherstr = 'OTHER' }, place }: Axes,
  run: Run,
): (value: string) => string | null {
  const [, end = 'top', number] = /^(top|bottom)?\s*(\d+)$/i.exec(limit ?? '') ?? []
  const most = number === undefined ? MOST_COLUMNS : Number(number)
  const [first] = aggregates
  const totals = aggregated(rows, first ? [first] : [], [split], run, place).map((row) => ({
    name: textOf(row.get(split)) ?? '',
    total: numberOf(row.get(first?.as ?? '')) ?? 0,
  }))
  if (most === 0 || totals.length <= most) return (value) => value
  const sign = end.toLowerCase() === 'bottom' ? -1 : 1
  const kept = new Set(
    [...totals]
      .sort((a, b) => sign * (b.total - a.total))
      .slice(0, most)
      .map(({ name }) => name),
  )
  return (value) => (kept.has(value) ? value : useother ? otherstr : null)
}

function pivoted(
  rows: readonly Row[],
  over: string,
  aggregates: readonly Aggregate[],
  separator: string,
): readonly Row[] {
  const made = new Map<string, Row>()
  const names = new Set<string>()
  for (const row of rows) {
    const value = row.get(over)
    const key = textOf(value) ?? ''
    const into = made.get(key) ?? new Row(new Map([[over, value]]))
    made.set(key, into)
    const column = textOf(row.get(SPLIT)) ?? ''
    for (const one of aggregates) {
      const name = aggregates.length === 1 ? column : `${one.as}${separator}${column}`
      names.add(name)
      into.set(name, row.get(one.as))
    }
  }
  // What was not counted is none.
  if (aggregates.every((one) => one.counts))
    for (const row of made.values()) for (const name of names) if (!row.has(name)) row.set(name, 0)
  return [...made.values()]
}

function byOver(rows: readonly Row[], over: string): readonly Row[] {
  const single = (row: Row): Single => singlesOf(row.get(over))[0] ?? ''
  return [...rows].sort((a, b) => compareSingles(single(a), single(b)))
}

/** No chart has more rows. */
const MOST_ROWS = 50_000

/** With a row for each span between the first and the last. */
function continued(rows: readonly Row[], span: Span, aggregates: readonly Aggregate[], plain: boolean): readonly Row[] {
  const times = rows.map((row) => numberOf(row.get('_time')) ?? 0)
  const [first, last] = [times[0], times.at(-1)]
  const step = span.time ? secondsOf(span.time) : span.size
  if (first === undefined || last === undefined || step === undefined || (last - first) / step > MOST_ROWS) return rows
  const known = new Map(rows.map((row, at) => [Math.round(((times[at] ?? 0) - first) / step), row]))
  const names = namesOf(rows)
  const counted = plain ? aggregates.filter((one) => one.counts).map((one) => one.as) : [...names]
  return Array.from({ length: Math.round((last - first) / step) + 1 }, (_, at) => {
    const row = known.get(at)
    if (row) return row
    const own = new Map<string, Stored | null>([['_time', first + at * step]])
    if (plain || aggregates.every((one) => one.counts))
      for (const name of counted) if (name !== '_time') own.set(name, 0)
    return new Row(own)
  })
}
