import { exactText, fieldReader, type Json, type JsonObject, type Scalar } from '../../event/field.ts'
import type { Subject } from '../../ir/predicate.ts'
import { foldCase } from './fold.ts'
import { hasValue, presenceReader } from './presence.ts'

/** What one event holds for one subject of tests: read, turned to text and folded at most once per event, and late. */
export class Slot {
  readonly #read: (event: JsonObject) => readonly Scalar[]
  readonly #present: (event: JsonObject) => boolean
  readonly #stated: (event: JsonObject) => boolean
  #event: JsonObject | undefined
  #values: readonly Scalar[] | undefined
  #texts: readonly string[] | undefined
  #folded: readonly string[] | undefined

  constructor(subject: Subject) {
    if (subject.kind === 'field') {
      this.#read = fieldReader(subject.name)
      this.#present = presenceReader(subject.name, hasValue)
      this.#stated = presenceReader(subject.name, () => true)
    } else {
      this.#read = scalarsIn
      this.#present = () => true
      this.#stated = () => true
    }
  }

  /** Turns to another event. */
  turn(event: JsonObject): void {
    if (this.#event === event) return
    this.#event = event
    this.#values = undefined
    this.#texts = undefined
    this.#folded = undefined
  }

  get values(): readonly Scalar[] {
    return (this.#values ??= this.#event === undefined ? [] : this.#read(this.#event))
  }

  /** The values as text; those of numbers and booleans are their JSON. */
  get texts(): readonly string[] {
    return (this.#texts ??= textsOf(this.values))
  }

  get folded(): readonly string[] {
    return (this.#folded ??= this.texts.map(foldCase))
  }

  /** There with whatever value, null and an empty list included. */
  get stated(): boolean {
    return this.values.length > 0 || (this.#event !== undefined && this.#stated(this.#event))
  }

  /** There with whatever value but null or an empty list. */
  get present(): boolean {
    return this.values.length > 0 || (this.#event !== undefined && this.#present(this.#event))
  }
}

/** The list itself when it holds texts only, which is nearly always; loops, since each event comes through here. */
function textsOf(values: readonly Scalar[]): readonly string[] {
  return values.every(isText) ? values : values.map(exactText)
}

function isText(value: Scalar): value is string {
  return typeof value === 'string'
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
