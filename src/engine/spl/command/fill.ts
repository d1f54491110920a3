import type { Command } from '../command.ts'
import { text } from '../option.ts'
import { namesOf } from '../row.ts'
import { nameTest } from '../wildcard.ts'
import { numberOf, type Stored } from '../value.ts'

/** `fillnull [value=…] [fields]`: a value, 0 unless given, where a field is missing; all fields of any row without a list. */
export const fillnull: Command = {
  kind: 'streaming',
  read: (reader) => {
    const { value = '0' } = reader.options({ value: text })
    const given = reader.fieldList()
    const filled: Stored = String(numberOf(value)) === value ? Number(value) : value
    return (rows) => {
      const names = given.length > 0 ? given : [...namesOf(rows)].filter((name) => !name.startsWith('_'))
      for (const row of rows) for (const name of names) if (!row.has(name)) row.set(name, filled)
      return rows
    }
  },
}

/** `filldown [fields]`: the last value before where a field is missing. */
export const filldown: Command = {
  kind: 'whole',
  read: (reader) => {
    const given = reader.fieldList()
    const test = nameTest(given)
    return (rows) => {
      const names = [...namesOf(rows)].filter((name) => given.length === 0 || test(name))
      const last = new Map<string, Stored>()
      for (const row of rows)
        for (const name of names) {
          const value = row.get(name)
          if (value !== null) last.set(name, value)
          else row.set(name, last.get(name) ?? null)
        }
      return rows
    }
  },
}
