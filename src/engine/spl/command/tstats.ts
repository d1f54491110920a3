import { readAggregates } from '../aggregate/read.ts'
import type { Command } from '../command.ts'
import type { Options } from '../command-reader.ts'
import { boolean, ignored, whole } from '../option.ts'
import { numberOf } from '../value.ts'
import { binSpan, FARTHEST, startOf } from './bin.ts'
import { aggregated } from './stats.ts'

const OPTIONS = {
  prestats: boolean,
  local: boolean,
  append: boolean,
  summariesonly: boolean,
  allow_old_summaries: boolean,
  include_reduced_buckets: boolean,
  chunk_size: whole,
  fillnull_value: ignored,
}

const SPAN = { span: binSpan }

/**
 * `tstats aggregates [where search] [by fields [span=…]]` over the events themselves: what Splunk reads from its index
 * is read from their fields here. Data models are not known.
 */
export const tstats: Command = {
  kind: 'generating',
  read: (reader) => {
    const { scanner } = reader
    reader.mustBeFirst()
    const options = reader.options(OPTIONS)
    if (options.prestats === true || options.append === true) reader.fail('"tstats" with prestats is not run here')
    const aggregates = readAggregates(reader, ['by', 'where', 'from', 'groupby'])
    const from = scanner.peekWord()
    if (scanner.takeKeyword('from'))
      scanner.fail(
        'spl/unsupported',
        'data models are not run here',
        from?.start ?? scanner.at,
        scanner.at,
        'leave "from" out, and name the fields of the events',
      )
    const search = scanner.takeKeyword('where') ? reader.search(['by', 'groupby']) : undefined
    const by: string[] = []
    const spans: Options<typeof SPAN> = {}
    if (scanner.takeKeyword('by', 'groupby'))
      while (!scanner.isEnd()) {
        if (reader.option(SPAN, spans)) continue
        by.push(reader.field())
        scanner.take(',')
      }
    const { span } = spans
    return (_, run) => {
      const match = search?.(run)
      const rows = run.events().filter((row) => match?.(row) ?? true)
      if (span)
        for (const row of rows) {
          const time = numberOf(row.get('_time'))
          if (time !== undefined && Math.abs(time) < FARTHEST) row.set('_time', startOf(time, span))
        }
      return aggregated(rows, aggregates, by, run, reader.place())
    }
  },
}
