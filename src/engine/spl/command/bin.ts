import type { Command } from '../command.ts'
import type { OptionReader } from '../command-reader.ts'
import { text, whole } from '../option.ts'
import { relativeTime } from '../time/modifier.ts'
import { parseTimeSpan, secondsOf, spanStart, unitOf, type TimeSpan } from '../time/unit.ts'
import { numberOf, type Single } from '../value.ts'

export interface Span {
  readonly size: number
  /** Where it is a length of time. */
  readonly time: TimeSpan | undefined
}

/** A number, or a length of time. */
export const binSpan: OptionReader<Span> = (reader, name) => {
  const word = reader.scanner.word()
  const written = word?.text ?? ''
  const time = parseTimeSpan(written)
  const size = numberOf(written) ?? (time ? (secondsOf(time) ?? 0) : undefined)
  if (word && size !== undefined && (size > 0 || time !== undefined))
    return { size, time: unitOf(written.replace(/^\d+/, '')) ? time : undefined }
  const [start, end] = word ? [word.start, word.end] : [reader.scanner.at, reader.scanner.at + 1]
  return reader.scanner.fail('spl/argument', `"${name}" takes a number or a span of time such as 5m`, start, end)
}

/** Numbers beyond it are no times, and are not told from their neighbours. */
export const FARTHEST = 2 ** 53

const OPTIONS = { span: binSpan, bins: whole, minspan: text, start: text, end: text, aligntime: text }

/**
 * `bin span=… field [AS name]`, also `bucket` and `discretize`: times become the start of their span, numbers a range
 * such as `10-20`. Spans of time begin with 1970 in UTC, or where `aligntime` says.
 */
export const bin: Command = {
  kind: 'streaming',
  read: (reader) => {
    const { scanner } = reader
    const options = reader.options(OPTIONS)
    const name = reader.field()
    const as = scanner.takeKeyword('as') ? reader.field() : name
    while (reader.option(OPTIONS, options));
    const { span, aligntime } = options
    if (!span) return reader.fail('"bin" needs a span', 'write span=5m; Splunk chooses one by what is searched')
    if (
      options.bins !== undefined ||
      options.minspan !== undefined ||
      options.start !== undefined ||
      options.end !== undefined
    )
      reader.fail('"bin" with bins, minspan, start or end is not run here', 'write span=')
    return (rows, run) => {
      const align = aligntime === undefined ? 0 : (alignment(aligntime, run.now, Number(run.earliest)) ?? 0)
      for (const row of rows) {
        const value = numberOf(row.get(name))
        if (value !== undefined && Math.abs(value) < FARTHEST) row.set(as, binned(value, span, name === '_time', align))
      }
      return rows
    }
  },
}

function binned(value: number, { size, time }: Span, isTime: boolean, align: number): Single {
  if (isTime || time !== undefined) {
    const start = time ? spanStart(value - align, time) : Math.floor((value - align) / size) * size
    return start + align
  }
  const start = Math.floor(value / size) * size
  return `${tidy(start)}-${tidy(start + size)}`
}

function tidy(number: number): string {
  return String(Number(number.toPrecision(15)))
}

function alignment(written: string, now: number, earliest: number): number | undefined {
  if (written === 'earliest') return Number.isFinite(earliest) ? earliest : 0
  if (written === 'latest') return now
  return relativeTime(now, written)
}

/** The start of the span that a value lies in. */
export function startOf(value: number, { size, time }: Span): number {
  return time ? spanStart(value, time) : Math.floor(value / size) * size
}
