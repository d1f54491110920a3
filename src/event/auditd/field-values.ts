/** The values of a record's fields, by name. */
export interface FieldValues {
  /** What stands after the `=`, quotes included; the first where a name comes twice. */
  get(name: string): string | undefined
}

/** The fields of a record that has the names of one before, in the same order, as most records of a type have. */
class SameNames implements FieldValues {
  readonly #text: string
  readonly #places: ReadonlyMap<string, number>
  readonly #starts: readonly number[]
  readonly #ends: readonly number[]

  constructor(text: string, places: ReadonlyMap<string, number>, starts: readonly number[], ends: readonly number[]) {
    this.#text = text
    this.#places = places
    this.#starts = starts
    this.#ends = ends
  }

  get(name: string): string | undefined {
    const place = this.#places.get(name)
    return place === undefined ? undefined : withoutClose(this.#text.slice(this.#starts[place], this.#ends[place]))
  }
}

interface Names {
  /** Each with its `=`. */
  readonly heads: readonly string[]
  readonly places: ReadonlyMap<string, number>
}

/** By the first name of the record: `arch` is a SYSCALL, `item` a PATH. */
const known = new Map<string, Names[]>()
const MOST_KNOWN = 64
/** Lists of names with the same first one that are remembered: a PATH with and without an inode. */
const MOST_ALIKE = 4
/** Longer lists are remembered of no record. */
const MOST_NAMES = 64
const LONGEST_NAME = 32

/** The values of the `k=v` of a record. */
export function fieldValues(text: string): FieldValues {
  const equals = text.indexOf('=')
  if (equals <= 0 || equals > LONGEST_NAME) return readFields(text)
  const first = text.slice(0, equals)
  const alike = known.get(first)
  for (const names of alike ?? []) {
    const same = readSame(text, names)
    if (same !== undefined) return same
  }
  const values = readFields(text)
  if (values.size > MOST_NAMES) return values
  if (alike === undefined) {
    if (known.size < MOST_KNOWN) known.set(first, [namesOf(values)])
  } else if (alike.unshift(namesOf(values)) > MOST_ALIKE) alike.pop()
  return values
}

function namesOf(values: ReadonlyMap<string, string>): Names {
  const names = [...values.keys()]
  return { heads: names.map((name) => `${name}=`), places: new Map(names.map((name, place) => [name, place])) }
}

/** Undefined where a record is not `k=v k=v …` with just these names. */
function readSame(text: string, { heads, places }: Names): FieldValues | undefined {
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  for (const head of heads) {
    if (!text.startsWith(head, at)) return undefined
    const start = at + head.length
    if (text.charCodeAt(start) === APOSTROPHE) return undefined
    const end = endOfValue(text, start)
    if (end < text.length && text.charCodeAt(end) !== BLANK) return undefined
    starts.push(start)
    ends.push(end)
    at = end + 1
  }
  // Behind the last value there may be a blank, and nothing else.
  return at < text.length ? undefined : new SameNames(text, places, starts, ends)
}

/** More fields than this of one record are left out. */
const MOST_FIELDS = 4096
const BLANK = 0x20
const QUOTE = 0x22
const APOSTROPHE = 0x27

/** Reads any record. `msg='a=b c=d'` stands for what is in it. */
export function readFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  let at = 0
  while (at < text.length && fields.size < MOST_FIELDS) {
    const equals = text.indexOf('=', at)
    if (equals < 0) break
    const start = equals + 1
    if (text.charCodeAt(start) === APOSTROPHE) {
      at = start + 1
      continue
    }
    const name = text.slice(Math.max(at, text.lastIndexOf(' ', equals) + 1), equals)
    at = endOfValue(text, start)
    if (!fields.has(name)) fields.set(name, withoutClose(text.slice(start, at)))
  }
  return fields
}

/** Behind the quote that ends it, or before the next blank. */
function endOfValue(text: string, start: number): number {
  if (text.charCodeAt(start) !== QUOTE) {
    const blank = text.indexOf(' ', start)
    return blank < 0 ? text.length : blank
  }
  const quote = text.indexOf('"', start + 1)
  return quote < 0 ? text.length : quote + 1
}

/** Without the apostrophe that ends a `msg='…'`. */
function withoutClose(value: string): string {
  return value.endsWith("'") ? value.slice(0, -1) : value
}
