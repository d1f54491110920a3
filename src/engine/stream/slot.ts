import type { EventValues } from '../../event/event-values.ts'
import type { Scalar } from '../../event/field.ts'
import { foldCase } from './fold.ts'

/** What one event holds for one subject of tests: read, turned to text and folded at most once per event, and late. */
export class Slot {
  readonly #place: number
  #from: EventValues | undefined
  #event = -1
  #places: readonly number[] | undefined
  #values: readonly Scalar[] | undefined
  #texts: readonly string[] | undefined
  #folded: readonly string[] | undefined

  /** @param place of the field; -1: every value, of whatever field */
  constructor(place: number) {
    this.#place = place
  }

  /** Turns to another event. @param event its number, since all are given in the same object */
  turn(from: EventValues, event: number): void {
    if (this.#event === event) return
    this.#event = event
    this.#from = from
    this.#places = undefined
    this.#values = undefined
    this.#texts = undefined
    this.#folded = undefined
  }

  /** Where the values are among those of the event. */
  get places(): readonly number[] {
    return (this.#places ??= this.#from === undefined ? [] : placesOf(this.#from, this.#place))
  }

  get values(): readonly Scalar[] {
    return (this.#values ??= this.places.map((at) => this.#from?.valueOf(at) ?? ''))
  }

  /** The values as text; those of numbers and booleans are their JSON. */
  get texts(): readonly string[] {
    return (this.#texts ??= this.places.map((at) => this.#from?.textOf(at) ?? ''))
  }

  get folded(): readonly string[] {
    return (this.#folded ??= this.texts.map(foldCase))
  }

  /** There with whatever value, null and an empty list included. */
  get stated(): boolean {
    return this.#place === -1 || (this.#from?.isStated(this.#place) ?? false)
  }

  /** There with whatever value but null or an empty list. */
  get present(): boolean {
    return this.#place === -1 || (this.#from?.isPresent(this.#place) ?? false)
  }
}

function placesOf(from: EventValues, field: number): readonly number[] {
  if (field === -1) return Array.from({ length: from.count }, (_, at) => at)
  const places: number[] = []
  for (let at = from.firstOf(field); at !== -1; at = from.nextOf(at)) places.push(at)
  return places
}
