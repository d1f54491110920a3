import type { Command } from '../command.ts'
import type { CommandReader, OptionReader } from '../command-reader.ts'
import { numberOf, type Stored } from '../value.ts'

/** `delta field [AS name] [p=N]`: the difference to the row before, or N rows before. */
export const delta: Command = {
  kind: 'whole',
  read: (reader) => {
    const options: { p?: number } = {}
    while (reader.option(PLACE, options));
    const name = reader.field()
    const as = reader.scanner.takeKeyword('as') ? reader.field() : `delta(${name})`
    while (reader.option(PLACE, options));
    const { p = 1 } = options
    return (rows) => {
      const values = rows.map((row) => numberOf(row.get(name)))
      for (const [at, row] of rows.entries()) {
        const [value, before] = [values[at], values[at - p]]
        if (value !== undefined && before !== undefined) row.set(as, value - before)
      }
      return rows
    }
  },
}

const place: OptionReader<number> = (reader, name) => {
  const word = reader.scanner.word()
  if (word && /^[1-9]\d{0,5}$/.test(word.text)) return Number(word.text)
  return reader.scanner.failHere(`"${name}" takes a number from 1`)
}

const PLACE = { p: place }

/** `accum field [AS name]`: the sum of all rows so far, in rows that have a number. */
export const accum: Command = {
  kind: 'whole',
  read: (reader) => {
    const name = reader.field()
    const as = reader.scanner.takeKeyword('as') ? reader.field() : name
    return (rows) => {
      let sum = 0
      for (const row of rows) {
        const value = numberOf(row.get(name))
        if (value !== undefined) row.set(as, (sum += value))
      }
      return rows
    }
  },
}

/** `autoregress field [AS name] [p=N|N-M]`: the value of an earlier row, or of several. */
export const autoregress: Command = {
  kind: 'whole',
  read: (reader) => {
    const name = reader.field()
    const as = reader.scanner.takeKeyword('as') ? reader.field() : undefined
    const [from, to] = places(reader)
    if (as !== undefined && from !== to) reader.fail('"autoregress" takes a name for one row only')
    return (rows) => {
      const values: (Stored | null)[] = rows.map((row) => row.get(name))
      for (const [at, row] of rows.entries())
        for (let back = from; back <= to; back++) {
          const value = values[at - back]
          if (value !== undefined && value !== null) row.set(as ?? `${name}_p${back}`, value)
        }
      return rows
    }
  },
}

function places(reader: CommandReader): readonly [number, number] {
  const found = reader.scanner.match(/\s*p\s*=\s*(\d{1,4})(?:-(\d{1,4}))?/iy)
  if (!found) return [1, 1]
  const [from, to] = [Number(found[1]), Number(found[2] ?? found[1])]
  if (from < 1 || to < from) reader.fail('"p" counts rows back, from 1')
  return [from, to]
}
