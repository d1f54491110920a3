import { fieldReader, type Json, type JsonObject, type Scalar } from '../../event/field.ts'
import { storedOf, type Single, type Stored } from './value.ts'

type Reader = (event: JsonObject) => Stored | null

/**
 * The fields of JSON events by the names that Splunk gives them (`KV_MODE = json`): `a.b` inside objects, and a list
 * `a` as `a{}`, one of objects as `a{}.b`. A list is the field `a{}` only where the query names it so; else its values
 * are those of `a` itself, as a person expects who looks at the JSON. A dotted key wins over a nested one.
 *
 * Booleans are the texts `true` and `false`; null is no value.
 */
export class EventFields {
  /** For a name without marks, the marked ones of it that the query names. */
  readonly #marked = new Map<string, Set<string>>()
  readonly #readers = new Map<string, Reader>()

  /** @param query the whole text, for the names in it */
  constructor(query: string) {
    for (const [name] of query.matchAll(/[^\s"'`,;=<>()|[\]*+!&]+\{\}[^\s"'`,;=<>()|[\]*+!&]*/g)) {
      const plain = unmarked(name)
      const marked = this.#marked.get(plain) ?? new Set()
      this.#marked.set(plain, marked.add(name))
    }
  }

  read(event: JsonObject, name: string): Stored | null {
    let reader = this.#readers.get(name)
    if (reader === undefined) {
      reader = this.#reader(name)
      this.#readers.set(name, reader)
    }
    return reader(event)
  }

  /** All fields of an event that have a value. */
  names(event: JsonObject): ReadonlySet<string> {
    const found = new Set<string>()
    this.#collect(event, '', found)
    return found
  }

  #reader(name: string): Reader {
    const plain = unmarked(name)
    const marked = this.#marked.get(plain)
    if (marked === undefined) {
      const read = fieldReader(name)
      return (event) => stored(read(event))
    }
    const ways = waysOf(plain.split('.'))
    return (event) => {
      const found: Single[] = []
      walk(event, ways, 0, '', (value, at) => {
        if ((marked.has(at) ? at : plain) === name) found.push(singleOf(value))
      })
      return found.length === 0 ? null : storedOf(found)
    }
  }

  #collect(value: Json, name: string, found: Set<string>): void {
    if (value === null) return
    if (typeof value !== 'object') {
      const plain = unmarked(name)
      found.add(this.#marked.get(plain)?.has(name) === true ? name : plain)
    } else if (Array.isArray(value))
      for (const item of value as readonly Json[]) this.#collect(item, `${name}{}`, found)
    else
      for (const [key, item] of Object.entries(value)) this.#collect(item, name === '' ? key : `${name}.${key}`, found)
  }
}

function unmarked(name: string): string {
  return name.replaceAll('{}', '')
}

function stored(values: readonly Scalar[]): Stored | null {
  const [only] = values
  if (only === undefined) return null
  return values.length === 1 ? singleOf(only) : values.map(singleOf)
}

function singleOf(value: Scalar): Single {
  return typeof value === 'boolean' ? String(value) : value
}

/** From each part of a name, the keys that may lead on, the longest first, and the part that they lead to. */
type Ways = readonly (readonly { readonly key: string; readonly to: number }[])[]

function waysOf(path: readonly string[]): Ways {
  return path.map((_, at) =>
    path.slice(at).map((_, less) => ({ key: path.slice(at, path.length - less).join('.'), to: path.length - less })),
  )
}

/** Takes the longest dotted key that is there at each level, as `fieldReader` does, and notes lists on the way. */
function walk(value: Json, ways: Ways, at: number, name: string, found: (value: Scalar, name: string) => void): void {
  if (value === null) return
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) walk(item, ways, at, `${name}{}`, found)
    return
  }
  const on = ways[at]
  if (typeof value !== 'object') {
    if (on === undefined) found(value, name)
    return
  }
  for (const { key, to } of on ?? []) {
    const next = Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined
    if (next !== undefined) return walk(next, ways, to, name === '' ? key : `${name}.${key}`, found)
  }
}
