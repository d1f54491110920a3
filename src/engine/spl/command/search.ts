import type { Command } from '../command.ts'
import type { CommandReader } from '../command-reader.ts'
import type { Operator } from '../run.ts'

/** `search` where it makes rows: the events that it is true of, newest first. */
export function searchEvents(reader: CommandReader): Operator {
  const search = reader.search()
  return (_, run) => {
    const match = search(run)
    return run.events().filter(match)
  }
}

/** `search` behind a pipe. */
export const search: Command = {
  kind: 'streaming',
  read: (reader) => {
    const search = reader.search()
    return (rows, run) => {
      const match = search(run)
      return rows.filter(match)
    }
  },
}

/** `where`: rows of which an expression is true. */
export const where: Command = {
  kind: 'streaming',
  read: (reader) => {
    const condition = reader.condition()
    return (rows, run) => rows.filter((row) => condition(row, run) === true)
  },
}
