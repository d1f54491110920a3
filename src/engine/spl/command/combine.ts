import type { Span } from '../../../diagnostic/source.ts'
import type { Command } from '../command.ts'
import type { CommandReader } from '../command-reader.ts'
import { boolean, ignored, oneOf, whole } from '../option.ts'
import { rowKey } from '../group.ts'
import type { Pipeline } from '../pipeline.ts'
import { namesOf, type Row } from '../row.ts'
import type { Run } from '../run.ts'
import { numberOf } from '../value.ts'

/** As many rows of a subsearch do `append` and `join` take (limits.conf, searchresults and join). */
const MOST_ROWS = 50_000

const APPEND = { extendtimerange: boolean, maxtime: ignored, maxout: whole, timeout: ignored }

/** `append [ … ]`: the rows of a subsearch behind the others. */
export const append: Command = {
  kind: 'whole',
  read: (reader) => {
    const { maxout } = reader.options(APPEND)
    const { pipeline, start, end } = reader.bracket(true)
    return (rows, run) => [
      ...rows,
      ...capped(pipeline.run([], run), maxout, run, reader.scanner.span(start, end), 'append'),
    ]
  },
}

function capped(rows: readonly Row[], maxout: number | undefined, run: Run, span: Span, name: string): readonly Row[] {
  const most = maxout === undefined || maxout === 0 ? MOST_ROWS : Math.min(maxout, MOST_ROWS)
  if (rows.length > most)
    run.report.truncated(
      `"${name}" takes ${most} rows of its subsearch, which gives ${rows.length}`,
      span,
      'use one search with stats, or a lookup',
    )
  return rows.slice(0, most)
}

/** `appendpipe [ … ]`: behind the rows, what further commands make of them. */
export const appendpipe: Command = {
  kind: 'whole',
  read: (reader) => {
    reader.options({ run_in_preview: boolean })
    const { pipeline } = reader.bracket(false)
    return (rows, run) => [
      ...rows,
      ...pipeline.run(
        rows.map((row) => row.copy()),
        run,
      ),
    ]
  },
}

/** `appendcols [ … ]`: the fields of a subsearch's first row beside the first row, and so on. */
export const appendcols: Command = {
  kind: 'whole',
  read: (reader) => {
    const { override = false, maxout } = reader.options({ override: boolean, ...APPEND })
    const { pipeline, start, end } = reader.bracket(true)
    return (rows, run) => {
      const found = capped(pipeline.run([], run), maxout, run, reader.scanner.span(start, end), 'appendcols')
      for (const [at, other] of found.entries()) {
        const row = rows[at]
        if (row) for (const name of other.names()) if (override || !row.has(name)) row.set(name, other.get(name))
      }
      return [...rows, ...found.slice(rows.length)]
    }
  },
}

/** `multisearch [ … ] [ … ]`: the events of several searches together, newest first. */
export const multisearch: Command = {
  kind: 'generating',
  read: (reader) => {
    reader.mustBeFirst()
    const legs = brackets(reader)
    if (legs.length < 2) reader.fail('"multisearch" takes at least two searches')
    return (_, run) => newestFirst(legs.flatMap((leg) => leg.run([], run)))
  },
}

function brackets(reader: CommandReader): readonly Pipeline[] {
  const { scanner } = reader
  const legs: Pipeline[] = []
  while (scanner.peek() === '[') {
    const { pipeline, start, end } = reader.bracket(true)
    if (reader.name.text === 'multisearch' && !pipeline.streaming)
      scanner.fail(
        'spl/not-streaming',
        'a search of "multisearch" holds a command that has to see all rows',
        start,
        end,
        'move it behind, or use append',
      )
    legs.push(pipeline)
    scanner.take(',')
  }
  return legs
}

function newestFirst(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort(
    (a, b) => (numberOf(b.get('_time')) ?? -Infinity) - (numberOf(a.get('_time')) ?? -Infinity) || 0,
  )
}

/** `union [ … ] [ … ]`: the rows of several searches one after the other, behind those that came in. */
export const union: Command = {
  kind: 'generating',
  read: (reader) => {
    reader.options({ maxtime: ignored, maxout: whole, timeout: ignored })
    const legs = brackets(reader)
    if (legs.length === 0) reader.scanner.failHere('expected a subsearch', 'data sets by name are not run here')
    const merge = legs.every((leg) => leg.streaming)
    return (rows, run) => {
      const all = [...(reader.first ? [] : rows), ...legs.flatMap((leg) => leg.run([], run))]
      return merge ? newestFirst(all) : all
    }
  },
}

const JOIN = {
  type: oneOf('inner', 'outer', 'left'),
  usetime: boolean,
  earlier: boolean,
  overwrite: boolean,
  max: whole,
}

/**
 * `join [type=inner|left] [max=N] fields [ … ]`: each row with the first row of the subsearch that has the same fields,
 * with up to `max` of them, 0 for all. Without fields those that both sides have.
 */
export const join: Command = {
  kind: 'whole',
  read: (reader) => {
    const options = reader.options(JOIN)
    if (options.usetime === true) reader.fail('"join" with usetime is not run here', 'use streamstats')
    const names: string[] = []
    while (reader.scanner.peek() !== '[' && !reader.scanner.isEnd()) {
      if (reader.option(JOIN, options)) continue
      names.push(reader.field())
      reader.scanner.take(',')
    }
    const { pipeline, start, end } = reader.bracket(true)
    const { type = 'inner', max = 1, overwrite = true } = options
    return (rows, run) => {
      const found = capped(pipeline.run([], run), undefined, run, reader.scanner.span(start, end), 'join')
      const keys = names.length > 0 ? names : sharedNames(rows, found)
      const index = new Map<string, Row[]>()
      for (const row of found) {
        const key = rowKey(row, keys)
        const known = key === undefined ? undefined : index.get(key)
        if (!known) {
          if (key !== undefined) index.set(key, [row])
        } else if (max === 0 || known.length < max) known.push(row)
      }
      return rows.flatMap((row) => {
        const key = rowKey(row, keys)
        const matches = key === undefined ? [] : (index.get(key) ?? [])
        if (matches.length === 0) return type === 'inner' ? [] : [row]
        return matches.map((match) => joined(row.copy(), match, overwrite))
      })
    }
  },
}

function sharedNames(rows: readonly Row[], others: readonly Row[]): readonly string[] {
  const names = namesOf(others)
  return [...namesOf(rows)].filter((name) => names.has(name) && !name.startsWith('_'))
}

function joined(row: Row, other: Row, overwrite: boolean): Row {
  for (const name of other.names()) if (overwrite || !row.has(name)) row.set(name, other.get(name))
  return row
}
