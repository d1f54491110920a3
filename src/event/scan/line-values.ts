import type { EventValues } from '../event-values.ts'
import type { Scalar } from '../field.ts'
import type { Way } from './key-tree.ts'
import { KnownTexts } from './known-texts.ts'
import type { FoundValues } from './recent-objects.ts'

/** What a value is, as it stands between `from` and `to`. */
export const Kind = {
  /** A text that stands there as it is: ASCII without escapes. */
  plain: 0,
  /** A text with escapes or other letters. */
  written: 1,
  /** A whole number that stands there as `exactText` gives it. */
  whole: 2,
  number: 3,
  true: 4,
  false: 5,
} as const

/** Whether the bytes of such a value are its exact text, letter by letter. */
export function isAscii(kind: number): boolean {
  return kind === Kind.plain || kind === Kind.whole
}

/** No line has more values here. */
export const MOST_VALUES = 1024

/**
 * The values that were found in one line, in its order, by where they stand in its bytes. It is filled anew for each
 * line, and nothing is made of a value before somebody asks.
 */
export class LineValues implements EventValues {
  count = 0
  /** Of each value: its field, -1 where it is in none that is wanted; its `Kind`; where it begins and ends. */
  readonly fields = new Int32Array(MOST_VALUES)
  readonly kinds = new Uint8Array(MOST_VALUES)
  readonly from = new Int32Array(MOST_VALUES)
  readonly to = new Int32Array(MOST_VALUES)
  bytes: Uint8Array = new Uint8Array(0)
  /** Of each field: the number of the line that it was in last, and what is known of it there; its first value, or -1. */
  readonly #lines: Int32Array
  readonly #known: Uint8Array
  readonly #first: Int32Array
  /** The fields that are there, in the order in which they were met. */
  readonly #stated: Int32Array
  #statedCount = 0
  readonly #texts = new KnownTexts()
  #line = 0
  /** How many texts were asked for, and all bytes as a text, once it is there. */
  #asked = 0
  #text: string | null = null

  constructor(fields: number) {
    this.#lines = new Int32Array(fields)
    this.#known = new Uint8Array(fields)
    this.#first = new Int32Array(fields)
    this.#stated = new Int32Array(fields)
  }

  firstOf(field: number): number {
    return this.#lines[field] === this.#line ? (this.#first[field] as number) : -1
  }

  nextOf(value: number): number {
    const field = this.fields[value] as number
    for (let next = value + 1; next < this.count; next++) if (this.fields[next] === field) return next
    return -1
  }

  isStated(field: number): boolean {
    return this.#lines[field] === this.#line
  }

  isPresent(field: number): boolean {
    return this.#lines[field] === this.#line && ((this.#known[field] as number) & PRESENT) !== 0
  }

