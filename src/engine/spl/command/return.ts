import type { Command } from '../command.ts'
import { text, whole } from '../option.ts'
import { Row } from '../row.ts'
import { FORMAT, formatRows, quoted, type Format } from '../subsearch.ts'
import { singlesOf } from '../value.ts'

interface Returned {
  readonly name: string
  readonly as: string
  readonly bare: boolean
}

/** `return [count] field | name=field | $field …`: the first rows as the text of a search; `$field` gives values alone. */
export const returned: Command = {
  kind: 'whole',
  read: (reader) => {
    const { scanner } = reader
    const count = Number(scanner.match(/\s*(\d+)(?=\s)/y)?.[1] ?? 1)
    const fields: Returned[] = []
    while (!scanner.isEnd()) {
      const word = scanner.word() ?? scanner.failHere('expected a field')
      const bare = !word.quoted && word.text.startsWith('$')
      const name = bare ? word.text.slice(1) : word.text
      fields.push(!bare && scanner.take('=') ? { name: reader.field(), as: name, bare } : { name, as: name, bare })
      scanner.take(',')
    }
    if (fields.length === 0) reader.fail('"return" needs a field')
    return (rows) => {
      const parts = rows.slice(0, count).map((row) =>
        fields
          .flatMap(({ name, as, bare }) => {
            const [value] = singlesOf(row.get(name))
            if (value === undefined) return []
            return [bare ? String(value) : `${as}=${quoted(String(value))}`]
          })
          .join(' '),
      )
      const search = parts.length === 1 ? (parts[0] ?? '') : parts.map((part) => `(${part})`).join(' OR ')
      return [new Row(new Map([['search', search === '' ? FORMAT.empty : search]]))]
    }
  },
}

const OPTIONS = { mvsep: text, maxresults: whole, emptystr: text }

/** `format`: all rows as the text of a search, in the field `search`. */
export const format: Command = {
  kind: 'whole',
  read: (reader) => {
    const options = reader.options(OPTIONS)
    const marks: string[] = []
    while (reader.scanner.peek() === '"') marks.push(reader.scanner.quoted().text)
    while (reader.option(OPTIONS, options));
    const [a, b, c, d, e, f] = marks
    if (marks.length !== 0 && marks.length !== 6) reader.fail('"format" takes six texts for its marks, or none')
    const given: Format['marks'] | undefined =
      a !== undefined && b !== undefined && c !== undefined && d !== undefined && e !== undefined && f !== undefined
        ? [a, b, c, d, e, f]
        : undefined
    const how: Format = {
      marks: given ?? FORMAT.marks,
      between: options.mvsep ?? FORMAT.between,
      empty: options.emptystr ?? FORMAT.empty,
    }
    const most = options.maxresults
    return (rows) => {
      const taken = most === undefined || most === 0 ? rows : rows.slice(0, most)
      return [new Row(new Map([['search', formatRows(taken, how)]]))]
    }
  },
}
