import type { Command } from '../command.ts'
import type { CommandReader } from '../command-reader.ts'
import type { Evaluate } from '../function/spec.ts'
import type { Fields } from '../row.ts'
import { isSeveral, storedOf, textOf, type Stored, type Value } from '../value.ts'

interface Assignment {
  /** The field's name; a part in braces stands for what that field holds. */
  readonly name: string
  readonly dynamic: boolean
  readonly value: Evaluate
}

/** `eval`: sets fields one after the other; null takes a field away. */
export const evaluation: Command = {
  kind: 'streaming',
  read: (reader) => {
    const assignments: Assignment[] = []
    do assignments.push(assignment(reader))
    while (reader.scanner.take(','))
    return (rows, run) => {
      for (const row of rows)
        for (const { name, dynamic, value } of assignments) {
          const made = storedValue(value(row, run))
          if (isTooLong(made)) {
            run.report.fail('spl/too-long', `the field ${name} grows beyond what is held here`, reader.place())
            return []
          }
          row.set(dynamic ? named(name, row) : name, made)
        }
      return rows
    }
  },
}

function assignment(reader: CommandReader): Assignment {
  const { scanner } = reader
  scanner.skipBlank()
  const quoted = scanner.peek() === '"' ? scanner.quoted().text : scanner.match(/'([^']*)'/y)?.[1]
  const name = quoted ?? scanner.match(/[^\s=,()|[\]"']+/y)?.[0]
  if (name === undefined) return scanner.failHere('expected the name of a field')
  if (!/^\s*=(?!=)/.test(scanner.text.slice(scanner.at, scanner.at + 50)))
    scanner.failHere(`expected "=" after ${name}`)
  scanner.take('=')
  return { name, dynamic: quoted === undefined && /\{[^{}]+\}/.test(name), value: reader.value() }
}

function named(name: string, fields: Fields): string {
  return name.replace(/\{([^{}]+)\}/g, (_, field: string) => textOf(fields.get(field)) ?? '')
}

/** A text of more characters, or more values, come of doubling what doubles. */
const LONGEST = 10_000_000
const MOST_VALUES = 1_000_000

function isTooLong(value: Stored | null): boolean {
  if (typeof value === 'string') return value.length > LONGEST
  return isSeveral(value) && value.length > MOST_VALUES
}

/** What a field holds of a value: true and false stand as text, where an expression gave them only at times. */
export function storedValue(value: Value): Stored | null {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return isSeveral(value) ? storedOf(value) : value
}
