import type { Command } from '../command.ts'
import type { Options } from '../command-reader.ts'
import { boolean, whole } from '../option.ts'
import type { Evaluate } from '../function/spec.ts'

const HEAD = { limit: whole, null: boolean, keeplast: boolean }

/** `head [count]`, `head (condition)`: the first rows, 10 unless told otherwise, or those up to one that it is not true of. */
export const head: Command = {
  kind: 'whole',
  read: (reader) => {
    const { scanner } = reader
    const options: Options<typeof HEAD> = {}
    let condition: Evaluate | undefined
    let count: number | undefined
    while (!scanner.isEnd()) {
      if (reader.option(HEAD, options)) continue
      const number = scanner.match(/\s*(\d+)(?=\s|\||\]|$)/y)?.[1]
      if (number !== undefined) count = Number(number)
      else condition = reader.condition()
    }
    const most = options.limit ?? count ?? (condition ? Infinity : 10)
    return (rows, run) => {
      const test = condition
      if (!test) return rows.slice(0, most)
      const end = rows.findIndex((row) => {
        const value = test(row, run)
        return value !== true && !(value === null && options.null === true)
      })
      const until = end < 0 ? rows.length : end + Number(options.keeplast === true)
      return rows.slice(0, Math.min(until, most))
    }
  },
}

/** `tail [count]`: the last rows, 10 unless told otherwise, the last one first. */
export const tail: Command = {
  kind: 'whole',
  read: ({ scanner }) => {
    const count = Number(scanner.match(/\s*(\d+)/y)?.[1] ?? 10)
    return (rows) => rows.slice(Math.max(0, rows.length - count)).reverse()
  },
}

export const reverse: Command = { kind: 'whole', read: () => (rows) => [...rows].reverse() }

/** `uniq`: rows that equal the one before in all fields go. */
export const uniq: Command = {
  kind: 'whole',
  read: () => (rows) => {
    let last: string | undefined
    return rows.filter((row) => {
      const key = JSON.stringify([...row.names()].sort().map((name) => [name, row.get(name)]))
      const same = key === last
      last = key
      return !same
    })
  },
}
