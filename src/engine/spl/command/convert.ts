import type { Command } from '../command.ts'
import { text } from '../option.ts'
import { formatTime } from '../time/format.ts'
import { readTime } from '../time/read.ts'
import { numberOf, textOf, type Single, type Stored } from '../value.ts'
import { nameTest } from '../wildcard.ts'

type Change = (value: string, format: string) => Single | null

const FORMAT = '%m/%d/%Y %H:%M:%S'
const MEMORY: Readonly<Record<string, number>> = { k: 1, m: 1024, g: 1024 * 1024 }

const CHANGES: Readonly<Record<string, Change>> = {
  auto: (value) => numberOf(value) ?? (value.includes(',') ? (numberOf(value.replaceAll(',', '')) ?? value) : value),
  ctime: (value, format) => {
    const time = numberOf(value)
    return time === undefined ? value : formatTime(time, format)
  },
  mktime: (value, format) => readTime(value, format),
  num: (value) => numberOf(value) ?? null,
  rmcomma: (value) => numberOf(value.replaceAll(',', '')) ?? value.replaceAll(',', ''),
  rmunit: (value) => numberOf(/^\s*[-+]?[\d.]+/.exec(value)?.[0] ?? null) ?? value,
  dur2sec: (value) => {
    const [, days = '0', hours, minutes, seconds] = /^(?:(\d+)\+)?(\d+):(\d+):(\d+)$/.exec(value) ?? []
    if (hours === undefined) return null
    return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  },
  mstime: (value) => {
    const [, minutes = '0', seconds] = /^(?:(\d+):)?(\d+(?:\.\d+)?)$/.exec(value) ?? []
    return seconds === undefined ? null : Number(minutes) * 60 + Number(seconds)
  },
  memk: (value) => {
    const [, number, unit = 'k'] = /^\s*([\d.]+)\s*([kmg])?/i.exec(value) ?? []
    return number === undefined ? null : Number(number) * (MEMORY[unit.toLowerCase()] ?? 1)
  },
}

/** `convert [timeformat="…"] function(field) [AS name] …`: times, numbers and durations into each other. */
export const convert: Command = {
  kind: 'streaming',
  read: (reader) => {
    const { scanner } = reader
    const { timeformat = FORMAT } = reader.options({ timeformat: text })
    const changes: { readonly name: string; readonly as: string | undefined; readonly change: Change | undefined }[] =
      []
    while (!scanner.isEnd()) {
      const word = scanner.word() ?? scanner.failHere('expected a conversion such as ctime(field)')
      const kind = word.text.toLowerCase()
      const change = Object.hasOwn(CHANGES, kind) ? CHANGES[kind] : undefined
      if (!change && kind !== 'none')
        scanner.fail(
          'spl/unknown-function',
          `the conversion "${word.text}" is not known`,
          word.start,
          word.end,
          `known: ${Object.keys(CHANGES).join(', ')}`,
        )
      scanner.expect('(', word.text)
      const name = reader.field()
      scanner.expect(')', 'the field')
      changes.push({ name, as: scanner.takeKeyword('as') ? reader.field() : undefined, change })
      scanner.take(',')
    }
    if (changes.length === 0) reader.fail('"convert" needs a conversion', 'write ctime(field)')
    return (rows) => {
      for (const row of rows)
        for (const { name, as, change } of changes) {
          const names = name.includes('*') ? row.names().filter(nameTest([name])) : [name]
          for (const each of change ? names : []) {
            const value = textOf(row.get(each))
            const made: Stored | null = value === null || !change ? null : change(value, timeformat)
            if (value !== null) row.set(as ?? each, made)
          }
        }
      return rows
    }
  },
}
