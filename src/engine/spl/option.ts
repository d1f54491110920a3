import type { CommandReader, OptionReader } from './command-reader.ts'
import type { Word } from './scanner.ts'
import { parseTimeSpan, type TimeSpan } from './time/unit.ts'

/** The word behind `option=`. */
function valueOf(reader: CommandReader, name: string): Word {
  return reader.scanner.word() ?? reader.scanner.failHere(`expected a value for "${name}"`)
}

export const text: OptionReader<string> = (reader, name) => valueOf(reader, name).text

export const boolean: OptionReader<boolean> = (reader, name) => {
  const word = valueOf(reader, name)
  const value = word.text.toLowerCase()
  if (['t', 'true', '1', 'yes'].includes(value)) return true
  if (['f', 'false', '0', 'no'].includes(value)) return false
  return reader.scanner.fail('spl/argument', `"${name}" is true or false`, word.start, word.end)
}

export const whole: OptionReader<number> = (reader, name) => {
  const word = valueOf(reader, name)
  if (!/^-?\d{1,15}$/.test(word.text))
    reader.scanner.fail('spl/argument', `"${name}" takes a whole number`, word.start, word.end)
  return Number(word.text)
}

export const span: OptionReader<TimeSpan> = (reader, name) => {
  const word = valueOf(reader, name)
  const found = parseTimeSpan(word.text)
  return found ?? reader.scanner.fail('spl/argument', `"${name}" takes a span of time such as 5m`, word.start, word.end)
}

export const field: OptionReader<string> = (reader) => reader.field()

/** An option whose value is one of these words. */
export function oneOf<T extends string>(...words: readonly T[]): OptionReader<T> {
  return (reader, name) => {
    const word = valueOf(reader, name)
    const found = words.find((each) => each === word.text.toLowerCase())
    const hint = `known: ${words.join(', ')}`
    return (
      found ?? reader.scanner.fail('spl/argument', `"${name}" cannot be "${word.text}"`, word.start, word.end, hint)
    )
  }
}

/** An option of Splunk that changes how a search is run there, not what it gives. */
export const ignored: OptionReader<string> = (reader, name) => valueOf(reader, name).text
