import type { Command } from '../command.ts'
import type { CommandReader } from '../command-reader.ts'
import { boolean, text, whole } from '../option.ts'
import { regexComplaint } from '../function/regex-argument.ts'
import { compileRegex } from '../regex.ts'
import type { Row } from '../row.ts'
import { keyOf, singlesOf, storedOf, textOf, type Single } from '../value.ts'

/** `mvexpand field [limit=N]`: a row for each value, with everything else as it was. Rows without the field stay. */
export const mvexpand: Command = {
  kind: 'streaming',
  read: (reader) => {
    const before = reader.options({ limit: whole })
    const name = reader.field()
    const most = reader.options({ limit: whole }).limit ?? before.limit ?? 0
    const at = reader.scanner.span(reader.name.start, reader.scanner.at)
    return (rows, run) => {
      const expanded: Row[] = []
      for (const row of rows) {
        const values = singlesOf(row.get(name))
        const [first, ...others] = most > 0 ? values.slice(0, most) : values
        if (most > 0 && values.length > most)
          run.report.truncated(`"mvexpand" keeps ${most} values of a row, as told`, at)
        expanded.push(row)
        if (values.length < 2) continue
        for (const value of others) {
          const copy = row.copy()
          copy.set(name, value)
          expanded.push(copy)
        }
        row.set(name, first ?? null)
      }
      return expanded
    }
  },
}

const MAKEMV = { delim: text, tokenizer: text, allowempty: boolean, setsv: boolean }

/** `makemv [delim="…"|tokenizer="…"] field`: splits a text into several values. */
export const makemv: Command = {
  kind: 'streaming',
  read: (reader) => {
    const options = reader.options(MAKEMV)
    const start = reader.scanner.at
    const name = reader.field()
    const split =
      options.tokenizer === undefined
        ? splitBy(options.delim ?? ' ', options.allowempty ?? false)
        : tokenize(reader, options.tokenizer, start)
    return (rows) => {
      for (const row of rows) {
        const value = textOf(row.get(name))
        if (value !== null) row.set(name, storedOf(split(value)))
      }
      return rows
    }
  },
}

function splitBy(delimiter: string, empty: boolean): (value: string) => readonly Single[] {
  return (value) => value.split(delimiter).filter((part) => empty || part !== '')
}

function tokenize(reader: CommandReader, source: string, at: number): (value: string) => readonly Single[] {
  const regex = compileRegex(source)
  if ('problem' in regex) {
    const { code, message, hint } = regexComplaint(regex)
    return reader.scanner.fail(code, message, reader.name.start, at, hint)
  }
  if (regex.run.groupCount() < 1) reader.fail('"tokenizer" needs a group for the values', 'write tokenizer="([^,]+),?"')
  return (value) => {
    const found: string[] = []
    const matcher = regex.run.matcher(value)
    while (matcher.find()) {
      const group = matcher.group(1)
      if (group !== null) found.push(group)
    }
    return found
  }
}

/** `nomv field`: one text of several values, a line for each. */
export const nomv: Command = {
  kind: 'streaming',
  read: (reader) => {
    const name = reader.field()
    return (rows) => {
      for (const row of rows) {
        const values = singlesOf(row.get(name))
        if (values.length > 1) row.set(name, values.map(String).join('\n'))
      }
      return rows
    }
  },
}

/** `mvcombine [delim="…"] field`: rows that are alike but for one field become one with all its values. */
export const mvcombine: Command = {
  kind: 'whole',
  read: (reader) => {
    const { delim } = reader.options({ delim: text })
    const name = reader.field()
    return (rows) => {
      const groups = new Map<string, { readonly row: Row; readonly values: Single[] }>()
      const result: Row[] = []
      for (const row of rows) {
        const values = singlesOf(row.get(name))
        const key = values.length === 0 ? undefined : otherFields(row, name)
        const known = key === undefined ? undefined : groups.get(key)
        if (known) known.values.push(...values)
        else {
          result.push(row)
          if (key !== undefined) groups.set(key, { row, values: [...values] })
        }
      }
      for (const { row, values } of groups.values())
        row.set(name, delim === undefined ? storedOf(values) : values.map(String).join(delim))
      return result
    }
  },
}

function otherFields(row: Row, name: string): string {
  const others = row.names().filter((each) => each !== name)
  return JSON.stringify(others.sort().map((each) => [each, keyOf(row.get(each) ?? '')]))
}
