import type { EventValues } from './event-values.ts'
import { exactText, fieldReader, type Json, type JsonObject, type Scalar } from './field.ts'
import { hasValue, presenceReader } from './presence.ts'

/** The values of an event that is an object. */
export class ObjectValues implements EventValues {
  readonly fields: number[] = []
  readonly #read: readonly ((event: JsonObject) => readonly Scalar[])[]
  readonly #stated: readonly ((event: JsonObject) => boolean)[]
  readonly #present: readonly ((event: JsonObject) => boolean)[]
  readonly #every: boolean
  readonly #values: Scalar[] = []
  #event: JsonObject = {}

  /** @param every also gives, once more, each scalar that is anywhere in the event */
  constructor(fields: readonly string[], every: boolean) {
    this.#read = fields.map(fieldReader)
    this.#stated = fields.map((name) => presenceReader(name, () => true))
    this.#present = fields.map((name) => presenceReader(name, hasValue))
    this.#every = every
  }

  turn(event: JsonObject): void {
    this.#event = event
    this.#values.length = 0
    this.fields.length = 0
    for (const [field, read] of this.#read.entries()) for (const value of read(event)) this.#add(field, value)
    if (this.#every) for (const value of scalarsIn(event)) this.#add(-1, value)
  }

  #add(field: number, value: Scalar): void {
    this.fields.push(field)
    this.#values.push(value)
  }

  get count(): number {
    return this.#values.length
  }

  valueOf(value: number): Scalar {
    return this.#values[value] ?? ''
  }

  textOf(value: number): string {
    return exactText(this.valueOf(value))
  }

  ownTextOf(value: number): string {
    return this.textOf(value)
  }

  firstOf(field: number): number {
    return this.fields.indexOf(field)
  }

  nextOf(value: number): number {
    return this.fields.indexOf(this.fields[value] ?? -1, value + 1)
  }

  isStated(field: number): boolean {
    return this.#stated[field]?.(this.#event) ?? false
  }

  isPresent(field: number): boolean {
    return this.#present[field]?.(this.#event) ?? false
  }
}

/** Every scalar of a value, at any depth. A loop rather than recursion: events may be nested deeper than the stack. */
export function scalarsIn(value: Json): readonly Scalar[] {
  const found: Scalar[] = []
  const open: Json[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object') found.push(next)
    else if (next !== null) for (const inner of Object.values(next) as readonly Json[]) open.push(inner)
  }
  return found
}
