import { fieldReader, type Json, type JsonObject, type Scalar } from '../../event/field.ts'
import type { EventRecord } from '../../event/record.ts'
import { typeOfValue, type FieldType, type FieldTypes } from '../field-type.ts'
import { typedValue, type Value } from './value/value.ts'

/** One field of a query, read from events by its type. */
export class Field {
  readonly name: string
  readonly type: FieldType
  /** The type is that of a schema, not of the first value found. */
  readonly declared: boolean
  /** The value that a condition is looking at, where it goes through them one by one; null when there is none. */
  current: Value | null = null
  readonly #read: (event: JsonObject) => readonly Scalar[]
  #event: JsonObject | undefined
  #values: readonly Value[] = NONE

  constructor(name: string, type: FieldType, declared: boolean, nullValue: Scalar | undefined) {
    this.name = name
    this.type = type
    this.declared = declared
    this.#read = nullValue === undefined ? fieldReader(name) : nullReader(name, nullValue)
  }

  /** The values in an event. Null and an empty list are no values, and what an index of the type would refuse. */
  values(event: JsonObject): readonly Value[] {
    if (this.#event === event) return this.#values
    this.#event = event
    const found = this.#read(event)
    const first = found[0]
    if (first === undefined) this.#values = NONE
    else if (found.length === 1 && this.type === 'keyword' && typeof first === 'string') this.#values = found
    else this.#values = found.flatMap((scalar) => typedValue(scalar, this.type, this.declared) ?? [])
    return this.#values
  }

  /** Each value once, in their order. */
  distinct(event: JsonObject, compare: (a: Value, b: Value) => number): readonly Value[] {
    const values = this.values(event)
    return values.length < 2 ? values : [...new Set(values)].sort(compare)
  }
}

const NONE: readonly Value[] = []

/** As `fieldReader`, with a value in the place of each null that is written down (`null_value` of a mapping). */
function nullReader(name: string, nullValue: Scalar): (event: JsonObject) => readonly Scalar[] {
  const read = fieldReader(name)
  return (event) => [...read(event), ...nullsAt(event, name.split('.')).map(() => nullValue)]
}

function nullsAt(value: Json | undefined, path: readonly string[]): readonly null[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => nullsAt(item, path))
  if (path.length === 0) return value === null ? [null] : []
  if (value === null || typeof value !== 'object') return []
  const level = value as JsonObject
  for (let to = path.length; to > 0; to--) {
    const key = path.slice(0, to).join('.')
    if (Object.hasOwn(level, key)) return nullsAt(level[key], path.slice(to))
  }
  return []
}

export interface FieldOptions {
  readonly types?: FieldTypes | undefined
  /** What stands for a null of a field (`null_value` of a mapping). */
  readonly nullValues?: ReadonlyMap<string, Scalar> | undefined
}

/** The fields that events and a schema have. */
export class Fields {
  readonly #events: readonly EventRecord[]
  readonly #options: FieldOptions
  readonly #known = new Map<string, Field | null>()

  constructor(events: readonly EventRecord[], options: FieldOptions) {
    this.#events = events
    this.#options = options
  }

  /** Undefined for a field that no schema and no event has. */
  get(name: string): Field | undefined {
    const known = this.#known.get(name)
    if (known !== undefined) return known ?? undefined
    const declared = this.#options.types?.get(name)
    const type = declared ?? this.#inferred(name)
    const field = type && new Field(name, type, declared !== undefined, this.#options.nullValues?.get(name))
    this.#known.set(name, field ?? null)
    return field
  }

  /** Names that could have been meant. */
  names(): ReadonlySet<string> {
    const names = new Set(this.#options.types?.keys())
    for (const { fields } of this.#events.slice(0, LOOKED_AT)) collectNames(fields, '', names)
    return names
  }

  #inferred(name: string): FieldType | undefined {
    const read = fieldReader(name)
    for (const { fields } of this.#events) {
      const [value] = read(fields)
      if (value !== undefined) return typeOfValue(value)
    }
    return undefined
  }
}

/** Enough events to know the names in a file. */
const LOOKED_AT = 1000

function collectNames(value: Json, path: string, names: Set<string>): void {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) collectNames(item, path, names)
  else if (value !== null && typeof value === 'object')
    for (const [key, inner] of Object.entries(value as JsonObject))
      collectNames(inner, path === '' ? key : `${path}.${key}`, names)
  else if (path !== '') names.add(path)
}
