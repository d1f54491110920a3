/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/** A value without structure. */
export type Scalar = string | number | boolean

/**
 * Makes a function that finds the values of one field in an event: the scalars under that name, lists flattened, null
 * left out; objects are no values. A dotted key wins over a nested one (semantics §5), at every level; a list of
 * objects on the way gives the values of each.
 *
 * The result is shared when nothing is found: do not write to it.
 */
export function fieldReader(name: string): (event: JsonObject) => readonly Scalar[] {
  const ways = new Ways(name)
  return (event) => {
    const direct = Object.hasOwn(event, name) ? event[name] : undefined
    if (direct !== undefined) return scalarsOf(direct)
    if (ways.length === 1) return NONE
    const found: Scalar[] = []
    walk(event, ways, 0, found)
    return found.length === 0 ? NONE : found
  }
}

/** The keys that may lead on from each place in a name of several parts; made when an event first comes so far. */
class Ways {
  readonly length: number
  readonly #path: readonly string[]
  readonly #at: (readonly Way[])[] = []

  constructor(name: string) {
    this.#path = name.split('.')
    this.length = this.#path.length
  }

  /** The longest first. */
  from(at: number): readonly Way[] {
    return (this.#at[at] ??= this.#path
      .slice(at)
      .map((_, i) => ({ key: this.#path.slice(at, this.length - i).join('.'), to: this.length - i })))
  }
}

interface Way {
  readonly key: string
  readonly to: number
}

const NONE: readonly Scalar[] = Object.freeze([])

function scalarsOf(value: Json): readonly Scalar[] {
  if (value === null) return NONE
  if (typeof value !== 'object') return [value]
  if (!Array.isArray(value)) return NONE
  const found: Scalar[] = []
  collect(value as readonly Json[], found)
  return found
}

function collect(value: Json, found: Scalar[]): void {
  if (value === null) return
  if (typeof value !== 'object') found.push(value)
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) collect(item, found)
}

/** Takes the longest dotted key that is there at each level. */
function walk(value: Json, ways: Ways, at: number, found: Scalar[]): void {
  if (at === ways.length) return collect(value, found)
  if (value === null || typeof value !== 'object') return
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) walk(item, ways, at, found)
    return
  }
  const level = value as JsonObject
  for (const { key, to } of ways.from(at)) {
    const next = Object.hasOwn(level, key) ? level[key] : undefined
    if (next !== undefined) return walk(next, ways, to, found)
  }
}

/** The exact text of a value, as groups and joins compare it: a text itself, else its JSON. */
export function exactText(value: Scalar): string {
  if (typeof value === 'string') return value
  // The same text for all but the infinite ones, and sooner.
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : JSON.stringify(value)
}
