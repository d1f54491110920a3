import type { Command } from '../command.ts'
import { boolean, text } from '../option.ts'
import { namesOf, Row } from '../row.ts'
import { numberOf, singlesOf, textOf, type Stored } from '../value.ts'
import { nameTest } from '../wildcard.ts'

/** `untable x name value`: a row for each further field of a row. */
export const untable: Command = {
  kind: 'whole',
  read: (reader) => {
    const [x, name, value] = [reader.field(), reader.field(), reader.field()]
    return (rows) =>
      rows.flatMap((row) =>
        row
          .names()
          .filter((each) => each !== x && !each.startsWith('_'))
          .map(
            (each) =>
              new Row(
                new Map<string, Stored | null>([
                  [x, row.get(x)],
                  [name, each],
                  [value, row.get(each)],
                ]),
              ),
          ),
      )
  },
}

/** `xyseries x name value…`: the other way round, a column for each name. */
export const xyseries: Command = {
  kind: 'whole',
  read: (reader) => {
    const { sep = ': ', grouped = false } = reader.options({ sep: text, format: text, grouped: boolean })
    const [x, name] = [reader.field(), reader.field()]
    const values = reader.fieldList()
    if (values.length === 0) reader.scanner.failHere('expected the field of the values')
    return (rows) => {
      const made = new Map<string, Row>()
      for (const row of rows) {
        const [key, column] = [textOf(row.get(x)), textOf(row.get(name))]
        if (key === null || column === null) continue
        const into = made.get(key) ?? new Row(new Map([[x, row.get(x)]]))
        made.set(key, into)
        for (const value of values) into.set(values.length === 1 ? column : `${value}${sep}${column}`, row.get(value))
      }
      return grouped ? [...made.values()] : [...made].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
    }
  },
}

/** `transpose [count]`: columns become rows, of the first rows, 5 unless told otherwise. */
export const transpose: Command = {
  kind: 'whole',
  read: (reader) => {
    const options = reader.options(TRANSPOSE)
    const count = Number(reader.scanner.match(/\s*(\d+)(?=\s|\||\]|$)/y)?.[1] ?? 5)
    while (reader.option(TRANSPOSE, options));
    const { column_name: column = 'column', header_field: header } = options
    return (rows) => {
      const taken = count === 0 ? rows : rows.slice(0, count)
      const names = [...namesOf(taken)].filter((name) => name !== header)
      return names.map((name) => {
        const own = new Map<string, Stored | null>([[column, name]])
        for (const [at, row] of taken.entries()) {
          const title = header === undefined ? null : textOf(row.get(header))
          own.set(title ?? `row ${at + 1}`, row.get(name))
        }
        return new Row(own)
      })
    }
  },
}

const TRANSPOSE = { column_name: text, header_field: text, include_empty: boolean }

const TOTALS = { row: boolean, col: boolean, fieldname: text, labelfield: text, label: text }

/** `addtotals [fields]`: the sum of a row's numbers as `Total`; with `col=t` a last row of the sums of columns. */
export const addtotals: Command = { kind: 'whole', read: (reader) => totals(reader, true) }

/** `addcoltotals`: the last row alone. */
export const addcoltotals: Command = { kind: 'whole', read: (reader) => totals(reader, false) }

function totals(reader: Parameters<Command['read']>[0], ofRows: boolean): ReturnType<Command['read']> {
  const options = reader.options(TOTALS)
  const given = reader.fieldList()
  const test = given.length === 0 ? (name: string): boolean => !name.startsWith('_') : nameTest(given)
  const { row: withRow = ofRows, col = !ofRows, fieldname = 'Total', labelfield, label = 'Total' } = options
  return (rows) => {
    const sums = new Map<string, number>()
    for (const row of rows) {
      let sum: number | undefined
      for (const name of row.names()) {
        const number = test(name) ? numberOf(singlesOf(row.get(name))[0] ?? null) : undefined
        if (number === undefined) continue
        sum = (sum ?? 0) + number
        sums.set(name, (sums.get(name) ?? 0) + number)
      }
      if (withRow && sum !== undefined) row.set(fieldname, sum)
    }
    if (!col) return rows
    const last = new Row(new Map<string, Stored | null>(sums))
    if (labelfield !== undefined) last.set(labelfield, label)
    return [...rows, last]
  }
}
