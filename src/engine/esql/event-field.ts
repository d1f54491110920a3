import type { FieldTypes } from '../field-type.ts'
import { typeOfValue } from '../field-type.ts'
import { exactText, fieldReader, type Json, type JsonObject, type Scalar as JsonScalar } from '../../event/field.ts'
import { parseTime, type EventRecord } from '../../event/record.ts'
import { typeOfField, type DataType } from './data-type.ts'
import { parseAddress } from './ip-address.ts'
import { parseDouble } from './java-number.ts'
import { cell, orderOf, type Scalar, type Value } from './value.ts'

const TIME = '@timestamp'

/** The fields of the events as an index would have them: by a schema, else by the first value of each. */
export class EventFields {
  readonly #events: readonly EventRecord[]
  readonly #types: FieldTypes
  readonly #timeField: string | undefined

  constructor(events: readonly EventRecord[], types: FieldTypes, timeField: string | undefined) {
    this.#events = events
    this.#types = types
    this.#timeField = timeField
  }

  /** Undefined: the field has no mapping and is in no event. */
  typeOf(name: string): DataType | undefined {
    const known = this.#types.get(name)
    if (known !== undefined) return typeOfField(known)
    if (name === TIME || name === this.#timeField) return 'datetime'
    const read = fieldReader(name)
    for (const { fields } of this.#events) {
      const [first] = read(fields)
      if (first !== undefined) return typeOfField(typeOfValue(first))
    }
    return undefined
  }

  /** Names of the fields that occur in the events, sorted. */
  names(): readonly string[] {
    const found = new Set<string>()
    for (const { fields } of this.#events) collectNames(fields, '', found)
    return [...found].sort()
  }

  /** Every name there is, for suggestions. */
  known(): Iterable<string> {
    return new Set([...this.#types.keys(), ...this.names()])
  }

  /** Reads a column from an event as the index stores it: texts and addresses sorted and each once, numbers sorted. */
  reader(name: string, type: DataType): (event: EventRecord) => Value {
    const read = fieldReader(name)
    const order = orderOf(type)
    const once = type === 'keyword' || type === 'ip' || type === 'version'
    return (event) => {
      if (name === TIME) return event.time
      const values = read(event.fields)
      if (values.length === 0) return null
      const stored = values.flatMap((value) => storedAs(value, type) ?? [])
      if (stored.length < 2) return cell(stored)
      return cell((once ? [...new Set(stored)] : stored).sort(order))
    }
  }
}

function collectNames(value: Json, name: string, found: Set<string>): void {
  if (value === null) return
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) collectNames(item, name, found)
  } else if (typeof value === 'object') {
    for (const [key, inner] of Object.entries(value as JsonObject))
      collectNames(inner, name === '' ? key : `${name}.${key}`, found)
  } else found.add(name)
}

/** Undefined for a value that an index refuses in a field of this type; the event then has no value there. */
function storedAs(value: JsonScalar, type: DataType): Scalar | undefined {
  switch (type) {
    case 'keyword':
    case 'version':
      return exactText(value)
    case 'long': {
      const number = numberOf(value)
      return number === undefined || Math.abs(number) >= 2 ** 63 ? undefined : BigInt(Math.trunc(number))
    }
    case 'double':
      return numberOf(value)
    case 'boolean':
      return typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined
    case 'ip':
      return typeof value === 'string' ? parseAddress(value) : undefined
    case 'datetime':
      return typeof value === 'boolean' ? undefined : parseTime(value)
    case 'integer':
    case 'null':
    case 'time_span':
      return undefined
  }
}

function numberOf(value: JsonScalar): number | undefined {
  if (typeof value === 'number') return value
  const number = typeof value === 'string' ? parseDouble(value) : undefined
  return number === undefined || !Number.isFinite(number) ? undefined : number
}
