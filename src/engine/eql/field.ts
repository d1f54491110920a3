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
  /** What JavaScript calls values that are taken as they stand. */
  readonly #plain: string | undefined
  #event: JsonObject | undefined
  /** The value of that event, where it has exactly one; nearly all have, and then no list is made. */
  #one: Value | null = null
  /** All values of an event that has none or several. */
  #others: readonly Value[] = NONE

  constructor(name: string, type: FieldType, declared: boolean, nullValue: Scalar | undefined) {
    this.name = name
    this.type = type
    this.declared = declared
    this.#plain = plainType(type, declared)
    this.#read = nullValue === undefined ? fieldReader(name) : nullReader(name, nullValue)
  }

  /** The values in an event. Null and an empty list are no values, and what an index of the type would refuse. */
  values(event: JsonObject): readonly Value[] {
    this.#look(event)
    return this.#one === null ? this.#others : [this.#one]
  }

  /** Whether something is true of any value in an event. */
  some(event: JsonObject, test: (value: Value) => boolean): boolean {
    this.#look(event)
    if (this.#one !== null) return test(this.#one)
    for (const value of this.#others) if (test(value)) return true
    return false
  }

  /** The value in an event that has exactly one, null where there is none, undefined where there are several. */
  only(event: JsonObject): Value | null | undefined {
    this.#look(event)
    return this.#one ?? (this.#others.length === 0 ? null : undefined)
  }

  #look(event: JsonObject): void {
    if (this.#event === event) return
    this.#event = event
    const direct = event[this.name]
    if (typeof direct === this.#plain) {
      this.#one = direct as Value
      return
    }
    const found = this.#read(event)
    const plain = found.every((scalar) => typeof scalar === this.#plain)
    const values = plain ? found : found.flatMap((scalar) => typedValue(scalar, this.type, this.declared) ?? [])
    const [first = null] = values
    this.#one = values.length === 1 ? first : null
    this.#others = values.length === 1 ? NONE : values
  }
}

const NONE: readonly Value[] = []

function plainType(type: FieldType, declared: boolean): string | undefined {
  switch (type) {
    case 'keyword':
    case 'version':
      return 'string'
    case 'boolean':
      return 'boolean'
    case 'double':
      return 'number'
    case 'long':
      return declared ? undefined : 'number'
    case 'ip':
    case 'date':
      return undefined
  }
}

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

/** The fields of a query, with the types that a schema or the first value found gives them. */
export class Fields {
  readonly #options: FieldOptions
  readonly #known = new Map<string, Field>()
  /** Fields without a type as yet. */
  readonly #open: Map<string, (event: JsonObject) => readonly Scalar[]>
  #looked: readonly EventRecord[] = []

  constructor(names: readonly string[], options: FieldOptions) {
    this.#options = options
    this.#open = new Map(names.map((name) => [name, fieldReader(name)]))
    for (const name of names) {
      const declared = options.types?.get(name)
      if (declared !== undefined) this.#settle(name, declared, true)
    }
  }

  /** Takes events until every field has a type, or there are no more; gives those that it took. */
  learn(events: Iterator<EventRecord>): readonly EventRecord[] {
    const taken: EventRecord[] = []
    while (this.#open.size > 0) {
      const next = events.next()
      if (next.done === true) break
      taken.push(next.value)
      for (const [name, read] of this.#open) {
        const [value] = read(next.value.fields)
        if (value !== undefined) this.#settle(name, typeOfValue(value), false)
      }
    }
    this.#looked = taken
    return taken
  }

  /** Undefined for a field that no schema and no event has. */
  get(name: string): Field | undefined {
    return this.#known.get(name)
  }

  /** Names that could have been meant by one that is not there. */
  names(): ReadonlySet<string> {
    const names = new Set(this.#options.types?.keys())
    for (const { fields } of this.#looked.slice(0, LOOKED_AT)) collectNames(fields, '', names)
    return names
  }

  #settle(name: string, type: FieldType, declared: boolean): void {
    this.#open.delete(name)
    this.#known.set(name, new Field(name, type, declared, this.#options.nullValues?.get(name)))
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
