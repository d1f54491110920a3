import type { Command } from '../command.ts'
import type { CommandReader } from '../command-reader.ts'
import { boolean, ignored, text, whole } from '../option.ts'
import { namesOf, type Row } from '../row.ts'
import type { Run } from '../run.ts'
import type { Word } from '../scanner.ts'
import { singlesOf, storedOf, type Single } from '../value.ts'

interface Pair {
  /** In the table. */
  readonly table: string
  /** In the row. */
  readonly row: string
}

const LOOKUP = { local: boolean, update: boolean, event_time_field: ignored }

/** A value matches no more rows of a table (limits.conf, max_matches). */
const MOST_MATCHES = 1000

/**
 * `lookup table field [AS field] … [OUTPUT|OUTPUTNEW field [AS field] …]`: values match exactly, with case. Of several
 * matches a field gets all the values; without a match it is not there, and `OUTPUTNEW` leaves what was.
 */
export const lookup: Command = {
  kind: 'streaming',
  read: (reader) => {
    const { scanner } = reader
    reader.options(LOOKUP)
    const table = tableName(reader)
    const keys = pairs(reader)
    if (keys.length === 0) scanner.failHere('expected a field of the table')
    const keep = scanner.takeKeyword('outputnew')
    const output = keep || scanner.takeKeyword('output') ? pairs(reader) : undefined
    return (rows, run) => {
      const found = tableRows(reader, table, run)
      if (!found) return rows
      const index = indexed(
        found,
        keys.map((key) => key.table),
      )
      const columns = output ?? otherColumns(found, keys)
      const span = scanner.span(table.start, table.end)
      for (const row of rows) {
        const matches = matchesOf(row, keys, index)
        if (matches.length > MOST_MATCHES)
          run.report.truncated(`a value matches ${MOST_MATCHES} rows of a table at most`, span)
        for (const { table: from, row: to } of columns) {
          if (keep && row.has(to)) continue
          const values = matches.slice(0, MOST_MATCHES).flatMap((match) => singlesOf(match.get(from)))
          row.set(to, storedOf(values))
        }
      }
      return rows
    }
  },
}

function tableName(reader: CommandReader): Word {
  return reader.scanner.word() ?? reader.scanner.failHere('expected the name of a table')
}

/** New rows of a table; a problem of the run where it was not given. */
function tableRows({ scanner }: CommandReader, table: Word, run: Run): readonly Row[] | undefined {
  const found = run.tables.rows(table.text)
  if (!found) {
    const message = `the lookup table "${table.text}" is not given`
    run.report.fail(
      'spl/unknown-lookup',
      message,
      scanner.span(table.start, table.end),
      run.tables.suggestion(table.text),
    )
  }
  return found
}

function pairs(reader: CommandReader): readonly Pair[] {
  const { scanner } = reader
  const found: Pair[] = []
  while (!scanner.isEnd()) {
    const word = scanner.peekWord()
    if (word?.quoted === false && ['output', 'outputnew'].includes(word.text.toLowerCase())) break
    const table = reader.field()
    found.push({ table, row: scanner.takeKeyword('as') ? reader.field() : table })
    scanner.take(',')
  }
  return found
}

function otherColumns(table: readonly Row[], keys: readonly Pair[]): readonly Pair[] {
  const names = namesOf(table)
  for (const key of keys) names.delete(key.table)
  return [...names].map((name) => ({ table: name, row: name }))
}

type Index = ReadonlyMap<string, readonly Row[]>

function indexed(table: readonly Row[], names: readonly string[]): Index {
  const index = new Map<string, Row[]>()
  for (const row of table) {
    const key = keyFor(names.map((name) => singlesOf(row.get(name))[0]))
    if (key === undefined) continue
    const known = index.get(key)
    if (known) known.push(row)
    else index.set(key, [row])
  }
  return index
}

function keyFor(values: readonly (Single | undefined)[]): string | undefined {
  if (values.includes(undefined)) return undefined
  return JSON.stringify(values.map(String))
}

/** Of several values of a field each is looked up; beside it, other fields have to have one. */
function matchesOf(row: Row, keys: readonly Pair[], index: Index): readonly Row[] {
  const held = keys.map((key) => singlesOf(row.get(key.row)))
  const [first = [], ...others] = held
  const rest = others.map((values) => values[0])
  return [...new Set(first)].flatMap((value) => {
    const key = keyFor([value, ...rest])
    return key === undefined ? [] : (index.get(key) ?? [])
  })
}

const INPUT = { append: boolean, strict: boolean, start: whole, max: whole }

/** `inputlookup [append=t] [start=N] [max=N] table [where …]`: the rows of a table. */
export const inputlookup: Command = {
  kind: 'generating',
  read: (reader) => {
    const { scanner } = reader
    const options = reader.options(INPUT)
    const table = tableName(reader)
    while (reader.option(INPUT, options));
    const search = scanner.takeKeyword('where') ? reader.search() : undefined
    if (options.append !== true && !reader.first)
      reader.fail('"inputlookup" takes the place of the rows before it', 'write append=t, or put it first')
    return (rows, run) => {
      const match = search?.(run)
      const found = (tableRows(reader, table, run) ?? []).filter((row) => match?.(row) ?? true)
      const start = options.start ?? 0
      const taken = found.slice(start, options.max === undefined ? undefined : start + options.max)
      return options.append === true ? [...rows, ...taken] : taken
    }
  },
}

const OUTPUT = {
  append: boolean,
  create_empty: boolean,
  override_if_empty: boolean,
  max: whole,
  key_field: text,
  allow_updates: boolean,
  createinapp: ignored,
  create_context: ignored,
  output_format: ignored,
}

/**
 * `outputlookup [append=t] [key_field=…] table`: the rows become the table; with `key_field` those of the same key take
 * the place of what was there. Rows go on as they are, and the table is told with the result.
 */
export const outputlookup: Command = {
  kind: 'whole',
  read: (reader) => {
    const { scanner } = reader
    const options = reader.options(OUTPUT)
    const table = tableName(reader)
    while (reader.option(OUTPUT, options));
    return (rows, run) => {
      const written = rows.slice(0, options.max).map((row) => row.only(row.names().filter((name) => name !== '_raw')))
      if (written.length === 0 && options.override_if_empty === false) return rows
      const before =
        options.append === true || options.key_field !== undefined ? (run.tables.rows(table.text) ?? []) : []
      const after = merged(before, written, options.key_field)
      run.tables.write(table.text, after)
      const size = `${after.length} ${after.length === 1 ? 'row' : 'rows'}`
      run.report.tell(
        'spl/written',
        `the table "${table.text}" would hold ${size}`,
        scanner.span(table.start, table.end),
      )
      return rows
    }
  },
}

function merged(before: readonly Row[], rows: readonly Row[], key: string | undefined): readonly Row[] {
  if (key === undefined) return [...before, ...rows]
  const result = new Map<string, Row>()
  for (const [at, row] of [...before, ...rows].entries()) {
    const value = singlesOf(row.get(key))[0]
    result.set(value === undefined ? `row ${at}` : `key ${value}`, row)
  }
  return [...result.values()]
}
