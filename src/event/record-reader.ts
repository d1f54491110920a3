import { exactText, fieldReader, type JsonObject } from './field.ts'
import { type EventRecord, parseTime, type Time } from './record.ts'

export interface RecordOptions {
  /** The field that holds the time; without it `@timestamp`, and where that is absent `timestamp`. */
  readonly timeField?: string | undefined
}

/** The fields that may hold the time; the first that is there does. */
export function timeFields(options: RecordOptions): readonly string[] {
  return options.timeField === undefined ? ['@timestamp', 'timestamp'] : [options.timeField]
}

/** Makes a function that reads from events, once, what order and identity need of them. */
export function recordReader(options: RecordOptions = {}): (fields: JsonObject, line: number) => EventRecord {
  const times = timeFields(options).map(fieldReader)
  const sequences = fieldReader('event.sequence')
  const ids = fieldReader('event.id')
  return (fields, line) => {
    const sequence = sequences(fields)[0]
    const id = ids(fields)[0]
    return {
      line,
      time: timeOf(fields, times),
      sequence: typeof sequence === 'number' && Number.isSafeInteger(sequence) ? sequence : null,
      id: id === undefined || id === '' ? null : exactText(id),
      fields,
    }
  }
}

/** One event as engines take it. For many, make a `recordReader` once. */
export function toRecord(fields: JsonObject, line: number, options: RecordOptions = {}): EventRecord {
  return recordReader(options)(fields, line)
}

function timeOf(fields: JsonObject, readers: readonly ReturnType<typeof fieldReader>[]): Time | null {
  for (const read of readers) {
    const value = read(fields)[0]
    if (value !== undefined) return parseTime(value) ?? null
  }
  return null
}