  valueOf(value: number): Scalar {
    switch (this.kinds[value]) {
      case Kind.whole:
        return this.#whole(value)
      case Kind.number:
        return Number(this.#cut(value))
      case Kind.true:
        return true
      case Kind.false:
        return false
      default:
        return this.textOf(value)
    }
  }

  textOf(value: number): string {
    switch (this.kinds[value]) {
      case Kind.written:
        return JSON.parse(this.decode((this.from[value] as number) - 1, (this.to[value] as number) + 1)) as string
      case Kind.number:
        return String(Number(this.#cut(value)))
      case Kind.true:
        return 'true'
      case Kind.false:
        return 'false'
      default:
        return this.#cut(value)
    }
  }

  /** The exact text of a value, by itself in memory. */
  keep(value: number): string {
    return this.kinds[value] === Kind.plain
      ? this.decode(this.from[value] as number, this.to[value] as number)
      : this.textOf(value)
  }

  ownTextOf(value: number): string {
    if (!isAscii(this.kinds[value] as number)) return this.keep(value)
    const from = this.from[value] as number
    const to = this.to[value] as number
    return this.#texts.find(this.bytes, from, to) ?? this.#texts.keep(this.bytes, from, to, this.decode(from, to))
  }

  /** Throws where the bytes are no UTF-8. */
  decode(from: number, to: number): string {
    return strict.decode(this.bytes.subarray(from, to))
  }

  #whole(value: number): number {
    const from = this.from[value] as number
    const isNegative = this.bytes[from] === 0x2d
    let number = 0
    for (let at = isNegative ? from + 1 : from; at < (this.to[value] as number); at++)
      number = 10 * number + (this.bytes[at] as number) - 0x30
    return isNegative ? -number : number
  }

  /** Once many texts are asked for they are cut out of one, which is as long as the bytes when all of them are ASCII. */
  #cut(value: number): string {
    const from = this.from[value] as number
    const to = this.to[value] as number
    if (this.#asked === MANY) this.#text = textOf(this.bytes)
    this.#asked++
    return this.#text === null ? this.decode(from, to) : this.#text.slice(from, to)
  }

  /** Turns to other bytes, or to the same that hold something else now. */
  turn(bytes: Uint8Array): void {
    this.bytes = bytes
    this.#asked = 0
    this.#text = null
  }

  /** Another line of the same bytes: it has no values yet. */
  begin(): void {
    this.count = 0
    this.#statedCount = 0
    if (++this.#line < LAST_LINE) return
    this.#line = 1
    this.#lines.fill(0)
  }

  /** A field is there, by nesting or by its whole name. False when it is there in both ways. */
  state(field: number, way: Way): boolean {
    const named = way === 'whole' ? NAMED : 0
    if (this.#lines[field] === this.#line) return ((this.#known[field] as number) & NAMED) === named
    this.#enter(field, named, -1)
    return true
  }

  #enter(field: number, known: number, first: number): void {
    this.#lines[field] = this.#line
    this.#known[field] = known
    this.#first[field] = first
    this.#stated[this.#statedCount++] = field
  }

  /** How many fields are there. */
  get statedCount(): number {
    return this.#statedCount
  }

  /**
   * What was found in a piece of the line that begins at an offset, when there were so many values and fields before it,
   * none of which is of the fields in it.
   */
  foundSince(start: number, count: number, statedCount: number): FoundValues {
    const stated = this.#stated.slice(statedCount, this.#statedCount)
    const firstOf = (field: number): number => {
      const first = this.#first[field] as number
      return first === -1 ? -1 : first - count
    }
    return {
      stated,
      known: Uint8Array.from(stated, (field) => this.#known[field] as number),
      first: stated.map(firstOf),
      fields: this.fields.slice(count, this.count),
      kinds: this.kinds.slice(count, this.count),
      from: this.from.subarray(count, this.count).map((at) => at - start),
      to: this.to.subarray(count, this.count).map((at) => at - start),
    }
  }

  /** The same was found in a piece that begins there. False when one of its fields is there already, in another way. */
  addFound({ stated, known, first, fields, kinds, from, to }: FoundValues, start: number): boolean {
    const { count } = this
    if (count + fields.length > MOST_VALUES) return false
    for (let i = 0; i < stated.length; i++) {
      const field = stated[i] as number
      if (this.#lines[field] === this.#line) return false
      const at = first[i] as number
      this.#enter(field, known[i] as number, at === -1 ? -1 : count + at)
    }
    for (let i = 0; i < fields.length; i++) {
      this.fields[count + i] = fields[i] as number
      this.kinds[count + i] = kinds[i] as number
      this.from[count + i] = start + (from[i] as number)
      this.to[count + i] = start + (to[i] as number)
    }
    this.count = count + fields.length
    return true
  }

  /** A stated field has something but null and empty lists. */
  present(field: number): void {
    this.#known[field] = (this.#known[field] as number) | PRESENT
  }

  /** @param field -1 for none. Values beyond the most are counted only */
  add(field: number, kind: number, from: number, to: number): void {
    const value = this.count++
    if (field >= 0 && this.#first[field] === -1) this.#first[field] = value
    this.fields[value] = field
    this.kinds[value] = kind
    this.from[value] = from
    this.to[value] = to
  }
}

/** So many texts of some bytes take as long to make as one of all of them. */
const MANY = 64

const PRESENT = 1
const NAMED = 2
const LAST_LINE = 0x7fffffff

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(bytes: Uint8Array): string | null {
  try {
    const text = strict.decode(bytes)
    return text.length === bytes.length ? text : null
  } catch {
    return null
  }
}
