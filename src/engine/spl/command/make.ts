import { Source } from '../../../diagnostic/source.ts'
import type { Json, JsonObject } from '../../../event/field.ts'
import { decodeCsv } from '../../csv.ts'
import type { Command } from '../command.ts'
import type { CommandReader } from '../command-reader.ts'
import { boolean, ignored, oneOf, text, whole } from '../option.ts'
import { Row } from '../row.ts'
import { rowOf } from '../tables.ts'

const OPTIONS = {
  count: whole,
  annotate: boolean,
  format: oneOf('csv', 'json'),
  data: text,
  splunk_server: ignored,
  splunk_server_group: ignored,
}

/** `makeresults [count=N] [annotate=t]` or `makeresults format=csv|json data="…"`: rows with the time of now. */
export const makeresults: Command = {
  kind: 'generating',
  read: (reader) => {
    reader.mustBeFirst()
    const { count = 1, annotate = false, format, data } = reader.options(OPTIONS)
    if ((format === undefined) !== (data === undefined)) reader.fail('"format" and "data" go together')
    if (count > 1_000_000) reader.fail('"count" is at most a million here')
    const table = format === undefined || data === undefined ? undefined : parse(reader, format, data)
    return (_, run) => {
      if (table) return table.map((object) => withTime(rowOf(object), run.now))
      return Array.from({ length: Math.max(0, count) }, () => {
        const row = withTime(new Row(), run.now)
        if (annotate) row.set('splunk_server', 'local')
        return row
      })
    }
  },
}

function withTime(row: Row, now: number): Row {
  if (!row.has('_time')) row.set('_time', Math.floor(now))
  return row
}

function parse(reader: CommandReader, format: 'csv' | 'json', data: string): readonly JsonObject[] {
  if (format === 'csv') {
    const { rows, diagnostics } = decodeCsv(new Source('data', data))
    const [problem] = diagnostics
    return problem ? reader.fail(`"data" is no table: ${problem.message}`) : rows
  }
  try {
    const parsed = JSON.parse(data) as Json
    const list = Array.isArray(parsed) ? (parsed as readonly Json[]) : [parsed]
    if (list.every((each) => typeof each === 'object' && each !== null && !Array.isArray(each)))
      return list as readonly JsonObject[]
  } catch {
    // Said below, as is JSON of another shape.
  }
  return reader.fail('"data" is no JSON list of objects')
}

/** `addinfo`: what the search looks at, as fields. */
export const addinfo: Command = {
  kind: 'streaming',
  read: () => (rows, run) => {
    for (const row of rows) {
      row.set('info_min_time', run.earliest)
      row.set('info_max_time', run.latest)
      row.set('info_search_time', String(run.now))
      row.set('info_sid', 'offline')
    }
    return rows
  },
}
